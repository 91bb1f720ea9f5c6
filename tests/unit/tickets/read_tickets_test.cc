#include "coordinator/tickets/read_tickets.h"

#include <random>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/plan_file/plan_reader.h"
#include "common/plan_file/plan_writer.h"
#include "tests/support/temporary_folder.h"

namespace headway {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using test::TemporaryFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A folder of tickets that a test writes.
struct Folder {
  TemporaryFolder folder;

  void file(std::string_view name, std::string_view text) const { folder.write(name, text); }
  void ticket(std::string_view name, std::string_view fields) const {
    file(name, "---\n" + std::string(fields) + "---\n# A heading\n\nProse.\n");
  }
  [[nodiscard]] ReadTickets read() const {
    Result<ReadTickets> result = read_tickets(folder.path());
    EXPECT_TRUE(result.ok());
    return std::move(result).value();
  }
};

/// The findings, without the path of the folder.
std::string told(const ReadTickets& read, const Folder& folder) {
  std::string text = read.sources.render(read.diagnostics, 1000);
  for (std::size_t at = 0; (at = text.find(folder.folder.path(), at)) != std::string::npos;)
    text.erase(at, folder.folder.path().size() + 1);
  return text;
}

std::vector<std::string> ids(const ReadTickets& read) {
  std::vector<std::string> result;
  for (const Ticket& ticket : read.plan.tickets) result.push_back(ticket.id);
  return result;
}

const Ticket& ticket_of(const ReadTickets& read, std::string_view id) {
  for (const Ticket& ticket : read.plan.tickets) {
    if (ticket.id == id) return ticket;
  }
  static const Ticket kNone;
  ADD_FAILURE() << "there is no ticket " << id;
  return kNone;
}

TEST(ReadTickets, TakesIdTitleAndFieldsFromTheFrontMatter) {
  const Folder folder;
  folder.ticket("a.md",
                "ticket_id: MOD-012\npriority: \"\xf0\x9f\x94\xb4 HIGH\"\nestimated_effort: 6-8h\n"
                "category: documentation\nagent: writer\naffected_files: [docs/**, README.md]\n"
                "locks: [schema, {name: index, mode: read}]\nexecution_strategy: Isolated\n");
  const ReadTickets read = folder.read();
  EXPECT_EQ(told(read, folder), "");
  ASSERT_THAT(ids(read), ElementsAre("MOD-012"));
  const Ticket& ticket = read.plan.tickets[0];
  EXPECT_EQ(ticket.title, "A heading");
  EXPECT_EQ(ticket.priority, Priority::kHigh);
  EXPECT_EQ(ticket.estimate, Duration(hours{8}));
  EXPECT_EQ(ticket.agent.type, "writer");
  EXPECT_THAT(ticket.affected_files, ElementsAre("docs/**", "README.md"));
  EXPECT_THAT(ticket.locks, ElementsAre(LockRequest{"schema", LockMode::kWrite},
                                        LockRequest{"index", LockMode::kRead}));
  EXPECT_EQ(ticket.isolation, Isolation::kIsolated);
}

TEST(ReadTickets, TakesTheIdFromTheFilesNameWhereTheFrontMatterHasNone) {
  const Folder folder;
  folder.ticket("MOD-012-split.md", "title: Split\n");
  folder.ticket("MOD-013.md", "id:\ntitle: Split\n");
  folder.ticket("notes.md", "title: Notes\n");
  const ReadTickets read = folder.read();
  EXPECT_THAT(ids(read), ElementsAre("MOD-012", "MOD-013"));
  EXPECT_EQ(told(read, folder),
            "notes.md: warning: this ticket has no id; it is passed over\n"
            "      = write `id: ...` into its front matter, or begin the file's name with one\n");
}

TEST(ReadTickets, GoesOnWithoutFrontMatter) {
  const Folder folder;
  folder.file("MOD-1 a.md", "# Do it\n");
  folder.file("README.md", "# About\n");
  folder.file("other.md", "");
  folder.file("MOD-2.md", "---\nid: MOD-2\npriority: low\n\n# Never closed\n");
  const ReadTickets read = folder.read();
  EXPECT_THAT(ids(read), ElementsAre("MOD-1", "MOD-2"));
  EXPECT_EQ(read.plan.tickets[0].title, "Do it");
  EXPECT_EQ(read.plan.tickets[1].priority, Priority::kLow);
  EXPECT_EQ(read.plan.tickets[1].title, "Never closed");
  EXPECT_THAT(told(read, folder), HasSubstr("MOD-1 a.md: warning: there is no front matter"));
  EXPECT_THAT(told(read, folder), HasSubstr("MOD-2.md:1:1: warning: this front matter is never"));
  EXPECT_THAT(told(read, folder), HasSubstr("other.md: warning: there is no front matter"));
}

TEST(ReadTickets, MindsNeitherByteOrderMarksNorCarriageReturnsNorTabs) {
  const Folder folder;
  folder.file("a.md", "\xef\xbb\xbf---\r\nid: MOD-1\r\npriority: high\r\n---\r\n# A title\r\n");
  folder.file("b.md", "\n---  \nid: MOD-2\ndependencies:\n\tblocking:\n\t\t- MOD-1\n---\n");
  const ReadTickets read = folder.read();
  ASSERT_THAT(ids(read), ElementsAre("MOD-1", "MOD-2"));
  EXPECT_EQ(read.plan.tickets[0].title, "A title");
  EXPECT_EQ(read.plan.tickets[0].priority, Priority::kHigh);
  EXPECT_THAT(read.plan.tickets[1].dependencies.blocking, ElementsAre("MOD-1"));
  EXPECT_THAT(told(read, folder),
              HasSubstr("b.md:5:1: warning: a tab in the indentation; it is read as two blanks\n"
                        "    5 |  blocking:\n"));
}

TEST(ReadTickets, ReadsDependenciesInAllTheirForms) {
  const Folder folder;
  for (const char* id : {"A-1", "A-2", "A-3", "A-4", "A-5"})
    folder.ticket(std::string(id) + ".md", "id: " + std::string(id) + "\n");
  folder.ticket("b1.md",
                "id: B-1\ndependencies:\n  blocking: [A-1]\n  sequential: A-2\n  soft:\n    - A-3\n"
                "  file_conflicts: [A-4]\n  resource_conflicts: [A-5]\n");
  folder.ticket("b2.md", "id: B-2\ndependencies: [A-1, A-2]\n");
  folder.ticket("b3.md", "id: B-3\ndependencies: A-1, A-2\nneeds: A-3\nblocked_by: [A-4]\n");
  folder.ticket("b4.md", "id: B-4\ndependencies: none\n");
  folder.ticket("b5.md",
                "id: B-5\ndependencies:\n  - {id: A-1, type: soft}\n  - A-2: it is needed\n"
                "  - ticket: A-3\n");
  folder.ticket("b6.md", "id: B-6\ndependencies:\n  A-1: blocking\n  A-2: soft\n");
  const ReadTickets read = folder.read();
  EXPECT_EQ(told(read, folder), "");
  const Dependencies& b1 = ticket_of(read, "B-1").dependencies;
  EXPECT_THAT(b1.blocking, ElementsAre("A-1"));
  EXPECT_THAT(b1.sequential, ElementsAre("A-2"));
  EXPECT_THAT(b1.soft, ElementsAre("A-3"));
  EXPECT_THAT(b1.file_conflicts, ElementsAre("A-4"));
  EXPECT_THAT(b1.resource_conflicts, ElementsAre("A-5"));
  EXPECT_THAT(ticket_of(read, "B-2").dependencies.blocking, ElementsAre("A-1", "A-2"));
  EXPECT_THAT(ticket_of(read, "B-3").dependencies.blocking,
              ElementsAre("A-1", "A-2", "A-3", "A-4"));
  EXPECT_EQ(ticket_of(read, "B-4").dependencies, Dependencies{});
  EXPECT_THAT(ticket_of(read, "B-5").dependencies.blocking, ElementsAre("A-2", "A-3"));
  EXPECT_THAT(ticket_of(read, "B-5").dependencies.soft, ElementsAre("A-1"));
  EXPECT_THAT(ticket_of(read, "B-6").dependencies.blocking, ElementsAre("A-1"));
  EXPECT_THAT(ticket_of(read, "B-6").dependencies.soft, ElementsAre("A-2"));
}

TEST(ReadTickets, PassesOverDependenciesThatAreNoIds) {
  const Folder folder;
  folder.ticket("a.md", "id: MOD-1\n");
  folder.ticket("b.md",
                "id: MOD-2\ndependencies:\n  - docs/api.md\n  - The design must be agreed on\n"
                "  - MOD-1 (merged first)\n  - openssl\n  - \"[[MOD-1]]\"\n"
                "  - MOD-1 and MOD-3 must be done\n");
  folder.ticket("c.md", "id: MOD-3\n");
  const ReadTickets read = folder.read();
  EXPECT_TRUE(read.ok());
  EXPECT_THAT(ticket_of(read, "MOD-2").dependencies.blocking,
              ElementsAre("MOD-1", "MOD-1", "MOD-1", "MOD-3"));
  const std::string text = told(read, folder);
  EXPECT_THAT(text, HasSubstr("b.md:4:5: warning: `docs/api.md` is no ticket id"));
  EXPECT_THAT(text, HasSubstr("b.md:5:5: warning: `The design must be agreed on` is no ticket id"));
  EXPECT_THAT(text, HasSubstr("b.md:6:5: warning: `MOD-1 (merged first)` is read as `MOD-1`"));
  EXPECT_THAT(text, HasSubstr("b.md:7:5: warning: `openssl` is no ticket id"));
  EXPECT_THAT(text, HasSubstr("`MOD-1 and MOD-3 must be done` is read as `MOD-1` and `MOD-3`"));
}

TEST(ReadTickets, TellsOfATicketThatIsNowhereWithTheNearestIds) {
  const Folder folder;
  folder.ticket("a.md", "id: MOD-011\n");
  folder.ticket("b.md", "id: MOD-012\ndependencies: [MOD-11]\n");
  const ReadTickets read = folder.read();
  EXPECT_FALSE(read.ok());
  EXPECT_EQ(
      told(read, folder),
      "b.md:3:16: error: `MOD-012` names `MOD-11` under `blocking`, which is not in the plan\n"
      "    3 | dependencies: [MOD-11]\n"
      "      |                ^\n"
      "      = did you mean `MOD-011`?\n");
}

TEST(ReadTickets, CountsCompletedDependenciesAsSatisfied) {
  const Folder folder;
  folder.ticket("completed/a.md", "id: MOD-1\n");
  folder.ticket("b.md", "id: MOD-2\nstatus: done\nneeds: [NOBODY-7]\n");
  folder.ticket("c.md", "id: MOD-3\nstatus: cancelled\n");
  folder.ticket("d.md", "id: MOD-4\nneeds: [MOD-1, MOD-2, MOD-3]\n");
  const ReadTickets read = folder.read();
  EXPECT_TRUE(read.ok());
  EXPECT_THAT(ids(read), ElementsAre("MOD-4"));
  EXPECT_THAT(read.plan.tickets[0].dependencies.blocking, IsEmpty());
  EXPECT_EQ(read.closed.size(), 3U);
  EXPECT_EQ(read.satisfied, 2U);
  EXPECT_THAT(told(read, folder),
              HasSubstr("d.md:3:23: warning: `MOD-4` waits for `MOD-3`, which is cancelled"));
}

TEST(ReadTickets, LetsTheFrontMattersStatusWinOverTheFolders) {
  const Folder folder;
  folder.ticket("in-progress/deep/a.md", "id: MOD-1\n");
  folder.ticket("pending/b.md", "id: MOD-2\nstatus: blocked\n");
  const ReadTickets read = folder.read();
  ASSERT_EQ(read.origins.size(), 2U);
  EXPECT_EQ(read.origins[0].status, TicketStatus::kInProgress);
  EXPECT_EQ(read.origins[1].status, TicketStatus::kBlocked);
  EXPECT_EQ(read.origins[1].folder, TicketStatus::kPending);
  EXPECT_THAT(told(read, folder),
              HasSubstr("pending/b.md:3:9: warning: the front matter says `blocked`, the folder "
                        "`pending`; the front matter counts\n    3 | status: blocked\n"));
}

TEST(ReadTickets, KeepsTheFirstOfTwoWithOneId) {
  const Folder folder;
  folder.ticket("a.md", "id: MOD-1\ntitle: first\n");
  folder.ticket("b.md", "id: MOD-1\ntitle: second\n");
  const ReadTickets read = folder.read();
  ASSERT_THAT(ids(read), ElementsAre("MOD-1"));
  EXPECT_EQ(read.plan.tickets[0].title, "first");
  EXPECT_THAT(told(read, folder), HasSubstr("b.md:2:5: warning: two tickets have the id `MOD-1`"));
  EXPECT_THAT(told(read, folder), HasSubstr("  a.md:2:5: note: the first is here\n"));
}

TEST(ReadTickets, KeepsATicketWhateverIsWrongWithItsFields) {
  const Folder folder;
  folder.ticket("a.md",
                "id: MOD-1\ntitle: Fix: the index\npriority: soon\nestimated_effort: 4\n"
                "affected_files: 12\nowner: @me\nstatus: [a\ntimeout: 5\nartifacts: [/etc/passwd]\n"
                "retry: maybe\nprioritiy: high\n");
  const ReadTickets read = folder.read();
  EXPECT_TRUE(read.ok());
  ASSERT_THAT(ids(read), ElementsAre("MOD-1"));
  EXPECT_EQ(read.plan.tickets[0].title, "Fix: the index");
  const std::string text = told(read, folder);
  for (const char* line :
       {"a.md:3:11: warning: `title`: not valid YAML", "a.md:4:11: warning: `priority` is",
        "a.md:5:19: warning: an effort of `4` has no unit",
        "a.md:6:17: warning: `affected_files` is a number", "a.md:7:8: warning: `owner`",
        "a.md:9:10: warning: `timeout`", "a.md:10:13: warning: `artifacts`: `/etc/passwd`",
        "a.md:11:8: warning: ", "did you mean `priority`?"}) {
    EXPECT_THAT(text, HasSubstr(line)) << text;
  }
}

TEST(ReadTickets, LeavesOutWhatNoPlanCouldSay) {
  const Folder folder;
  folder.ticket(
      "a.md",
      "id: MOD-1\nrun: make\nlocks: [{mode: read}, {name: db}]\nenv: {'a=b': x, GOOD: y}\n"
      "require: [{name: x}, {name: r, run: y}]\ncheckpoints: [{at: 50%, run: y}]\n"
      "gates: [{run: x}, {name: g, approval: human}]\nrollback: {timeout: 5s}\n");
  const ReadTickets read = folder.read();
  ASSERT_THAT(ids(read), ElementsAre("MOD-1"));
  const Ticket& ticket = read.plan.tickets[0];
  EXPECT_EQ(ticket.locks.size(), 1U);
  EXPECT_EQ(ticket.env.size(), 1U);
  EXPECT_EQ(ticket.require.size(), 1U);
  EXPECT_EQ(ticket.gates.size(), 1U);
  EXPECT_FALSE(ticket.rollback);
  const std::string written = write_plan(read.plan);
  EXPECT_TRUE(read_plan(written).ok()) << written;
}

TEST(ReadTickets, ReadsGlobsWithoutQuotes) {
  const Folder folder;
  folder.ticket("a.md", "id: MOD-1\naffected_files:\n  - *.md\n  - docs/** (all of it)\n");
  folder.ticket("b.md", "id: MOD-2\naffected_files: [*.cc, src/**]\n");
  const ReadTickets read = folder.read();
  EXPECT_THAT(ticket_of(read, "MOD-1").affected_files, ElementsAre("*.md", "docs/**"));
  EXPECT_THAT(ticket_of(read, "MOD-2").affected_files, ElementsAre("*.cc", "src/**"));
}

TEST(ReadTickets, TellsOfAKeyThatIsNoFieldOnceForAllFiles) {
  const Folder folder;
  folder.ticket("a.md", "id: MOD-1\nassignee: me\nx-note: 1\n");
  folder.ticket("b.md", "id: MOD-2\nassignee: you\n");
  EXPECT_EQ(
      told(folder.read(), folder),
      "a.md:3:1: warning: `assignee` is no field of a ticket; it is passed over (in 2 files)\n"
      "    3 | assignee: me\n      | ^\n"
      "      = a key that begins with `x-` is passed over in silence\n");
}

TEST(ReadTickets, ShowsACycleAcrossFiles) {
  const Folder folder;
  folder.ticket("a.md", "id: MOD-1\nneeds: [MOD-2]\n");
  folder.ticket("b.md", "id: MOD-2\nneeds: [MOD-1]\n");
  const std::string text = told(folder.read(), folder);
  EXPECT_THAT(text, HasSubstr("b.md:3:9: error: cycle of 2: MOD-1 -> MOD-2 -> MOD-1\n"));
  EXPECT_THAT(text, HasSubstr("  a.md:3:9: note: `MOD-1` waits for `MOD-2`\n"));
}

TEST(ReadTickets, EndsInLoopsOfLinksAndGoesAroundWhatItCannotRead) {
  const Folder folder;
  folder.ticket("a/a.md", "id: MOD-1\n");
  ASSERT_EQ(::symlink("..", (folder.folder / "a/up").c_str()), 0);
  ASSERT_EQ(::symlink("nowhere.md", (folder.folder / "gone.md").c_str()), 0);
  ASSERT_EQ(::symlink("a/a.md", (folder.folder / "again.md").c_str()), 0);
  ASSERT_EQ(::mkfifo((folder.folder / "pipe.md").c_str(), 0600), 0);
  const ReadTickets read = folder.read();
  EXPECT_THAT(ids(read), ElementsAre("MOD-1"));
  EXPECT_THAT(told(read, folder), HasSubstr("gone.md: warning: cannot be read: No such file"));
  EXPECT_THAT(told(read, folder), HasSubstr("pipe.md: warning: is no regular file"));
}

TEST(ReadTickets, TakesOneFileOrAPlanAsWell) {
  const Folder folder;
  folder.ticket("a.md", "id: MOD-1\nneeds: [MOD-2]\n");
  folder.file("plan.yaml", "version: 1\ntickets:\n  - {id: A, run: 'true', estimate: 5m}\n");
  const Result<ReadTickets> one = read_tickets(folder.folder / "a.md");
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(one->plan.tickets.size(), 1U);
  const Result<ReadTickets> plan = read_tickets(folder.folder / "plan.yaml");
  ASSERT_TRUE(plan.ok());
  EXPECT_TRUE(plan->from_plan && plan->ok());
  EXPECT_EQ(plan->plan.tickets[0].estimate, Duration(minutes{5}));
  EXPECT_FALSE(read_tickets(folder.folder / "nothing").ok());
}

TEST(ReadTickets, NeverFailsOnBytesThatAreNoTicket) {
  const Folder folder;
  std::mt19937 random(7);
  const std::vector<std::string> pieces = {"---\n",
                                           "---\r\n",
                                           "id: A-1\n",
                                           "id: ",
                                           "\t",
                                           "  - ",
                                           "[",
                                           "]",
                                           "{",
                                           "}",
                                           "\"",
                                           "'",
                                           ": ",
                                           "dependencies:\n",
                                           "blocking:",
                                           "affected_files:",
                                           "\xff\xfe",
                                           "&a ",
                                           "*a ",
                                           "!!x ",
                                           "|\n",
                                           ">\n",
                                           "\n",
                                           "# ",
                                           "\xf0\x9f\x94\xb4",
                                           "estimated_effort: 1-",
                                           "status: ",
                                           "x",
                                           "%",
                                           "@",
                                           "- - - ",
                                           std::string(1, '\0'),
                                           "? ",
                                           "<<: "};
  for (int file = 0; file < 400; ++file) {
    std::string text = file % 3 == 0 ? "" : "---\nid: R-" + std::to_string(file) + "\n";
    for (int i = 0; i < 30; ++i) text += pieces[random() % pieces.size()];
    if (file % 5 == 0) {
      for (int i = 0; i < 200; ++i) text += static_cast<char>(random() % 256);
    }
    if (file % 2 == 0) text += "\n---\nbody\n";
    folder.file("f" + std::to_string(file) + ".md", text);
  }
  folder.file("deep.md", "---\nid: D-1\nneeds: " + std::string(60'000, '[') + "\n---\n");
  folder.file("large.md", "---\nid: L-1\n---\n" + std::string(5'000'000, 'x'));
  folder.file("endless.md", "---\nid: E-1\n" + std::string(5'000'000, 'x'));
  const ReadTickets read = folder.read();
  EXPECT_GT(read.plan.tickets.size(), 100U);
  EXPECT_FALSE(told(read, folder).empty());
}

}  // namespace
}  // namespace headway
