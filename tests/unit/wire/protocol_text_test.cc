#include <fstream>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "common/messages/control_messages.h"
#include "common/messages/diagnosis_messages.h"
#include "common/messages/graph_messages.h"
#include "common/messages/plan_messages.h"
#include "common/messages/watch_messages.h"
#include "common/messages/worker_messages.h"

namespace headway {
namespace {

/// Collects the names of a message's fields.
class Names {
 public:
  template <class T>
  void operator()(std::string_view name, T& /*value*/) {
    names.emplace_back(name);
  }
  std::vector<std::string> names;
};

/// The text under each `### ` heading, up to the next heading of any level.
std::map<std::string, std::string> sections_of(const std::string& path) {
  std::map<std::string, std::string> sections;
  std::ifstream file(path);
  std::string line;
  std::string heading;
  while (std::getline(file, line)) {
    if (line.starts_with("#")) {
      heading = line.starts_with("### ") ? line.substr(4) : std::string();
      if (!heading.empty()) sections[heading];
    } else if (!heading.empty()) {
      sections[heading] += line + "\n";
    }
  }
  return sections;
}

class ProtocolText : public testing::Test {
 protected:
  /// The section has a row for each field, and no row for anything else.
  template <class Struct>
  void expect_described(const std::string& heading) {
    const auto section = sections_.find(heading);
    ASSERT_NE(section, sections_.end()) << "protocol.md has no section `" << heading << "`";
    Names collected;
    Struct value;
    value.fields(collected);
    std::size_t rows = 0;
    std::istringstream text(section->second);
    for (std::string line; std::getline(text, line);) {
      if (line.starts_with("| `")) ++rows;
    }
    EXPECT_EQ(rows, collected.names.size()) << heading;
    for (const std::string& name : collected.names) {
      EXPECT_NE(section->second.find("| `" + name + "` |"), std::string::npos)
          << heading << " does not describe " << name;
    }
  }

  template <class Variant, std::size_t kIndex = 0>
  void expect_all_described() {
    if constexpr (kIndex < std::variant_size_v<Variant>) {
      using Message = std::variant_alternative_t<kIndex, Variant>;
      expect_described<Message>("`" + std::string(MessageName<Message>::kWord) + "`");
      expect_all_described<Variant, kIndex + 1>();
    }
  }

  template <class E>
  void expect_words() {
    for (const auto& [value, word] : EnumText<E>::kWords) {
      EXPECT_NE(all_.find("`" + std::string(word) + "`"), std::string::npos) << word;
    }
  }

  const std::string path_ = std::string(HEADWAY_SOURCE_DIR) + "/schemas/protocol.md";
  const std::map<std::string, std::string> sections_ = sections_of(path_);
  const std::string all_ = [this] {
    std::ifstream file(path_);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }();
};

TEST_F(ProtocolText, DescribesEveryMessageOfTheWorkerSocketFieldByField) {
  expect_all_described<WorkerMessage>();
  expect_all_described<CoordinatorMessage>();
  expect_described<Join>("`join`");
  expect_described<Admitted>("`admitted`");
  expect_described<InventoryEntry>("inventory entry");
  expect_described<InventoryVerdict>("inventory verdict");
  expect_described<AttemptSpec>("attempt spec");
  expect_described<CheckOrder>("check order");
  expect_described<CheckpointOrder>("checkpoint order");
  expect_described<ExpectedFile>("expected file");
  expect_described<CheckResult>("check result");
  expect_described<Usage>("usage");
  expect_described<Artifact>("artifact record");
  expect_described<Load>("load");
  expect_described<OutputReceived>("output received");
}

TEST_F(ProtocolText, DescribesEveryBodyOfTheControlSocketFieldByField) {
  expect_described<Request>("request");
  expect_described<Reply>("reply");
  expect_described<UploadRequest>("upload request");
  expect_described<UploadAnswer>("upload answer");
  expect_described<SubmitRequest>("submit request");
  expect_described<SubmitAnswer>("submit answer");
  expect_described<RunOptions>("run options");
  expect_described<AgentType>("agent type");
  expect_described<StatusRequest>("status request");
  expect_described<StatusAnswer>("status answer");
  expect_described<RunSummary>("run summary");
  expect_described<Count>("count");
  expect_described<RunMetrics>("run metrics");
  expect_described<TicketView>("ticket view");
  expect_described<AgentsRequest>("agents request");
  expect_described<AgentsAnswer>("agents answer");
  expect_described<AgentView>("agent view");
  expect_described<RunsRequest>("runs request");
  expect_described<RunsAnswer>("runs answer");
  expect_described<LogsRequest>("logs request");
  expect_described<LogsAnswer>("logs answer");
  expect_described<EventsRequest>("events request");
  expect_described<EventsAnswer>("events answer");
  expect_described<EventView>("event view");
  expect_described<ExplainRequest>("explain request");
  expect_described<ExplainAnswer>("explain answer");
  expect_described<GraphRequest>("graph request");
  expect_described<GraphAnswer>("graph answer");
  expect_described<DependencyView>("dependency view");
  expect_described<WatchRequest>("watch request");
  expect_described<WatchAnswer>("watch answer");
  expect_described<TroubledTicket>("troubled ticket");
  expect_described<SilentWorker>("silent worker");
  expect_described<PriorityCount>("priority count");
  expect_described<LocksRequest>("locks request");
  expect_described<LocksAnswer>("locks answer");
  expect_described<LockView>("lock view");
  expect_described<LockHolder>("lock holder");
  expect_described<LockWaiter>("lock waiter");
  expect_described<DiagnoseRequest>("diagnose request");
  expect_described<DiagnoseAnswer>("diagnose answer");
  expect_described<Finding>("finding");
  expect_described<RunsControl>("runs control");
  expect_described<TicketControl>("ticket control");
  expect_described<WorkerControl>("worker control");
  expect_described<WorkerControlAnswer>("worker control answer");
  expect_described<ValidateRequest>("validate request");
  expect_described<ValidateAnswer>("validate answer");
  expect_described<StateCheck>("state check");
  expect_described<StopRequest>("stop request");
  expect_described<ControlAnswer>("control answer");
  expect_described<Change>("change");
  expect_described<AdjustRequest>("adjust request");
  expect_described<AdjustAnswer>("adjust answer");
  expect_described<ResourceSetting>("resource setting");
  expect_described<PrioritySetting>("priority setting");
  expect_described<ClearLocksRequest>("clear locks request");
  expect_described<ClearLocksAnswer>("clear locks answer");
  expect_described<WhatIfRequest>("what if request");
  expect_described<WhatIfAnswer>("what if answer");
  expect_described<EtaView>("eta view");
  expect_described<ApplyRequest>("apply request");
  expect_described<ApplyAnswer>("apply answer");
  expect_described<TicketPlanChange>("ticket plan change");
  expect_described<PlanOutlook>("plan outlook");
}

TEST_F(ProtocolText, NamesEveryWord) {
  expect_words<HeldState>();
  expect_words<Verdict>();
  expect_words<ResultVerdict>();
  expect_words<Outcome>();
  expect_words<CheckKind>();
  expect_words<Step::Kind>();
  expect_words<Verb>();
  expect_words<ErrorKind>();
  expect_words<AgentState>();
  expect_words<DependencyKind>();
  expect_words<HolderState>();
  expect_words<FindingKind>();
  expect_words<FindingSeverity>();
  expect_words<TicketState>();
  expect_words<RunState>();
}

}  // namespace
}  // namespace headway
