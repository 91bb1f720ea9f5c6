#pragma once

#include <string>

#include "common/base/result.h"
#include "common/system/unique_fd.h"

namespace headway::worker {

/// A file whose time of change says when the coordinator last answered: by it whoever watches over
/// this process, such as a container's health check, sees that it is not only there but joined.
class HealthFile {
 public:
  /// None: nobody looks.
  HealthFile() = default;
  /// Makes it, or takes what is there; until the first answer its time is the beginning of 1970.
  static Result<HealthFile> open(const std::string& path);

  /// The coordinator has answered now.
  void touch() const;

 private:
  UniqueFd file_;
};

}  // namespace headway::worker
