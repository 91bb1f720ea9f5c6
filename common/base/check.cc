#include "common/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace headway {

void check_failed(const char* condition, const char* file, int line, std::string_view story) {
  std::fprintf(stderr, "headway: stuck [this is a bug]: %.*s\n  %s:%d: %s does not hold\n",
               static_cast<int>(story.size()), story.data(), file, line, condition);
  std::abort();
}

}  // namespace headway
