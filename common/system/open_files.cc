#include "common/system/open_files.h"

#include <algorithm>
#include <sys/resource.h>

namespace headway {

void allow_open_files() {
  constexpr rlim_t kEnough = 65'536;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t wanted = std::min(limit.rlim_max, kEnough);
  if (limit.rlim_cur >= wanted) return;
  limit.rlim_cur = wanted;
  // What the system refuses is not needed until there are that many connections.
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace headway
