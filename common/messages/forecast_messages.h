#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/ids.h"
#include "common/base/time.h"
#include "common/messages/steering_messages.h"

/// Bodies of `what if`: when a run would be over if something were otherwise. Nothing is changed.

namespace headway {

/// What would be otherwise.
struct WhatIfRequest {
  RunId run;                           ///< 0: the only unfinished one, else the latest
  std::optional<std::int32_t> agents;  ///< in all, instead of those there are
  std::int32_t more_agents = 0;        ///< so many more than there are, or fewer
  std::vector<std::string> drop;       ///< tickets that would count as done
  std::vector<PrioritySetting> priorities;
  std::vector<ResourceSetting> resources;
  std::optional<std::int32_t> parallelism;  ///< tickets alive at once; 0: without a limit
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("agents", agents);
    v("more_agents", more_agents);
    v("drop", drop);
    v("priorities", priorities);
    v("resources", resources);
    v("parallelism", parallelism);
  }
  friend bool operator==(const WhatIfRequest&, const WhatIfRequest&) = default;
};

/// When a run will be over, from now on. Without times: never, with these agents.
struct EtaView {
  std::uint32_t agents = 0;
  std::uint32_t tickets = 0;         ///< that are left
  std::optional<Duration> eta;       ///< as probably earlier as later
  std::optional<Duration> eta_late;  ///< nine times of ten not later
  template <class V>
  void fields(V& v) {
    v("agents", agents);
    v("tickets", tickets);
    v("eta_us", eta);
    v("eta_late_us", eta_late);
  }
  friend bool operator==(const EtaView&, const EtaView&) = default;
};

struct WhatIfAnswer {
  RunId run;
  EtaView before;
  EtaView after;
  std::vector<std::string> notes;  ///< sentences about what was taken for true
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("before", before);
    v("after", after);
    v("notes", notes);
  }
  friend bool operator==(const WhatIfAnswer&, const WhatIfAnswer&) = default;
};

}  // namespace headway
