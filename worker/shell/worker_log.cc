#include "worker/shell/worker_log.h"

#include <cstdio>
#include <exception>

#include <fmt/format.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "common/base/text.h"

namespace headway::worker {

namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

/// `text` as a string of JSON. `printable` has left nothing but backslashes and quotes to escape.
std::string json_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : printable(text)) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace

std::string format_log_line(const Log& line, const std::string& worker, LogFormat format) {
  std::string text;
  if (format == LogFormat::kJson) {
    if (!line.run.empty()) text += "\"run\":" + json_string(line.run) + ",";
    if (!line.ticket.empty()) text += "\"ticket\":" + json_string(line.ticket) + ",";
    if (line.token != Token{}) text += fmt::format("\"token\":{},", line.token.number());
    return text + "\"worker\":" + json_string(worker) + ",\"text\":" + json_string(line.text);
  }
  if (!line.run.empty()) text += fmt::format("run={} ", printable(line.run));
  if (!line.ticket.empty()) text += fmt::format("ticket={} ", printable(line.ticket));
  if (line.token != Token{}) text += fmt::format("token={} ", line.token.number());
  return text + fmt::format("worker={} {}", printable(worker), printable(line.text));
}

Result<WorkerLog> WorkerLog::open(const LogOptions& options, std::string worker) {
  try {
    spdlog::sink_ptr sink;
    if (options.file.empty()) {
      sink = std::make_shared<spdlog::sinks::stderr_sink_st>();
    } else {
      sink = std::make_shared<spdlog::sinks::basic_file_sink_st>(options.file);
    }
    auto logger = std::make_shared<spdlog::logger>("headway-worker", std::move(sink));
    logger->set_level(spdlog_level(options.level));
    logger->flush_on(spdlog::level::trace);
    logger->set_error_handler([](const std::string&) {});
    logger->set_pattern(options.format == LogFormat::kJson
                            ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                            : "%Y-%m-%dT%H:%M:%S.%eZ %l %v",
                        spdlog::pattern_time_type::utc);
    return WorkerLog(std::move(logger), options.format, std::move(worker));
  } catch (const std::exception& failure) {
    return Error{ErrorKind::kFailed,
                 "cannot log to " + options.file + ": " + failure.what() + "; see --log-file"};
  }
}

void WorkerLog::write(const Log& line) {
  const spdlog::level::level_enum level = spdlog_level(line.level);
  if (!logger_->should_log(level)) return;
  logger_->log(level, "{}", format_log_line(line, worker_, format_));
}

}  // namespace headway::worker
