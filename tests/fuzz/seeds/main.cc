#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <variant>

#include "common/plan_codec/bytes.h"
#include "common/plan_codec/plan_codec.h"
#include "common/plan_file/plan_writer.h"
#include "common/wire/codec.h"
#include "tests/fuzz/bodies/bodies.h"
#include "tests/support/messages/arbitrary.h"
#include "tests/support/plan/random_plan.h"

/// fuzz_seeds REPOSITORY FOLDER: writes inputs to begin with into FOLDER/TARGET, for each target:
/// every kind of message, plans with every field, and the examples of the repository.

namespace headway::fuzz {

namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kSeedsOfAMessage = 3;
constexpr std::uint64_t kPlans = 40;
/// As `tests/fuzz/fuzz` limits inputs.
constexpr std::size_t kMostBytes = 4096;

class Seeds {
 public:
  explicit Seeds(fs::path folder) : folder_(std::move(folder)) {}

  void add(const std::string& target, const std::string& bytes) {
    if (bytes.size() > kMostBytes) return;
    fs::create_directories(folder_ / target);
    std::ofstream file(folder_ / target / std::to_string(number_++), std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }

 private:
  fs::path folder_;
  int number_ = 0;
};

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

template <class Framed, std::size_t kIndex = 0>
void add_frames(Seeds& seeds) {
  using Variant = decltype(Framed::message);
  if constexpr (kIndex < std::variant_size_v<Variant>) {
    for (std::uint32_t seed = 1; seed <= kSeedsOfAMessage; ++seed) {
      Arbitrary arbitrary(seed);
      Framed framed;
      framed.session = arbitrary.make<std::uint64_t>();
      framed.message = arbitrary.make<std::variant_alternative_t<kIndex, Variant>>();
      seeds.add("worker_messages", encode(framed));
    }
    add_frames<Framed, kIndex + 1>(seeds);
  }
}

template <class... Bodies>
void add_bodies(Seeds& seeds, Listed<Bodies...> /*all*/) {
  char which = 0;
  const auto add = [&]<class Body>(const Body* /*kind*/) {
    for (std::uint32_t seed = 1; seed <= kSeedsOfAMessage; ++seed) {
      Arbitrary arbitrary(seed);
      seeds.add("control_messages", which + encode_body(arbitrary.make<Body>()));
    }
    ++which;
  };
  (add(static_cast<const Bodies*>(nullptr)), ...);
}

void add_plans(Seeds& seeds) {
  for (std::uint64_t seed = 0; seed < kPlans; ++seed) {
    const Plan plan = test::random_plan(seed);
    seeds.add("plan_text", write_plan(plan));
    const auto graph = PlanGraph::build(plan);
    if (!graph) continue;
    const std::string source = "s";
    const std::string whole = encode_plan(plan, **graph, source);
    // The magic word, a version below 128, the checksum, and the source with its length.
    constexpr std::size_t kBeforeParts = 6 + 1 + 8 + 2;
    seeds.add("compiled_plan", whole.substr(kBeforeParts));
    if (seed == 0) seeds.add("compiled_plan", whole);
  }
}

void add_examples(Seeds& seeds, const fs::path& repository) {
  std::string folder_of_tickets;
  for (const auto& entry : fs::recursive_directory_iterator(repository / "examples")) {
    const fs::path& path = entry.path();
    if (path.extension() == ".yaml") seeds.add("plan_text", content(path));
    if (path.extension() != ".md") continue;
    const std::string text = content(path);
    seeds.add("tickets", text);
    if (folder_of_tickets.size() + text.size() < kMostBytes) {
      folder_of_tickets += text.substr(0, text.find("\n\n")) + '\0';
    }
  }
  seeds.add("tickets", folder_of_tickets);
  seeds.add("configuration", content(repository / ".headway.yaml"));
  seeds.add(
      "configuration",
      "defaults: {local_agents: 2, connect: tcp://h:7421, state_dir: s, format: json, sync: true}\n"
      "agent_types: {a: {labels: [x], command: [c, \"{body}\"], timeout: 1h 30m}}\n"
      "categories: {docs: a}\ntickets: t\nx-other: 1\n");
}

void add_small_texts(Seeds& seeds) {
  // In the order of the kinds in targets/small_texts.cc.
  const std::vector<std::vector<std::string>> texts = {
      {"1h 30m", "1.5h", "250ms", "2d", "90s"},
      {"2GiB", "512 MiB", "1.5kB", "0B"},
      {"2026-01-01T00:00:00.000Z", "2026-12-31T23:59:59Z"},
      {"2-4 hours", "6h-8h", "~30 min (at most)", "1 hour 30 minutes", "2 to 4 days"},
      {"50%", "12.5%", "100%"},
      {"docs/**/*.md\ndocs/a[a-z]?.md", "./src//api/\nsrc/api/x.cc", "a/**/b/**\n**/b"},
      {"60% compiling\ncheckpoint built\n", "12.5%\r\n", "checkpoint \xc3\xa4"},
      {"\x1b[31mred\n", "\xe2\x80\xae", "\xc3\xa4\xff"},
  };
  for (std::size_t kind = 0; kind < texts.size(); ++kind) {
    for (const std::string& text : texts[kind]) {
      seeds.add("small_texts", static_cast<char>(kind) + text);
    }
  }
}

}  // namespace

}  // namespace headway::fuzz

int main(int count, char** arguments) {
  using namespace headway::fuzz;
  if (count != 3) {
    std::fprintf(stderr, "usage: fuzz_seeds REPOSITORY FOLDER\n");
    return 2;
  }
  Seeds seeds(arguments[2]);
  add_frames<headway::FromWorker>(seeds);
  add_frames<headway::FromCoordinator>(seeds);
  add_frames<headway::FromNewcomer>(seeds);
  add_frames<headway::ToNewcomer>(seeds);
  add_bodies(seeds, ControlBodies{});
  add_plans(seeds);
  add_examples(seeds, arguments[1]);
  add_small_texts(seeds);
  return 0;
}
