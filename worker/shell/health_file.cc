#include "worker/shell/health_file.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>

#include "common/base/text.h"

namespace headway::worker {

Result<HealthFile> HealthFile::open(const std::string& path) {
  HealthFile health;
  health.file_.reset(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
  constexpr std::array<timespec, 2> kNever{};
  if (!health.file_ || ::futimens(health.file_.get(), kNever.data()) != 0) {
    return Error{ErrorKind::kFailed, "cannot write the health file " + printable(path) + ": " +
                                         std::generic_category().message(errno)};
  }
  return health;
}

void HealthFile::touch() const {
  // Where it cannot be touched any more, the worker looks unwell, which somebody then looks into.
  if (file_) (void)::futimens(file_.get(), nullptr);
}

}  // namespace headway::worker
