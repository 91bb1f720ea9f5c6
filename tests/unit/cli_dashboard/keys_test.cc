#include <gtest/gtest.h>

#include "coordinator/cli/dashboard/handle_key.h"
#include "samples.h"

namespace headway::cli {
namespace {

using Kind = Key::Kind;

constexpr GridSize kSize{.columns = 80, .rows = 24};

Key letter(std::string text) { return {Kind::kCharacter, std::move(text)}; }

/// A person at the keyboard. Every action has to be taken, so that none goes unseen.
class Person {
 public:
  explicit Person(Snapshot snapshot) : snapshot_(std::move(snapshot)) {}
  ~Person() { EXPECT_FALSE(action_.has_value()) << "an action that the test did not expect"; }
  Person(const Person&) = delete;
  Person& operator=(const Person&) = delete;

  void press(const Key& key) {
    EXPECT_FALSE(action_.has_value()) << "an action that the test did not expect";
    AfterKey after = handle_key(std::move(view), key, snapshot_, kSize);
    view = std::move(after.view);
    action_ = std::move(after.action);
  }
  void press(Kind kind) { press(Key{kind, {}}); }
  void type(const std::string& text) {
    for (const char c : text) press(letter(std::string(1, c)));
  }
  std::optional<Action> take_action() {
    std::optional<Action> taken = std::move(action_);
    action_.reset();
    return taken;
  }
  [[nodiscard]] std::string question() const {
    const auto* confirmation = std::get_if<Confirmation>(&view.dialog);
    return confirmation != nullptr ? question_of(confirmation->steering) : std::string();
  }

  ViewState view;

 private:
  Snapshot snapshot_;
  std::optional<Action> action_;
};

TicketControl control_of(const std::optional<Action>& action) {
  if (!action || !std::holds_alternative<Steering>(*action)) return {};
  const auto* control = std::get_if<TicketControl>(&std::get<Steering>(*action));
  return control != nullptr ? *control : TicketControl{};
}

TEST(Keys, MoveTheCursorWithinThePanelAndNotBeyond) {
  Person person(samples::running());
  person.press(Kind::kDown);
  EXPECT_EQ(person.view.cursor(Panel::kAgents).key, "build-02/1");
  person.press(letter("j"));
  person.press(Kind::kUp);
  person.press(letter("k"));
  person.press(letter("k"));
  EXPECT_EQ(person.view.cursor(Panel::kAgents).key, "build-01/1");
  person.press(Kind::kEnd);
  EXPECT_EQ(person.view.cursor(Panel::kAgents).key, "build-02/2");
  person.press(Kind::kPageDown);
  EXPECT_EQ(person.view.cursor(Panel::kAgents).key, "build-02/2");
  person.press(Kind::kPageUp);
  person.press(Kind::kHome);
  EXPECT_EQ(person.view.cursor(Panel::kAgents).key, "build-01/1");
}

TEST(Keys, LeaveTheCursorOnItsRowWhenTheListChanges) {
  Person person(samples::running());
  person.press(Kind::kDown);
  Snapshot later = samples::running();
  std::swap(later.watch.agents[1], later.watch.agents[3]);
  const AfterKey after = handle_key(person.view, {Kind::kEnter, {}}, later, kSize);
  EXPECT_EQ(after.view.open_ticket, "UI-003") << "that of build-02/1, wherever it stands now";
}

TEST(Keys, GoThroughThePanelsBothWays) {
  Person person(samples::running());
  person.press(Kind::kTab);
  EXPECT_EQ(person.view.panel, Panel::kAttention);
  person.press(Kind::kTab);
  EXPECT_EQ(person.view.panel, Panel::kEvents);
  person.press(Kind::kTab);
  EXPECT_EQ(person.view.panel, Panel::kAgents);
  person.press(Kind::kBackTab);
  EXPECT_EQ(person.view.panel, Panel::kEvents);
}

TEST(Keys, ActUponAPanelThatCanBeSeen) {
  ViewState view;
  view.panel = Panel::kTickets;  // on a wide screen, which has become narrow
  const Snapshot snapshot = samples::running();
  const AfterKey after = handle_key(view, {Kind::kDown, {}}, snapshot, kSize);
  EXPECT_EQ(after.view.panel, Panel::kAgents);
  EXPECT_EQ(after.view.cursor(Panel::kAgents).key, "build-02/1");
  const AfterKey tiny =
      handle_key(view, {Kind::kPageDown, {}}, snapshot, {.columns = 1, .rows = 1});
  EXPECT_EQ(tiny.view.panel, Panel::kAgents);
}

TEST(Keys, ChangeTheFocusAndBringThePanelWithIt) {
  Person person(samples::running());
  person.press(letter("f"));
  EXPECT_EQ(person.view.focus, Focus::kAgents);
  person.press(letter("f"));
  EXPECT_EQ(person.view.focus, Focus::kResources);
  EXPECT_EQ(person.view.panel, Panel::kWorkers);
  person.press(letter("f"));
  EXPECT_EQ(person.view.panel, Panel::kLocks);
  person.press(letter("f"));
  EXPECT_EQ(person.view.panel, Panel::kTickets);
  person.press(letter("f"));
  EXPECT_EQ(person.view.focus, Focus::kOverview);
  EXPECT_EQ(person.view.panel, Panel::kAgents);
}

TEST(Keys, OpenATicketAndComeBack) {
  Person person(samples::with_open_ticket());
  person.press(Kind::kEnter);
  EXPECT_EQ(person.view.open_ticket, "API-014");
  person.press(Kind::kUp);
  person.press(Kind::kUp);
  EXPECT_EQ(person.view.output_back, 2U);
  person.press(Kind::kHome);
  EXPECT_EQ(person.view.output_back, 60U);
  person.press(Kind::kEnd);
  EXPECT_EQ(person.view.output_back, 0U);
  person.press(Kind::kEscape);
  EXPECT_EQ(person.view.open_ticket, "");
}

TEST(Keys, SayWhereThereIsNoTicketToOpenOrChange) {
  Person person(samples::troubled());
  person.press(Kind::kTab);  // the first row of what needs attention is a worker
  for (const Key& key :
       {Key{Kind::kEnter, {}}, letter("c"), letter("t"), letter("a"), letter("P")}) {
    person.press(key);
    EXPECT_NE(person.view.message.find("no ticket"), std::string::npos) << key.text;
    EXPECT_EQ(person.view.dialog.index(), 0U);
  }
}

TEST(Keys, FilterRowsByATextInAnyCase) {
  Person person(samples::running());
  person.press(letter("/"));
  person.type("ui-00q");
  person.press(Kind::kBackspace);
  person.press(Kind::kEnter);
  EXPECT_EQ(person.view.filter, "ui-00");
  person.press(Kind::kEnter);
  EXPECT_EQ(person.view.open_ticket, "UI-003") << "the only row that is left";
  person.press(Kind::kEscape);
  person.press(Kind::kEscape);
  EXPECT_EQ(person.view.filter, "");
}

TEST(Keys, TakeBackWholeCharactersAndKeepTheOldFilterOnEscape) {
  Person person(samples::running());
  person.view.filter = "UI";
  person.press(letter("/"));
  person.press(letter("é"));
  person.press(Kind::kBackspace);
  EXPECT_EQ(std::get<Entry>(person.view.dialog).text, "UI");
  person.type("x");
  person.press(Kind::kEscape);
  EXPECT_EQ(person.view.filter, "UI");
}

TEST(Keys, OrderTheAgentsByEachColumnInTurn) {
  Person person(samples::running());
  person.press(letter("s"));
  EXPECT_EQ(person.view.order, AgentOrder::kAgent);
  person.press(Kind::kDown);
  EXPECT_EQ(person.view.cursor(Panel::kAgents).key, "build-01/2") << "the second by its name";
  for (std::size_t i = 1; i < EnumText<AgentOrder>::kWords.size(); ++i) person.press(letter("s"));
  EXPECT_EQ(person.view.order, AgentOrder::kActivity);
}

TEST(Keys, PauseAndResumeAfterAYes) {
  Person person(samples::running());
  person.press(letter("p"));
  EXPECT_EQ(person.question(), "Pause r3? What runs goes on to its end.");
  person.press(letter("y"));
  EXPECT_EQ(person.take_action(), Action{Steering{PauseRun{RunId{3}}}});
  person.press(letter("r"));
  EXPECT_EQ(person.view.message, "r3 is running: there is nothing to resume.");
  Person other(samples::paused());
  other.press(letter("r"));
  EXPECT_EQ(other.question(), "Let r3 go on?");
  other.press(letter("Y"));
  EXPECT_EQ(other.take_action(), Action{Steering{ResumeRun{RunId{3}}}});
  other.press(letter("p"));
  EXPECT_EQ(other.view.message, "r3 is paused: there is nothing to pause.");
}

TEST(Keys, ChangeNothingAfterANo) {
  for (const Key& no : {letter("n"), letter("N"), Key{Kind::kEscape, {}}}) {
    for (const char* change : {"p", "c", "t"}) {
      Person person(samples::running());
      person.press(letter(change));
      EXPECT_NE(person.question(), "");
      person.press(no);
      EXPECT_EQ(person.question(), "");
      EXPECT_EQ(person.view.message, "Nothing was changed.");
    }
  }
}

TEST(Keys, WaitForYesOrNoAndForNothingElse) {
  Person person(samples::running());
  person.press(letter("c"));
  for (const Key& key : {letter("q"), letter("c"), letter(" "), Key{Kind::kEnter, {}},
                         Key{Kind::kTab, {}}, Key{Kind::kPaste, "y"}, Key{Kind::kDown, {}}}) {
    person.press(key);
    EXPECT_EQ(person.question(), "Cancel API-014 for good?");
  }
  person.press(letter("n"));
}

TEST(Keys, CancelAndRetryTheTicketOfTheRow) {
  Person person(samples::running());
  person.press(letter("c"));
  person.press(letter("y"));
  TicketControl control = control_of(person.take_action());
  EXPECT_EQ(control.action, TicketAction::kCancel);
  EXPECT_EQ(control.run, RunId{3});
  EXPECT_EQ(control.tickets, std::vector<std::string>{"API-014"});
  person.press(letter("t"));
  EXPECT_EQ(person.question(), "Try API-014 again?");
  person.press(letter("y"));
  EXPECT_EQ(control_of(person.take_action()).action, TicketAction::kRetry);
}

TEST(Keys, ApproveAndRejectOnlyWhatIsInReview) {
  Person person(samples::troubled());
  person.press(letter("y"));
  EXPECT_EQ(person.view.message, "This row has no ticket that is in review.");
  for (const auto& [key, action] :
       {std::pair{"y", TicketAction::kApprove}, std::pair{"n", TicketAction::kReject}}) {
    person.view.open_ticket = "DOC-009";
    person.press(letter(key));
    person.type("read it");
    person.press(Kind::kEnter);
    EXPECT_EQ(person.question(), action == TicketAction::kApprove ? "Approve DOC-009: read it?"
                                                                  : "Reject DOC-009: read it?");
    person.press(letter("y"));
    const TicketControl control = control_of(person.take_action());
    EXPECT_EQ(control.action, action);
    EXPECT_EQ(control.tickets, std::vector<std::string>{"DOC-009"});
    EXPECT_EQ(control.comment, "read it");
  }
}

TEST(Keys, SettleOnlyARollbackThatFailed) {
  Person person(samples::troubled());
  person.view.open_ticket = "DOC-009";
  person.press(letter("x"));
  EXPECT_EQ(person.view.message, "This row has no ticket whose rollback failed.");
  person.view.open_ticket = "DB-001";
  person.press(letter("x"));
  EXPECT_EQ(person.question(), "Has DB-001 been put right by hand, or may it stay as it is?");
  person.press(letter("y"));
  EXPECT_EQ(control_of(person.take_action()).action, TicketAction::kSettle);
}

TEST(Keys, ReassignARunningTicketByBeginningItAnew) {
  Person person(samples::running());
  person.press(letter("a"));
  person.type("build-02");
  person.press(Kind::kEnter);
  EXPECT_EQ(person.question(), "Stop API-014 where it runs and begin anew on build-02?");
  person.press(letter("y"));
  const TicketControl control = control_of(person.take_action());
  EXPECT_EQ(control.action, TicketAction::kReassign);
  EXPECT_EQ(control.to, "build-02");
  EXPECT_TRUE(control.restart);
}

TEST(Keys, SetATicketFreeByTheWordOfTheCommandLine) {
  for (const char* word : {"any", ""}) {
    Person person(samples::running());
    person.press(letter("a"));
    person.type(word);
    person.press(Kind::kEnter);
    person.press(letter("y"));
    const TicketControl control = control_of(person.take_action());
    EXPECT_EQ(control.action, TicketAction::kReassign);
    EXPECT_EQ(control.to, "");
    EXPECT_FALSE(control.restart);
  }
}

TEST(Keys, ReassignAWaitingTicketWithoutStoppingAnything) {
  Person person(samples::running());
  person.press(Kind::kDown);
  person.press(Kind::kDown);  // DOC-001, which waits
  person.press(letter("a"));
  person.type("build-02/2");
  person.press(Kind::kEnter);
  EXPECT_EQ(person.question(), "Give DOC-001 to build-02/2?");
  person.press(letter("y"));
  EXPECT_FALSE(control_of(person.take_action()).restart);
  person.press(letter("a"));
  person.press(Kind::kEnter);
  EXPECT_EQ(person.question(), "Give DOC-001 to any agent again?");
  person.press(letter("n"));
}

TEST(Keys, ChangeAPriorityToOneThatThereIs) {
  Person person(samples::running());
  person.press(letter("P"));
  person.type("urgent");
  person.press(Kind::kEnter);
  EXPECT_EQ(person.view.message, "`urgent` is no priority.");
  person.press(letter("P"));
  person.type("high");
  person.press(Kind::kEnter);
  EXPECT_EQ(person.question(), "Set the priority of API-014 to high?");
  person.press(letter("y"));
  const TicketControl control = control_of(person.take_action());
  EXPECT_EQ(control.action, TicketAction::kPriority);
  EXPECT_EQ(control.priority, "high");
}

TEST(Keys, PasteOnlyIntoALineThatIsTyped) {
  Person person(samples::running());
  person.press({Kind::kPaste, "cyq"});
  EXPECT_EQ(person.view, ViewState{});
  person.press(letter("/"));
  person.press({Kind::kPaste, "API"});
  EXPECT_EQ(std::get<Entry>(person.view.dialog).text, "API");
  person.press({Kind::kPaste, std::string(100'000, 'x')});
  EXPECT_EQ(std::get<Entry>(person.view.dialog).text, "API");
}

TEST(Keys, LeaveAndDrawAnew) {
  Person person(samples::running());
  person.press(Kind::kRedraw);
  EXPECT_EQ(person.take_action(), Action{RefreshNow{}});
  person.press(letter("?"));
  EXPECT_TRUE(person.view.help);
  person.press(letter("x"));
  EXPECT_FALSE(person.view.help);
  person.press(letter("q"));
  EXPECT_EQ(person.take_action(), Action{QuitDashboard{}});
}

TEST(KeyBytes, BecomeKeysAndWaitForTheRestOfASequence) {
  std::string bytes = "q\x1b[A\x1b[6~\x1bOB\r\t\x1b[Z\x7f\x0cé\x1b[1;5H";
  const std::vector<Key> expected = {
      letter("q"),         {Kind::kUp, {}},  {Kind::kPageDown, {}}, {Kind::kDown, {}},
      {Kind::kEnter, {}},  {Kind::kTab, {}}, {Kind::kBackTab, {}},  {Kind::kBackspace, {}},
      {Kind::kRedraw, {}}, letter("é"),      {Kind::kHome, {}}};
  EXPECT_EQ(take_keys(bytes, false), expected);
  EXPECT_EQ(bytes, "");
  bytes = "x\x1b[";
  EXPECT_EQ(take_keys(bytes, false), std::vector<Key>{letter("x")});
  EXPECT_EQ(bytes, "\x1b[");
  bytes += "B";
  EXPECT_EQ(take_keys(bytes, false), (std::vector<Key>{{Kind::kDown, {}}}));
}

TEST(KeyBytes, AreEscapeAloneWhenNothingFollows) {
  std::string bytes = "\x1b";
  EXPECT_TRUE(take_keys(bytes, false).empty());
  EXPECT_EQ(take_keys(bytes, true), (std::vector<Key>{{Kind::kEscape, {}}}));
  EXPECT_EQ(bytes, "");
}

TEST(KeyBytes, OfAPasteAreOneKey) {
  std::string bytes = "\x1b[200~cy\x1b[A";
  EXPECT_TRUE(take_keys(bytes, false).empty());
  bytes += "\x1b[201~q";
  EXPECT_EQ(take_keys(bytes, false), (std::vector<Key>{{Kind::kPaste, "cy\x1b[A"}, letter("q")}));
}

TEST(KeyBytes, ThatNobodyKnowsAreDropped) {
  std::string bytes = "\x1b[99X\x1b[?1;2c\x01\xff\x80j";
  std::vector<Key> keys = take_keys(bytes, true);
  ASSERT_FALSE(keys.empty());
  EXPECT_EQ(keys.back(), letter("j"));
}

}  // namespace
}  // namespace headway::cli
