#include <array>
#include <type_traits>

#include "common/plan/words.h"
#include "common/plan_file/check_rules.h"
#include "common/plan_file/field_table.h"
#include "common/plan_file/percent.h"
#include "common/plan_file/ticket_fields.h"

namespace headway {

namespace {

template <class T>
bool is_complete(const T& check) {
  bool runs = !check.command.empty();
  if constexpr (requires { check.approval; }) runs = runs || check.approval;
  return runs && !check.name.empty();
}

/// Reads a list of maps, each by `fields`. What is not complete is left out: a ticket of a folder
/// is kept whatever was wrong with it.
template <class T>
void read_checks(Reading& reading, const Entry& entry, std::string_view what,
                 std::span<const Field<T>> fields, std::string_view commands, std::vector<T>& out) {
  out.clear();
  CheckNames names(reading, what);
  for (const Entry& item : items_of(reading, entry)) {
    T check;
    const std::uint32_t bits = read_map<T>(reading, item.value, what, fields, check);
    require_name_and_command(reading, item.value, what, bits, commands);
    if (!is_complete(check) || !names.add(item.value, check.name)) continue;
    if constexpr (std::is_same_v<T, Gate>) {
      check_gate_fields(reading, item.value, bits, check);
      if (!is_name_of_a_gate(reading, item.value, check.name)) continue;
    }
    out.push_back(std::move(check));
  }
}

void read_trigger(Reading& reading, const Entry& entry, Checkpoint& checkpoint) {
  const std::string* text = scalar_of(reading, entry, "a share such as `50%`, or a duration");
  if (text == nullptr) return;
  if (!text->ends_with('%')) {
    Duration after{};
    read_positive_duration(reading, entry, after);
    checkpoint.at = after;
    return;
  }
  if (const std::optional<double> share = parse_percent(*text)) {
    checkpoint.at = *share;
    return;
  }
  reading.error(entry.value.mark,
                fmt::format("`{}`: {} is not a share of progress", entry.name, quoted(*text)),
                "write `0%` to `100%`, with at most 3 decimals");
}

constexpr std::array kRequirementFields = {
    Field<Requirement>{"name", string<&Requirement::name, read_name>, kNameBit},
    Field<Requirement>{"run", shell_line<Requirement>, kCommandBit},
    Field<Requirement>{"command", command_words<Requirement>, kCommandBit},
    Field<Requirement>{"timeout", duration<&Requirement::timeout, read_positive_duration>},
};

constexpr std::array kCheckpointFields = {
    Field<Checkpoint>{"at", read_trigger},
    Field<Checkpoint>{"name", string<&Checkpoint::name, read_name>, kNameBit},
    Field<Checkpoint>{"run", shell_line<Checkpoint>, kCommandBit},
    Field<Checkpoint>{"command", command_words<Checkpoint>, kCommandBit},
    Field<Checkpoint>{"timeout", duration<&Checkpoint::timeout, read_positive_duration>},
    Field<Checkpoint>{"on_fail", word<&Checkpoint::on_fail>},
};

void read_approval(Reading& reading, const Entry& entry, Gate& gate) {
  const std::string* text = scalar_of(reading, entry, "`human`");
  if (text == nullptr) return;
  gate.approval = *text == "human";
  if (!gate.approval) tell_words(reading, entry, *text, {"human"});
}

void read_gate_retry(Reading& reading, const Entry& entry, Gate& gate) {
  std::uint32_t written = 0;
  read_retry(reading, entry, gate.retry, written);
}

constexpr std::array kGateFields = {
    Field<Gate>{"name", string<&Gate::name, read_name>, kNameBit},
    Field<Gate>{"run", shell_line<Gate>, kCommandBit},
    Field<Gate>{"command", command_words<Gate>, kCommandBit},
    Field<Gate>{"approval", read_approval, kCommandBit},
    Field<Gate>{"parallel", boolean<&Gate::parallel>},
    Field<Gate>{"labels", list<&Gate::labels, read_name>},
    Field<Gate>{"timeout", duration<&Gate::timeout, read_positive_duration>},
    Field<Gate>{"retry", read_gate_retry, kRetryBit},
    Field<Gate>{"on_timeout", word<&Gate::on_timeout>, kOnTimeoutBit},
};

constexpr std::array kRollbackFields = {
    Field<Rollback>{"run", shell_line<Rollback>, kCommandBit},
    Field<Rollback>{"command", command_words<Rollback>, kCommandBit},
    Field<Rollback>{"scope", word<&Rollback::scope>},
    Field<Rollback>{"timeout", duration<&Rollback::timeout, read_positive_duration>},
};

void read_factor(Reading& reading, const Entry& entry, RetryPolicy& policy) {
  read_number(reading, entry, 1, kMaxBackoffFactor, policy.factor);
}

void read_when(Reading& reading, const Entry& entry, RetryPolicy& policy) {
  std::vector<RetryCause> causes;
  for (const Entry& item : items_of(reading, entry)) {
    RetryCause cause{};
    read_word(reading, item, cause);
    causes.push_back(cause);
  }
  policy.when = std::move(causes);
}

constexpr std::array kRetryFields = {
    Field<RetryPolicy>{"max", integer<&RetryPolicy::max, 0, kMaxRetries>, written::kRetryMax},
    Field<RetryPolicy>{"backoff", duration<&RetryPolicy::backoff, read_duration>,
                       written::kRetryBackoff},
    Field<RetryPolicy>{"factor", read_factor, written::kRetryFactor},
    Field<RetryPolicy>{"when", read_when, written::kRetryWhen},
};

}  // namespace

void require_name_and_command(Reading& reading, const YamlNode& node, std::string_view what,
                              std::uint32_t bits, std::string_view commands) {
  if (node.kind != YamlNode::Kind::kMap) return;
  if ((bits & kNameBit) == 0) reading.error(node.mark, fmt::format("{} needs a `name`", what));
  if ((bits & kCommandBit) == 0)
    reading.error(node.mark, fmt::format("{} needs {}", what, commands));
}

void read_retry(Reading& reading, const Entry& entry, RetryPolicy& out, std::uint32_t& written) {
  written |= read_map<RetryPolicy>(reading, entry.value, "`retry`", kRetryFields, out);
}

void read_requirements(Reading& reading, const Entry& entry, std::vector<Requirement>& out) {
  read_checks<Requirement>(reading, entry, "a requirement", kRequirementFields,
                           "`run` or `command`", out);
}

void read_checkpoints(Reading& reading, const Entry& entry, std::vector<Checkpoint>& out) {
  read_checks<Checkpoint>(reading, entry, "a checkpoint", kCheckpointFields, "`run` or `command`",
                          out);
}

void read_gates(Reading& reading, const Entry& entry, std::vector<Gate>& out) {
  read_checks<Gate>(reading, entry, "a gate", kGateFields, "`run`, `command` or `approval`", out);
}

void read_rollback(Reading& reading, const Entry& entry, std::optional<Rollback>& out) {
  Rollback rollback;
  const std::uint32_t bits =
      read_map<Rollback>(reading, entry.value, "`rollback`", kRollbackFields, rollback);
  require_name_and_command(reading, entry.value, "`rollback`", bits | kNameBit);
  if (!rollback.command.empty()) out = std::move(rollback);
}

}  // namespace headway
