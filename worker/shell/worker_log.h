#pragma once

#include <memory>
#include <string>
#include <utility>

#include "common/base/enum_text.h"
#include "common/base/result.h"
#include "worker/core/effect.h"

namespace spdlog {
class logger;
}

namespace headway::worker {

enum class LogFormat : std::uint8_t { kText, kJson };

}  // namespace headway::worker

namespace headway {

template <>
struct EnumText<worker::LogLevel> {
  static constexpr std::array kWords = {
      std::pair{worker::LogLevel::kDebug, std::string_view{"debug"}},
      std::pair{worker::LogLevel::kInfo, std::string_view{"info"}},
      std::pair{worker::LogLevel::kWarning, std::string_view{"warning"}},
      std::pair{worker::LogLevel::kError, std::string_view{"error"}},
  };
};

template <>
struct EnumText<worker::LogFormat> {
  static constexpr std::array kWords = {
      std::pair{worker::LogFormat::kText, std::string_view{"text"}},
      std::pair{worker::LogFormat::kJson, std::string_view{"json"}},
  };
};

}  // namespace headway

namespace headway::worker {

struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kText;
  std::string file;  ///< empty: standard error
};

/// The worker's log: one line each, naming run, ticket, token and worker in that order. What comes
/// from elsewhere is made printable. Used by the shell's thread.
class WorkerLog {
 public:
  /// Fails when the file cannot be opened; the error names it.
  static Result<WorkerLog> open(const LogOptions& options, std::string worker);

  void write(const Log& line);
  /// A line about the worker as a whole.
  void write(LogLevel level, std::string text) { write({level, {}, {}, Token{}, std::move(text)}); }

 private:
  WorkerLog(std::shared_ptr<spdlog::logger> logger, LogFormat format, std::string worker)
      : logger_(std::move(logger)), format_(format), worker_(std::move(worker)) {}

  std::shared_ptr<spdlog::logger> logger_;
  LogFormat format_;
  std::string worker_;
};

/// The line as it is written, without time and level in the text form.
std::string format_log_line(const Log& line, const std::string& worker, LogFormat format);

}  // namespace headway::worker
