#include "builders.h"

#include <array>
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "common/system/files.h"

namespace headway::test {

namespace {

template <class E>
E random_word(std::mt19937_64& random) {
  const auto& words = EnumText<E>::kWords;
  return words[random() % words.size()].first;
}

std::string random_text(std::mt19937_64& random) {
  static const std::array<std::string, 7> kTexts = {"",
                                                    "plain",
                                                    "Größe 日本 🚀",
                                                    std::string("nul\0inside", 10),
                                                    "\xff\xfe not UTF-8",
                                                    "quote ' \" \n",
                                                    "12345"};
  return kTexts[random() % kTexts.size()];
}

template <class T, class Make>
std::optional<T> maybe(std::mt19937_64& random, Make make) {
  if (random() % 3 == 0) return std::nullopt;
  return make();
}

std::optional<Duration> random_duration(std::mt19937_64& random) {
  return maybe<Duration>(random, [&] {
    return Duration(std::chrono::microseconds{static_cast<std::int64_t>(random() % (1ULL << 50U))});
  });
}

}  // namespace

StoredRun stored_run(std::uint64_t id, std::uint32_t tickets) {
  StoredRun run;
  run.id = RunId{id};
  run.name = fmt::format("plan of r{}", id);
  run.submitted_at = wall_from_millis(1'700'000'000'000 + static_cast<std::int64_t>(id));
  run.plan_text = fmt::format("version: 1 # {}\n", tickets);
  run.plan_sha256 = sha256_hex(run.plan_text);
  run.options.plan_file = "plan.yaml";
  run.options.plan_folder = "/project";
  run.options.local_agents = 4;
  run.options.groups = {1, 3};
  for (std::uint32_t i = 0; i < tickets; ++i) {
    run.tickets.push_back(
        {fmt::format("T-{}", i), fmt::format("Ticket {}", i), "medium", 1 + i / 2});
  }
  return run;
}

Fact random_fact(std::mt19937_64& random, std::uint64_t sequence, std::uint32_t tickets) {
  Fact fact;
  fact.sequence = Sequence{sequence};
  fact.at = wall_from_millis(static_cast<std::int64_t>(random() % (1ULL << 42U)));
  // Handing out has rules of its own in the table; facts about runs change them.
  do {
    fact.kind = random_word<FactKind>(random);
  } while (fact.kind == FactKind::kTicketAssigned);
  fact.run = RunId{1};
  fact.ticket = maybe<TicketIndex>(
      random, [&] { return TicketIndex{static_cast<std::uint32_t>(random() % tickets)}; });
  fact.token = Token{random() % 2 == 0 ? 0 : random()};
  fact.worker = WorkerId{static_cast<std::uint32_t>(random() % 3 == 0 ? 0 : random())};
  fact.slot = SlotId{static_cast<std::uint32_t>(random() % 3 == 0 ? 0 : random())};
  fact.ticket_state = maybe<TicketState>(random, [&] { return random_word<TicketState>(random); });
  fact.run_state = maybe<RunState>(random, [&] { return random_word<RunState>(random); });
  fact.outcome = maybe<Outcome>(random, [&] { return random_word<Outcome>(random); });
  fact.exit_code = maybe<std::int32_t>(random, [&] { return static_cast<std::int32_t>(random()); });
  fact.signal =
      maybe<std::int32_t>(random, [&] { return static_cast<std::int32_t>(random() % 64); });
  fact.elapsed = random_duration(random);
  fact.cpu = random_duration(random);
  fact.max_memory = maybe<std::uint64_t>(random, [&] { return random(); });
  fact.delay = random_duration(random);
  fact.number = maybe<std::int64_t>(random, [&] { return static_cast<std::int64_t>(random()); });
  fact.digest = random_text(random);
  fact.detail = random_text(random);
  return fact;
}

Script& Script::add(Fact fact) {
  fact.sequence = Sequence{++sequence_};
  fact.at = wall_from_millis(1'700'000'000'000 + static_cast<std::int64_t>(sequence_) * 1000);
  facts_.push_back(std::move(fact));
  return *this;
}

Script& Script::epoch_started() { return add(Fact{.kind = FactKind::kEpochStarted}); }

Script& Script::worker_joined(std::uint32_t worker, const std::string& name, std::int64_t slots) {
  return add(Fact{.kind = FactKind::kWorkerJoined,
                  .worker = WorkerId{worker},
                  .number = slots,
                  .detail = name});
}

Script& Script::run(FactKind kind, std::uint64_t run) {
  return add(Fact{.kind = kind, .run = RunId{run}});
}

Script& Script::run_ended(std::uint64_t run, RunState state) {
  return add(Fact{.kind = FactKind::kRunEnded, .run = RunId{run}, .run_state = state});
}

Script& Script::assigned(std::uint64_t run, std::uint32_t ticket, std::uint64_t token,
                         std::uint32_t worker) {
  return add(Fact{.kind = FactKind::kTicketAssigned,
                  .run = RunId{run},
                  .ticket = TicketIndex{ticket},
                  .token = Token{token},
                  .worker = WorkerId{worker}});
}

Script& Script::started(std::uint64_t run, std::uint32_t ticket, std::uint64_t token,
                        std::uint32_t worker, std::uint32_t slot) {
  return add(Fact{.kind = FactKind::kAttemptStarted,
                  .run = RunId{run},
                  .ticket = TicketIndex{ticket},
                  .token = Token{token},
                  .worker = WorkerId{worker},
                  .slot = SlotId{slot},
                  .number = 4711});
}

Script& Script::ended(std::uint64_t run, std::uint32_t ticket, std::uint64_t token,
                      std::uint32_t worker, Outcome outcome, TicketState state,
                      std::optional<std::int32_t> exit_code) {
  return add(Fact{.kind = FactKind::kAttemptEnded,
                  .run = RunId{run},
                  .ticket = TicketIndex{ticket},
                  .token = Token{token},
                  .worker = WorkerId{worker},
                  .ticket_state = state,
                  .outcome = outcome,
                  .exit_code = exit_code,
                  .elapsed = std::chrono::milliseconds{1500},
                  .cpu = std::chrono::milliseconds{250},
                  .max_memory = 4096});
}

Script& Script::ticket_ended(std::uint64_t run, std::uint32_t ticket, TicketState state,
                             const std::string& why) {
  return add(Fact{.kind = FactKind::kTicketEnded,
                  .run = RunId{run},
                  .ticket = TicketIndex{ticket},
                  .ticket_state = state,
                  .detail = why});
}

std::vector<Fact> Script::take() { return std::exchange(facts_, {}); }

std::vector<std::string> rows_of(const std::string& path, const std::string& sql) {
  std::vector<std::string> lines;
  sqlite3* connection = nullptr;
  EXPECT_EQ(sqlite3_open_v2(path.c_str(), &connection, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  const auto add_line = [](void* into, int count, char** values, char** /*names*/) {
    std::string line;
    for (int i = 0; i < count; ++i) {
      if (i > 0) line += '|';
      line += values[i] == nullptr ? "-" : values[i];
    }
    static_cast<std::vector<std::string>*>(into)->push_back(line);
    return 0;
  };
  EXPECT_EQ(sqlite3_exec(connection, sql.c_str(), add_line, &lines, nullptr), SQLITE_OK)
      << sqlite3_errmsg(connection);
  sqlite3_close(connection);
  return lines;
}

void change(const std::string& path, const std::string& sql) {
  sqlite3* connection = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &connection), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(connection);
  ASSERT_EQ(sqlite3_close(connection), SQLITE_OK);
}

std::string in_child(const std::function<std::string()>& work, bool as_nobody) {
  constexpr uid_t kNobody = 65534;
  std::array<int, 2> pipe{};
  EXPECT_EQ(::pipe(pipe.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    std::string said = "cannot become nobody";
    if (!as_nobody ||
        (::setgroups(0, nullptr) == 0 && ::setresgid(kNobody, kNobody, kNobody) == 0 &&
         ::setresuid(kNobody, kNobody, kNobody) == 0)) {
      said = work();
    }
    [[maybe_unused]] const ssize_t written = ::write(pipe[1], said.data(), said.size());
    ::_exit(0);
  }
  ::close(pipe[1]);
  std::string said;
  std::array<char, 4096> block{};
  ssize_t got = 0;
  while ((got = ::read(pipe[0], block.data(), block.size())) > 0)
    said.append(block.data(), static_cast<std::size_t>(got));
  ::close(pipe[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) said += fmt::format(" [ended by signal {}]", WTERMSIG(status));
  return said;
}

}  // namespace headway::test
