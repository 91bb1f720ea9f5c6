#include <array>
#include <charconv>

#include "common/base/units.h"
#include "common/plan/words.h"
#include "common/plan_file/check_rules.h"
#include "common/plan_file/execution_plan_fields.h"
#include "common/plan_file/field_table.h"

namespace headway {

namespace {

constexpr std::uint32_t kEveryBit = kOtherCheckBit;
constexpr std::int32_t kMaxTickets = 1'000'000;

/// The number of `20 tickets`; none for anything else.
std::optional<std::int32_t> parse_tickets(std::string_view text) {
  std::int32_t count = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view rest = text.substr(static_cast<std::size_t>(parsed.ptr - text.data()));
  const bool good = parsed.ec == std::errc{} && count >= 1 && count <= kMaxTickets;
  if (!good || (rest != " tickets" && rest != " ticket")) return std::nullopt;
  return count;
}

void read_every(Reading& reading, const Entry& entry, PlanGate& gate) {
  const std::string* text =
      scalar_of(reading, entry, "`group`, `end`, a duration, or a number of tickets");
  if (text == nullptr) return;
  if (*text == "group") {
    gate.every = EveryGroup{};
  } else if (*text == "end") {
    gate.every = AtEnd{};
  } else if (const std::optional<std::int32_t> count = parse_tickets(*text)) {
    gate.every = EveryTickets{*count};
  } else if (const Result<Duration> period = parse_duration(*text);
             period && *period > Duration::zero()) {
    gate.every = *period;
  } else {
    reading.error(
        entry.value.mark,
        fmt::format("`{}`: {} is no time at which a plan gate can be due", entry.name,
                    quoted(*text)),
        "write `group`, `end`, a duration such as `10m`, or a number such as `20 tickets`");
  }
}

constexpr std::array kPlanGateFields = {
    Field<PlanGate>{"name", string<&PlanGate::name, read_name>, kNameBit},
    Field<PlanGate>{"run", shell_line<PlanGate>, kCommandBit},
    Field<PlanGate>{"command", command_words<PlanGate>, kCommandBit},
    Field<PlanGate>{"every", read_every, kEveryBit},
    Field<PlanGate>{"timeout", duration<&PlanGate::timeout, read_positive_duration>},
    Field<PlanGate>{"on_fail", word<&PlanGate::on_fail>},
};

}  // namespace

void read_plan_gates(Reading& reading, const Entry& entry, std::vector<PlanGate>& out) {
  constexpr std::string_view kWhat = "a plan gate";
  out.clear();
  CheckNames names(reading, kWhat);
  for (const Entry& item : items_of(reading, entry)) {
    PlanGate gate;
    const std::uint32_t bits =
        read_map<PlanGate>(reading, item.value, kWhat, kPlanGateFields, gate);
    require_name_and_command(reading, item.value, kWhat, bits);
    if (item.value.kind == YamlNode::Kind::kMap && (bits & kEveryBit) == 0) {
      reading.error(item.value.mark, fmt::format("{} needs `every`", kWhat));
    }
    if (!gate.name.empty() && !names.add(item.value, gate.name)) continue;
    out.push_back(std::move(gate));
  }
}

}  // namespace headway
