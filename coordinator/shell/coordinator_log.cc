#include "coordinator/shell/coordinator_log.h"

#include <fmt/format.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "common/base/text.h"

namespace headway {

namespace {

/// `printable` has left nothing but quotes and backslashes to escape.
std::string json_string(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : printable(text)) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

bool is_about_a_ticket(const Fact& fact) { return fact.ticket.has_value(); }

}  // namespace

Result<CoordinatorLog> CoordinatorLog::open(const CoordinatorOptions& options) {
  const spdlog::level::level_enum level = spdlog::level::from_str(options.log_level);
  if (level == spdlog::level::off && options.log_level != "off") {
    return Error{ErrorKind::kUsage, "--log-level is debug, info, warning or error, not " +
                                        printable(options.log_level)};
  }
  try {
    spdlog::sink_ptr sink;
    if (options.log_file.empty()) {
      sink = std::make_shared<spdlog::sinks::stderr_sink_st>();
    } else {
      sink = std::make_shared<spdlog::sinks::basic_file_sink_st>(options.log_file);
    }
    auto logger = std::make_shared<spdlog::logger>("headway-coordinator", std::move(sink));
    logger->set_level(level);
    logger->flush_on(spdlog::level::info);
    // A full disk under the log must not stop the coordinator.
    logger->set_error_handler([](const std::string&) {});
    logger->set_pattern(options.log_json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                                         : "%Y-%m-%dT%H:%M:%S.%eZ %l %v",
                        spdlog::pattern_time_type::utc);
    return CoordinatorLog(std::move(logger), options.log_json);
  } catch (const std::exception& failure) {
    return Error{ErrorKind::kFailed, "cannot log to " + options.log_file + ": " + failure.what()};
  }
}

std::string CoordinatorLog::line(const std::string& text) const {
  return json_ ? "\"text\":" + json_string(text) : printable(text);
}

void CoordinatorLog::info(const std::string& text) const { logger_->info(line(text)); }
void CoordinatorLog::warn(const std::string& text) const { logger_->warn(line(text)); }
void CoordinatorLog::error(const std::string& text) const { logger_->error(line(text)); }

void CoordinatorLog::fact(const Fact& fact, const State& state) const {
  const auto level = is_about_a_ticket(fact) ? spdlog::level::debug : spdlog::level::info;
  if (!logger_->should_log(level)) return;
  std::string run;
  std::string ticket;
  std::string worker;
  if (fact.run != RunId{}) run = fmt::format("r{}", fact.run.number());
  if (const Run* known = state.find_run(fact.run); known != nullptr && fact.ticket) {
    ticket = known->ticket(*fact.ticket).id;
  }
  if (const auto known = state.workers.find(fact.worker); known != state.workers.end()) {
    worker = known->second.name;
  }
  std::string text(to_text(fact.kind));
  if (fact.outcome) text += fmt::format(": {}", to_text(*fact.outcome));
  if (fact.run_state) text += fmt::format(": {}", to_text(*fact.run_state));
  if (fact.ticket_state) text += fmt::format(", now {}", to_text(*fact.ticket_state));
  if (!fact.detail.empty()) text += ": " + fact.detail;
  std::string fields;
  const auto add = [&](std::string_view name, const std::string& value, bool quoted) {
    if (value.empty()) return;
    if (json_) {
      fields += fmt::format("\"{}\":{},", name, quoted ? json_string(value) : value);
    } else {
      fields += fmt::format("{}={} ", name, printable(value));
    }
  };
  add("run", run, true);
  add("ticket", ticket, true);
  if (fact.token != Token{}) add("token", std::to_string(fact.token.number()), false);
  add("worker", worker, true);
  logger_->log(level, fields + line(text));
}

}  // namespace headway
