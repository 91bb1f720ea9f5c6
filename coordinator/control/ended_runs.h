#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/base/result.h"
#include "coordinator/control/registry_view.h"

namespace headway {

/// What the registry says of runs that have left the coordinator's memory, over a connection of its
/// own that only reads. Folding such a run takes a second for a million facts: this belongs to a
/// background thread, which alone may call it.
class EndedRuns {
 public:
  /// `folder`: the state directory.
  EndedRuns(std::string registry_path, std::string folder)
      : registry_path_(std::move(registry_path)), folder_(std::move(folder)) {}

  /// The reply to a question that names a run.
  Reply answer(const Request& request, Now now, const std::function<bool()>& give_up);

  /// A run as it ended, to go on from there; with the number of its last fact, by which one sees
  /// whether it has done so since.
  struct Ended {
    std::shared_ptr<const State> state;
    Sequence last_fact;
  };
  Result<Ended> load(RunId run, const std::function<bool()>& give_up);

  /// Gives back what the last answer left in memory for the next.
  void forget() { view_.reset(); }

 private:
  Result<void> open();

  std::string registry_path_, folder_;
  std::optional<Registry> registry_;
  std::optional<OutputStore> outputs_;
  std::optional<RegistryView> view_;
};

}  // namespace headway
