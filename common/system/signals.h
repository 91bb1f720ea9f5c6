#pragma once

#include "common/base/result.h"
#include "common/system/unique_fd.h"

namespace headway {

/// Turns SIGTERM, SIGINT and SIGHUP into bytes of a pipe, for the shell's poll. Handlers rather
/// than a signalfd: those need a blocked mask, which every supervisor would inherit. One per
/// process; lives as long as it.
class Signals {
 public:
  static Result<Signals> install();

  [[nodiscard]] int poll_fd() const { return reader_.get(); }
  /// How many have come since the last call.
  int take();

 private:
  explicit Signals(UniqueFd reader) : reader_(std::move(reader)) {}
  UniqueFd reader_;
};

}  // namespace headway
