#include <functional>
#include <random>

#include <gtest/gtest.h>

#include "coordinator/cli/dashboard/frame.h"
#include "coordinator/cli/dashboard/handle_key.h"
#include "coordinator/cli/dashboard/render.h"
#include "samples.h"
#include "tests/support/scale/scale.h"
#include "tests/support/terminal/toy_terminal.h"

namespace headway::cli {
namespace {

constexpr std::uint32_t kSeed = 20'240'817;

/// Pictures, names, sizes and keys by chance.
class Chance {
 public:
  explicit Chance(std::uint32_t seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return random_() % limit; }
  bool coin() { return below(2) == 0; }

  /// Bytes that may be anything, of characters that are hard to show more often than not.
  std::string name() {
    static const std::vector<std::string> kPieces = {"A",
                                                     "-",
                                                     "API-014",
                                                     "東京",
                                                     "e\u0301",
                                                     "\u0301",
                                                     "\x1b[2J",
                                                     "\n",
                                                     "\xff",
                                                     "\u202e",
                                                     "👩\u200d💻",
                                                     " ",
                                                     "עברית",
                                                     "ｗ",
                                                     "…",
                                                     "\u200b",
                                                     "x\u0300\u0301\u0302\u0303\u0304"};
    std::string text;
    for (std::size_t i = below(12); i > 0; --i) text += kPieces[below(kPieces.size())];
    return text;
  }

  Snapshot snapshot() {
    static const std::vector<std::function<Snapshot()>> kSamples = {
        samples::running,   samples::troubled, samples::without_worker, samples::paused,
        samples::succeeded, samples::large,    samples::hostile,        samples::with_open_ticket};
    Snapshot snapshot = kSamples[below(kSamples.size())]();
    WatchAnswer& watch = snapshot.watch;
    if (coin()) watch.run.name = name();
    if (coin()) snapshot.silence = std::chrono::seconds{below(100'000)};
    if (coin()) snapshot.source = Source::kRegistry;
    for (AgentView& agent : watch.agents) {
      if (below(4) == 0) agent.ticket = name();
      if (below(4) == 0) agent.id = name();
    }
    for (TroubledTicket& ticket : watch.troubled) {
      if (below(4) == 0) ticket.ticket.detail = name();
      if (below(4) == 0) ticket.output_end.data = name();
    }
    for (LockView& lock : watch.conflicts) lock.name = name();
    watch.run.completion_rate = static_cast<double>(below(300)) / 100 - 1;
    return snapshot;
  }

  Key key() {
    static const std::vector<Key::Kind> kKinds = {
        Key::Kind::kEnter, Key::Kind::kEscape, Key::Kind::kTab, Key::Kind::kBackTab,
        Key::Kind::kUp,    Key::Kind::kDown,   Key::Kind::kEnd, Key::Kind::kPageDown};
    static const std::vector<std::string> kLetters = {"p", "r", "c", "t", "a", "P", "y",
                                                      "n", "/", "f", "s", "?", "x", "é"};
    if (coin()) return {kKinds[below(kKinds.size())], {}};
    return {Key::Kind::kCharacter, kLetters[below(kLetters.size())]};
  }

 private:
  std::mt19937 random_;
};

/// Every row has exactly the columns of the grid, by the widths that a terminal is expected to
/// have.
void expect_whole_rows(const Grid& grid) {
  for (std::size_t row = 0; row < grid.size().rows; ++row) {
    std::size_t columns = 0;
    for (std::size_t column = 0; column < grid.size().columns; ++column) {
      columns += display_width(grid.at({row, column}).text);
    }
    ASSERT_EQ(columns, grid.size().columns) << "row " << row << " of\n" << grid.to_text();
  }
}

TEST(AnyScreen, FillsItsGridAndAsksBeforeEveryChangeWhateverIsShown) {
  for (std::uint32_t i = 0; i < test::scaled(3000U); ++i) {
    SCOPED_TRACE("seed " + std::to_string(kSeed + i));
    Chance chance(kSeed + i);
    const Snapshot snapshot = chance.snapshot();
    const GridSize size{.columns = 1 + chance.below(220), .rows = 1 + chance.below(70)};
    ViewState view;
    for (std::size_t keys = chance.below(12); keys > 0; --keys) {
      const Key key = chance.key();
      const bool was_asked = std::holds_alternative<Confirmation>(view.dialog);
      AfterKey after = handle_key(std::move(view), key, snapshot, {.columns = 80, .rows = 24});
      view = std::move(after.view);
      const bool changes = after.action && std::holds_alternative<Steering>(*after.action);
      ASSERT_TRUE(!changes || (was_asked && key.text == "y"));
    }
    const Charset charset = chance.coin() ? Charset::kUnicode : Charset::kAscii;
    expect_whole_rows(render(snapshot, view, size, charset));
    if (::testing::Test::HasFatalFailure()) return;
  }
}

TEST(AnyFrame, MakesATerminalShowTheGrid) {
  Chance chance(kSeed);
  test::ToyTerminal terminal(80, 24);
  std::optional<Grid> before;
  for (std::uint32_t i = 0; i < test::scaled(500U); ++i) {
    SCOPED_TRACE("frame " + std::to_string(i) + " of seed " + std::to_string(kSeed));
    const Grid after =
        render(chance.snapshot(), {}, {.columns = 80, .rows = 24}, Charset::kUnicode);
    const bool anew = !before || chance.below(10) == 0;
    terminal.show(frame_bytes(anew ? nullptr : &*before, after, true));
    ASSERT_EQ(terminal.text(), after.to_text());
    before = after;
  }
}

}  // namespace
}  // namespace headway::cli
