#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "common/base/enum_text.h"
#include "common/base/ids.h"

/// Bodies of `graph`: which tickets of a run wait for which. A status has the tickets, page by
/// page; this has the lines between them.

namespace headway {

/// How one ticket waits for another (architecture, section 4).
enum class DependencyKind : std::uint8_t { kBlocking, kSequential, kSoft };
template <>
struct EnumText<DependencyKind> {
  static constexpr std::array kWords = {
      std::pair{DependencyKind::kBlocking, std::string_view{"blocking"}},
      std::pair{DependencyKind::kSequential, std::string_view{"sequential"}},
      std::pair{DependencyKind::kSoft, std::string_view{"soft"}},
  };
};

/// Two tickets by their places in the run, from 0: as all pages of a status list them.
struct DependencyView {
  std::uint32_t before = 0;
  std::uint32_t after = 0;  ///< the one that waits
  DependencyKind kind = DependencyKind::kBlocking;
  template <class V>
  void fields(V& v) {
    v("before", before);
    v("after", after);
    v("kind", kind);
  }
  friend bool operator==(const DependencyView&, const DependencyView&) = default;
};

/// Dependencies in one page; about 400 KiB.
inline constexpr std::uint32_t kGraphPageDependencies = 10'000;

struct GraphRequest {
  RunId run;  ///< 0: the only unfinished one, else the latest
  std::uint32_t first_dependency = 0;
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("first_dependency", first_dependency);
  }
  friend bool operator==(const GraphRequest&, const GraphRequest&) = default;
};
struct GraphAnswer {
  RunId run;
  std::vector<DependencyView> dependencies;  ///< by the ticket that waits
  std::uint32_t next_dependency = 0;         ///< first of the next page; 0: this was the last
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("dependencies", dependencies);
    v("next_dependency", next_dependency);
  }
  friend bool operator==(const GraphAnswer&, const GraphAnswer&) = default;
};

}  // namespace headway
