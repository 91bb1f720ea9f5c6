#include "coordinator/core/lock_table.h"

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "common/plan/path_pattern.h"
#include "tests/support/scale/scale.h"

namespace headway {
namespace {

using Uses = std::vector<LockUse>;

struct Table {
  Uses path(const std::string& pattern) {
    return {{table.intern({LockKind::kPath, pattern}), LockMode::kWrite}};
  }
  Uses name(const std::string& name, LockMode mode) {
    return {{table.intern({LockKind::kName, name}), mode}};
  }
  bool free(const Uses& uses) { return !table.blocker(uses); }
  LockTable table;
};

TEST(LockTable, ANameIsOneNumberForGood) {
  Table t;
  const std::uint32_t lock = t.table.intern({LockKind::kName, "db"});
  EXPECT_EQ(t.table.intern({LockKind::kName, "db"}), lock);
  EXPECT_NE(t.table.intern({LockKind::kPath, "db"}), lock);
  EXPECT_EQ(t.table.name(lock).name, "db");
}

TEST(LockTable, ReadersShareANameAndAWriterDoesNot) {
  Table t;
  const Uses read = t.name("db", LockMode::kRead);
  const Uses write = t.name("db", LockMode::kWrite);
  t.table.take(read);
  t.table.take(read);
  EXPECT_TRUE(t.free(read));
  EXPECT_FALSE(t.free(write));
  t.table.release(read);
  EXPECT_FALSE(t.free(write));
  t.table.release(read);
  t.table.take(write);
  EXPECT_FALSE(t.free(read));
  EXPECT_TRUE(t.table.is_written(write[0].lock));
}

TEST(LockTable, FindsOverlapsAboveBelowAndAcross) {
  Table t;
  t.table.take(t.path("/p/docs/api"));
  EXPECT_FALSE(t.free(t.path("/p/docs/api")));
  EXPECT_FALSE(t.free(t.path("/p/docs/**"))) << "above";
  EXPECT_FALSE(t.free(t.path("/p/docs/api/index.md"))) << "below: a folder covers what is in it";
  EXPECT_FALSE(t.free(t.path("/p/*/api"))) << "across";
  EXPECT_FALSE(t.free(t.path("/p/**")));
  EXPECT_TRUE(t.free(t.path("/p/docs/apix")));
  EXPECT_TRUE(t.free(t.path("/q/docs/api")));
  EXPECT_TRUE(t.free(t.name("/p/docs/api", LockMode::kWrite))) << "a name is no path";
}

TEST(LockTable, NamesTheLockThatStandsInTheWay) {
  Table t;
  const Uses held = t.path("/p/docs/api");
  t.table.take(held);
  EXPECT_EQ(t.table.blocker(t.path("/p/docs/*")), held[0].lock);
}

TEST(LockTable, ATicketsOwnPathsMayOverlap) {
  Table t;
  Uses uses = t.path("/p/docs/**");
  uses.push_back(t.path("/p/docs/a.md")[0]);
  t.table.take(uses);
  EXPECT_FALSE(t.free(t.path("/p/docs/a.md")));
  t.table.release(uses);
  EXPECT_TRUE(t.free(t.path("/p/docs/a.md")));
}

TEST(LockTable, RemembersNothingOfWhatWasReleased) {
  Table t;
  for (int i = 0; i < 3; ++i) {
    const Uses uses = t.path("/p/a/b/c" + std::to_string(i));
    t.table.take(uses);
    t.table.release(uses);
    EXPECT_FALSE(t.table.is_held(uses[0].lock));
    EXPECT_TRUE(t.free(t.path("/**")));
  }
}

// ---- Against a model that compares each with each

using Random = std::mt19937_64;

std::string random_pattern(Random& random) {
  constexpr std::array kComponents = {"a", "b", "ab", "*", "a*", "?", "**", "[ab]", "c.md", "*.md"};
  std::string pattern = "/p";
  const std::size_t depth = random() % 5;
  for (std::size_t i = 0; i < depth; ++i) {
    pattern += "/";
    pattern += kComponents[random() % kComponents.size()];
  }
  return pattern;
}

struct Model {
  struct Held {
    LockName name;
    LockMode mode;
  };
  std::vector<std::vector<Held>> held;

  static bool meet(const Held& a, const Held& b) {
    if (a.mode == LockMode::kRead && b.mode == LockMode::kRead) return false;
    if (a.name.kind != b.name.kind) return false;
    if (a.name.kind == LockKind::kName) return a.name.name == b.name.name;
    return patterns_overlap(a.name.name, b.name.name);
  }
  [[nodiscard]] bool free(const std::vector<Held>& wanted) const {
    for (const auto& holder : held) {
      for (const Held& lock : holder) {
        for (const Held& other : wanted) {
          if (meet(lock, other)) return false;
        }
      }
    }
    return true;
  }
};

void play(std::uint64_t seed) {
  Random random(seed);
  LockTable table;
  Model model;
  std::vector<Uses> taken;
  for (int step = 0; step < 120; ++step) {
    if (!taken.empty() && random() % 3 == 0) {
      const std::size_t which = random() % taken.size();
      table.release(taken[which]);
      taken.erase(taken.begin() + static_cast<std::ptrdiff_t>(which));
      model.held.erase(model.held.begin() + static_cast<std::ptrdiff_t>(which));
      continue;
    }
    std::vector<Model::Held> wanted;
    Uses uses;
    const std::size_t count = 1 + random() % 3;
    for (std::size_t i = 0; i < count; ++i) {
      const LockMode mode = random() % 2 == 0 ? LockMode::kRead : LockMode::kWrite;
      LockName name{LockKind::kPath, random_pattern(random)};
      if (random() % 3 == 0) name = {LockKind::kName, std::string(1, "abc"[random() % 3])};
      const std::uint32_t lock = table.intern(name);
      const auto same = [&](LockUse use) { return use.lock == lock; };
      if (std::ranges::any_of(uses, same)) continue;
      uses.push_back({lock, mode});
      wanted.push_back({name, mode});
    }
    const auto blocker = table.blocker(uses);
    ASSERT_EQ(!blocker.has_value(), model.free(wanted)) << "seed " << seed << ", step " << step;
    if (blocker) {
      ASSERT_TRUE(table.is_held(*blocker)) << "seed " << seed << ", step " << step;
      const auto meets = [&](LockUse use) {
        return table.conflict(use, {*blocker, LockMode::kWrite});
      };
      ASSERT_TRUE(std::ranges::any_of(uses, meets)) << "seed " << seed << ", step " << step;
      continue;
    }
    table.take(uses);
    taken.push_back(std::move(uses));
    model.held.push_back(std::move(wanted));
  }
}

TEST(LockTable, AgreesWithComparingEachWithEach) {
  for (std::uint64_t seed = 1; seed <= test::scaled(3000U); ++seed) {
    play(seed);
    if (::testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace headway
