#include "coordinator/cli/registry_pruning.h"

#include <filesystem>
#include <system_error>

#include "coordinator/journal/output_store.h"
#include "coordinator/journal/registry.h"

namespace headway::cli {

namespace {

Result<std::vector<OldRun>> old_runs_of(const Registry& registry, const Age& age) {
  const Result<std::vector<ListedRun>> listed =
      registry.prunable_runs({age.keep, age.ended_before});
  if (!listed) return listed.error();
  std::vector<OldRun> runs;
  for (const ListedRun& run : *listed) {
    runs.push_back({run.id, run.name, run.state, *run.finished_at, run.tickets});
  }
  return runs;
}

std::uint64_t bytes_of_file(const std::string& file) {
  std::error_code missing;
  const std::uintmax_t bytes = std::filesystem::file_size(file, missing);
  return missing ? 0 : bytes;
}

/// Somebody who is at work has to be ended first, and is told so in words that help.
Error explain_owner(const Error& error) {
  if (error.kind != ErrorKind::kInUse) return error;
  return {error.kind,
          "runs are removed while no coordinator is at work: end it, prune, and start it again, "
          "which unfinished runs outlive (" +
              error.message + ")"};
}

}  // namespace

Result<std::vector<OldRun>> find_old_runs(const std::string& registry, const Age& age) {
  const Result<Registry> opened = Registry::open_reader(registry);
  return opened ? old_runs_of(*opened, age) : opened.error();
}

Result<Pruned> prune_registry(const std::string& registry, const Age& age, WallTime now,
                              const std::string& by) {
  // A reader first: an owner would make a registry where there is none.
  if (const Result<Registry> there = Registry::open_reader(registry); !there) return there.error();
  Result<Registry> opened = Registry::open_owner(registry);
  if (!opened) return explain_owner(opened.error());
  Result<std::vector<OldRun>> runs = old_runs_of(*opened, age);
  if (!runs) return runs.error();
  Pruned pruned;
  pruned.runs = std::move(*runs);
  if (pruned.runs.empty()) return pruned;
  pruned.bytes_before = bytes_of_file(registry);
  std::vector<RunId> ids;
  for (const OldRun& run : pruned.runs) ids.push_back(run.id);
  const Result<std::uint64_t> facts = opened->remove_runs(ids, now, by);
  if (!facts) return facts.error();
  pruned.facts = *facts;
  OutputStore outputs(std::filesystem::path(registry).parent_path());
  for (const RunId id : ids) {
    if (Result<void> removed = outputs.remove(id); !removed)
      pruned.left.push_back(removed.error().message);
  }
  if (const Result<void> shrunk = opened->shrink(); !shrunk) {
    pruned.left.push_back("the registry's file stays as large as it was, to be filled anew: " +
                          shrunk.error().message);
  }
  pruned.bytes_after = bytes_of_file(registry);
  return pruned;
}

}  // namespace headway::cli
