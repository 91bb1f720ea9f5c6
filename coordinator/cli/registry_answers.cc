#include "coordinator/cli/registry_answers.h"

#include <utility>

#include "common/system/clock.h"
#include "coordinator/control/registry_view.h"
#include "coordinator/journal/output_store.h"
#include "coordinator/journal/registry.h"

namespace headway::cli {

namespace {

class RegistryAnswers final : public Answers {
 public:
  RegistryAnswers(Registry registry, const std::string& folder)
      : registry_(std::move(registry)), outputs_(folder), view_(registry_, outputs_) {}

  Result<StatusAnswer> status(const StatusRequest& request) override {
    return view_.status(request, read_clocks());
  }
  Result<AgentsAnswer> agents(const AgentsRequest& request) override {
    return view_.agents(request, read_clocks());
  }
  Result<RunsAnswer> runs(const RunsRequest& request) override {
    return view_.runs(request, read_clocks());
  }
  Result<LogsAnswer> logs(const LogsRequest& request) override {
    return view_.logs(request, read_clocks());
  }
  Result<EventsAnswer> events(const EventsRequest& request) override {
    return view_.events(request, read_clocks());
  }
  Result<DiagnoseAnswer> diagnose(const DiagnoseRequest& request) override {
    return view_.diagnose(request, read_clocks());
  }
  Result<ExplainAnswer> explain(const ExplainRequest& request) override {
    return view_.explain(request, read_clocks());
  }
  Result<GraphAnswer> graph(const GraphRequest& request) override { return view_.graph(request); }
  Result<WatchAnswer> watch(const WatchRequest& request) override {
    return view_.watch(request, read_clocks());
  }
  Result<WhatIfAnswer> what_if(const WhatIfRequest& request) override {
    return view_.what_if(request, read_clocks());
  }
  [[nodiscard]] bool live() const override { return false; }

 private:
  Registry registry_;
  OutputStore outputs_;
  RegistryView view_;
};

}  // namespace

Result<std::unique_ptr<Answers>> open_registry_answers(const StatePaths& paths) {
  Result<Registry> registry = Registry::open_reader(paths.registry);
  if (!registry) return registry.error();
  return std::unique_ptr<Answers>(
      std::make_unique<RegistryAnswers>(std::move(registry).value(), paths.folder));
}

}  // namespace headway::cli
