#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "common/plan_file/plan_reader.h"
#include "schema_documents.h"
#include "typed_json.h"

namespace headway {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kPlanSchema = "plan.schema.json";
constexpr const char* kTicketSchema = "ticket.schema.json";

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Both schemas, parsed once, with valijson's validator over them.
class PlanSchema {
 public:
  PlanSchema() {
    for (const char* name : {kPlanSchema, kTicketSchema}) {
      schemas_[name] = json::parse(content_of(fs::path(HEADWAY_SOURCE_DIR) / "schemas" / name));
    }
    valijson::SchemaParser parser;
    const valijson::adapters::NlohmannJsonAdapter root(schemas_.at(kPlanSchema));
    parser.populateSchema(
        root, schema_, [this](const std::string& uri) { return &schemas_.at(uri); },
        [](const json*) {});
  }

  /// Empty where the document is valid, else the first reason.
  std::string why_invalid(const std::string& text) {
    const json document = test::typed_json(YAML::Load(text), schemas_, kPlanSchema);
    valijson::Validator validator;
    valijson::ValidationResults results;
    const valijson::adapters::NlohmannJsonAdapter target(document);
    if (validator.validate(schema_, target, &results)) return {};
    std::string reasons;
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
      for (const std::string& part : error.context) reasons += part;
      reasons += ": " + error.description + "\n";
    }
    return reasons.empty() ? "invalid" : reasons;
  }

 private:
  test::Schemas schemas_;
  valijson::Schema schema_;
};

TEST(Schemas, AndTheReaderAgreeOnWhatAPlanIs) {
  PlanSchema schema;
  const std::vector<test::SchemaDocument> documents = test::schema_documents();
  EXPECT_GT(documents.size(), 120U);
  for (const test::SchemaDocument& document : documents) {
    const ReadPlan read = read_plan(document.text);
    EXPECT_EQ(read.ok(), document.valid)
        << "the reader\n"
        << document.text << render_diagnostics(read.diagnostics, "plan", document.text);
    const std::string reasons = schema.why_invalid(document.text);
    EXPECT_EQ(reasons.empty(), document.valid) << "the schema\n" << document.text << reasons;
  }
}

TEST(Schemas, AndTheReaderAcceptEveryExample) {
  const fs::path examples = fs::path(HEADWAY_SOURCE_DIR) / "examples";
  PlanSchema schema;
  int found = 0;
  for (const auto& entry : fs::directory_iterator(examples)) {
    if (entry.path().extension() != ".yaml") continue;
    const std::string text = content_of(entry.path());
    const ReadPlan read = read_plan(text);
    EXPECT_TRUE(read.ok()) << render_diagnostics(read.diagnostics, entry.path().string(), text);
    EXPECT_EQ(schema.why_invalid(text), "") << entry.path();
    ++found;
  }
  if (found == 0) GTEST_SKIP() << "there are no plans in " << examples;
}

}  // namespace
}  // namespace headway
