#include <algorithm>

#include <fmt/format.h>

#include "common/system/files.h"
#include "coordinator/control/run_source.h"
#include "coordinator/control/submission.h"

namespace headway {

namespace {

constexpr std::size_t kMostUnmetNamed = 20;

/// Whether chosen groups have in earlier runs what they need from those that are left out.
Result<void> check_groups(const SubmitRequest& request, const std::string& text,
                          const std::string& registry_path) {
  if (request.options.groups.empty() || request.options.skip_dependencies) return {};
  RunOptions all = request.options;
  all.groups.clear();
  const Result<RunPlan> whole = make_run_plan(text, all);
  if (!whole) return whole.error();
  const Result<Registry> registry = Registry::open_reader(registry_path);
  if (!registry) return registry.error();
  const Result<std::vector<std::string>> succeeded = registry->succeeded_tickets(request.sha256);
  if (!succeeded) return succeeded.error();
  const std::vector<std::string> unmet = unmet_outside(*whole, request.options, *succeeded);
  if (unmet.empty()) return {};
  std::string message = "the groups need what is left out:";
  for (std::size_t i = 0; i < std::min(unmet.size(), kMostUnmetNamed); ++i) {
    message += "\n  " + unmet[i];
  }
  if (unmet.size() > kMostUnmetNamed) {
    message += fmt::format("\n  and {} more", unmet.size() - kMostUnmetNamed);
  }
  return Error{ErrorKind::kInvalidPlan,
               message + "\nrun those groups as well, or use --skip-dependencies"};
}

}  // namespace

Result<std::string> compile_submission(const SubmitRequest& request, const std::string& text,
                                       const std::string& registry_path) {
  if (text.size() != request.size || sha256_hex(text) != request.sha256) {
    return Error{ErrorKind::kFailed,
                 "the plan that was uploaded is not the one that was meant; try again"};
  }
  if (const Result<void> checked = check_groups(request, text, registry_path); !checked) {
    return checked.error();
  }
  const Result<RunPlan> source = make_run_plan(text, request.options);
  if (!source) return source.error();
  return compile_run_plan(*source, request.sha256);
}

}  // namespace headway
