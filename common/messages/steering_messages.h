#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/ids.h"
#include "common/messages/view_messages.h"

/// Bodies of `adjust` and `clear-locks`: changing the course of a run while it goes on.

namespace headway {

/// What a change is about, as it was and as it is to be.
struct Change {
  std::string what;  ///< `max_parallel of r3`, `priority of MOD-012`
  std::string before;
  std::string after;
  template <class V>
  void fields(V& v) {
    v("what", what);
    v("before", before);
    v("after", after);
  }
  friend bool operator==(const Change&, const Change&) = default;
};

/// A new amount of a resource that the plan counts for the whole cluster.
struct ResourceSetting {
  std::string name;
  std::int64_t thousandths = 0;
  template <class V>
  void fields(V& v) {
    v("name", name);
    v("thousandths", thousandths);
  }
  friend bool operator==(const ResourceSetting&, const ResourceSetting&) = default;
};

struct PrioritySetting {
  std::string ticket;
  std::string priority;  ///< a word of Priority
  template <class V>
  void fields(V& v) {
    v("ticket", ticket);
    v("priority", priority);
  }
  friend bool operator==(const PrioritySetting&, const PrioritySetting&) = default;
};

/// Changes one unfinished run, all that is asked for or nothing.
struct AdjustRequest {
  RunId run;
  std::optional<std::int32_t> parallelism;  ///< tickets alive at once; 0: without a limit
  std::int32_t more_parallelism = 0;        ///< so many more than now, or fewer
  std::vector<ResourceSetting> resources;
  std::vector<PrioritySetting> priorities;
  /// Takes back what was handed out and has not started, to hand it out by the picture of now.
  bool reallocate = false;
  bool dry_run = false;
  std::string by;       ///< who asks for it; kept
  std::string comment;  ///< why; kept
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("parallelism", parallelism);
    v("more_parallelism", more_parallelism);
    v("resources", resources);
    v("priorities", priorities);
    v("reallocate", reallocate);
    v("dry_run", dry_run);
    v("by", by);
    v("comment", comment);
  }
  friend bool operator==(const AdjustRequest&, const AdjustRequest&) = default;
};
struct AdjustAnswer {
  std::vector<Change> changes;
  std::vector<std::string> notes;       ///< sentences about what the changes can and cannot do
  std::vector<std::string> taken_back;  ///< tickets that were asked back
  Sequence sequence;                    ///< of the last fact before the change
  template <class V>
  void fields(V& v) {
    v("changes", changes);
    v("notes", notes);
    v("taken_back", taken_back);
    v("sequence", sequence);
  }
  friend bool operator==(const AdjustAnswer&, const AdjustAnswer&) = default;
};

/// Frees locks from attempts that hold them without being known to be alive; with `force` also from
/// those that are, by stopping them. A ticket that lost its attempt so goes out again.
struct ClearLocksRequest {
  RunId run;                       ///< of the holders; 0: all unfinished runs
  std::vector<std::string> locks;  ///< names as the plan has them; empty: all
  bool force = false;
  bool dry_run = false;
  std::string by;
  std::string comment;
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("locks", locks);
    v("force", force);
    v("dry_run", dry_run);
    v("by", by);
    v("comment", comment);
  }
  friend bool operator==(const ClearLocksRequest&, const ClearLocksRequest&) = default;
};
struct ClearLocksAnswer {
  std::vector<Change> changes;  ///< each a holder
  template <class V>
  void fields(V& v) {
    v("changes", changes);
  }
  friend bool operator==(const ClearLocksAnswer&, const ClearLocksAnswer&) = default;
};

}  // namespace headway
