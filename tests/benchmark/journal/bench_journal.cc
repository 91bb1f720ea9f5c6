// How fast the registry takes and gives facts. Usage: bench_journal [FOLDER] [FACTS]: a folder on
// the disk to measure (the current one), and how many facts to load at the end (1,000,000). Prints
// one line a measurement; removes its file.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "common/system/unique_fd.h"
#include "coordinator/journal/registry.h"

namespace headway {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void require(const Result<void>& done) {
  if (done) return;
  fmt::print(stderr, "bench_journal: {}\n", done.error().message);
  std::exit(1);
}

/// Gives facts as a run makes them: assigned, started, ended, ticket after ticket.
class Facts {
 public:
  static constexpr std::uint32_t kTickets = 100'000;

  std::vector<Fact> next(std::size_t count) {
    std::vector<Fact> facts;
    for (std::size_t i = 0; i < count; ++i) facts.push_back(next_one());
    return facts;
  }
  [[nodiscard]] std::uint64_t last() const { return sequence_; }

 private:
  Fact next_one() {
    Fact fact;
    const std::uint64_t ticket = sequence_ / 3;
    fact.sequence = Sequence{++sequence_};
    fact.at = wall_from_millis(1'700'000'000'000 + static_cast<std::int64_t>(sequence_));
    fact.run = RunId{1};
    fact.ticket = TicketIndex{static_cast<std::uint32_t>(ticket % kTickets)};
    fact.token = Token{ticket + 1};
    fact.worker = WorkerId{1 + static_cast<std::uint32_t>(ticket % 100)};
    switch (sequence_ % 3) {
      case 1:
        fact.kind = FactKind::kTicketAssigned;
        break;
      case 2:
        fact.kind = FactKind::kAttemptStarted;
        fact.slot = SlotId{1 + static_cast<std::uint32_t>(ticket % 16)};
        fact.number = 100'000 + static_cast<std::int64_t>(ticket % 50'000);
        break;
      default:
        fact.kind = FactKind::kAttemptEnded;
        fact.outcome = Outcome::kSucceeded;
        fact.ticket_state = TicketState::kSucceeded;
        fact.exit_code = 0;
        fact.elapsed = std::chrono::microseconds{1'234'567};
        fact.cpu = std::chrono::microseconds{234'567};
        fact.max_memory = 12'345'678;
    }
    return fact;
  }

  std::uint64_t sequence_ = 0;
};

/// The floor for any commit: a page appended and synced.
void measure_sync(const std::string& folder) {
  const std::string path = folder + "/bench_journal.sync";
  const UniqueFd file{::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
  const std::string page(4096, 'x');
  // Overwritten, as a log is that was reset: appending also syncs the file's size.
  for (int i = 0; i < 512; ++i)
    [[maybe_unused]] const ssize_t written = ::write(file.get(), page.data(), page.size());
  ::fsync(file.get());
  std::vector<double> times;
  for (int i = 0; i < 500; ++i) {
    const Clock::time_point start = Clock::now();
    [[maybe_unused]] const ssize_t written =
        ::pwrite(file.get(), page.data(), page.size(), i * 4096);
    ::fdatasync(file.get());
    times.push_back(seconds_since(start));
  }
  ::unlink(path.c_str());
  std::sort(times.begin(), times.end());
  fmt::print("fdatasync of one page: median {:.0f} us, 99% {:.0f} us\n", times[250] * 1e6,
             times[495] * 1e6);
}

/// What the ends of attempts among the facts change: one tally each, of its worker.
std::vector<KeptTally> tallies_of(const std::vector<Fact>& facts) {
  std::vector<KeptTally> tallies;
  for (const Fact& fact : facts) {
    if (fact.kind != FactKind::kAttemptEnded) continue;
    const std::uint64_t ended = fact.sequence.number();
    tallies.push_back({{fact.worker, "docs"}, {ended, ended, 0, {}, {}}, fact.sequence});
  }
  return tallies;
}

enum class Tallies { kNone, kOfEachEnd };

void measure_commits(Registry& registry, Facts& facts, std::size_t each, std::size_t commits,
                     Tallies tallies = Tallies::kNone) {
  std::vector<double> times;
  const Clock::time_point start = Clock::now();
  for (std::size_t i = 0; i < commits; ++i) {
    Commit commit{{}, facts.next(each)};
    if (tallies == Tallies::kOfEachEnd) commit.tallies = tallies_of(commit.facts);
    const Clock::time_point begun = Clock::now();
    require(registry.commit(commit));
    times.push_back(seconds_since(begun));
  }
  const double took = seconds_since(start);
  std::sort(times.begin(), times.end());
  fmt::print(
      "{:>5} facts a commit{}: {:.0f} commits/s, {:.0f} facts/s, median {:.0f} us, 99% {:.0f} us\n",
      each, tallies == Tallies::kNone ? "" : " and the tallies",
      static_cast<double>(commits) / took, static_cast<double>(commits * each) / took,
      times[times.size() / 2] * 1e6, times[times.size() * 99 / 100] * 1e6);
}

std::uint64_t file_size(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

int run(const std::string& folder, std::size_t total) {
  const std::string path = folder + "/bench_journal.db";
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) ::unlink((path + suffix).c_str());
  measure_sync(folder);
  Facts facts;
  {
    Result<Registry> registry = Registry::open_owner(path);
    if (!registry) require(registry.error());
    StoredRun stored;
    stored.id = RunId{1};
    for (std::uint32_t i = 0; i < Facts::kTickets; ++i) {
      stored.tickets.push_back({fmt::format("TICKET-{}", i), "", "medium", 1});
    }
    const Clock::time_point start = Clock::now();
    require(registry->commit({{stored}, {}}));
    fmt::print("a run of {} tickets stored in {:.2f} s\n", Facts::kTickets, seconds_since(start));
    measure_commits(*registry, facts, 1, 2000);
    measure_commits(*registry, facts, 3, 2000);
    measure_commits(*registry, facts, 30, 1000);
    measure_commits(*registry, facts, 300, 300);
    measure_commits(*registry, facts, 3000, 30);
    measure_commits(*registry, facts, 3, 2000, Tallies::kOfEachEnd);
    measure_commits(*registry, facts, 300, 300, Tallies::kOfEachEnd);
    while (facts.last() < total) {
      require(
          registry->commit({{}, facts.next(std::min<std::size_t>(10'000, total - facts.last()))}));
    }
  }
  fmt::print("{:.1f} bytes a fact, indexes and the tickets included\n",
             static_cast<double>(file_size(path)) / static_cast<double>(facts.last()));
  Clock::time_point start = Clock::now();
  const Result<Registry> registry = Registry::open_owner(path);
  if (!registry) require(registry.error());
  const Result<RegistryHead> head = registry->head();
  fmt::print("opened, and head read, in {:.4f} s\n", seconds_since(start));
  Registry::FactFilter of_one_run;
  of_one_run.run = RunId{1};
  for (const auto& [what, filter] :
       {std::pair{"all", Registry::FactFilter{}}, std::pair{"one run's", of_one_run}}) {
    start = Clock::now();
    const Result<std::vector<Fact>> loaded = registry->load_facts(filter);
    if (!loaded) require(loaded.error());
    fmt::print("{} {} facts loaded in {:.2f} s\n", loaded->size(), what, seconds_since(start));
  }
  start = Clock::now();
  const Result<std::vector<std::string>> succeeded = registry->succeeded_tickets("");
  fmt::print("{} succeeded tickets found in {:.2f} s\n", succeeded ? succeeded->size() : 0,
             seconds_since(start));
  start = Clock::now();
  const Result<std::vector<std::string>> wrong = registry->verify();
  fmt::print("verified in {:.2f} s\n", seconds_since(start));
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) ::unlink((path + suffix).c_str());
  return 0;
}

}  // namespace
}  // namespace headway

int main(int count, char** words) {
  const std::string folder = count > 1 ? words[1] : ".";
  const std::size_t total = count > 2 ? std::strtoull(words[2], nullptr, 10) : 1'000'000;
  return headway::run(folder, total);
}
