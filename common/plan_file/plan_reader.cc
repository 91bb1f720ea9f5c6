#include "common/plan_file/plan_reader.h"

#include <algorithm>
#include <array>

#include "common/plan/validate.h"
#include "common/plan/words.h"
#include "common/plan_file/execution_plan_fields.h"
#include "common/plan_file/field_table.h"
#include "common/plan_file/ticket_fields.h"
#include "common/plan_file/yaml_document.h"
#include "common/system/files.h"

namespace headway {

namespace {

constexpr std::int32_t kMaxParallel = 1'000'000;

/// A plan as far as it was read.
struct PlanDraft {
  Plan plan;
  PlanMarks marks;
  TicketDraft defaults;
  std::vector<std::uint32_t> written;  ///< of each ticket
};

void read_version(Reading& reading, const Entry& entry, PlanDraft& /*draft*/) {
  const std::string* text = scalar_of(reading, entry, "a number");
  if (text == nullptr || *text == "1") return;
  reading.error(entry.value.mark,
                fmt::format("version {} of the plan format is not understood", quoted(*text)),
                "this program understands version 1");
}

template <auto kRead>
void of_plan(Reading& reading, const Entry& entry, PlanDraft& draft) {
  kRead(reading, entry, draft.plan);
}

void read_plan_resources(Reading& reading, const Entry& entry, PlanDraft& draft) {
  read_amounts(reading, entry, draft.plan.resources);
}

void read_plan_defaults(Reading& reading, const Entry& entry, PlanDraft& draft) {
  draft.defaults = read_defaults(reading, entry.value);
}

/// The tickets themselves were read one by one before this; what is left is whether it is a list.
void check_tickets(Reading& reading, const Entry& entry, PlanDraft& /*draft*/) {
  items_of(reading, entry);
}

void read_derived(Reading& reading, const Entry& entry, PlanDraft& draft) {
  read_execution_plan(reading, entry, draft.plan.execution_plan, draft.marks);
}

void read_gates_of_plan(Reading& reading, const Entry& entry, PlanDraft& draft) {
  read_plan_gates(reading, entry, draft.plan.plan_gates);
}

constexpr std::uint32_t kVersionBit = 1U << 0U;
constexpr std::uint32_t kTicketsBit = 1U << 1U;

constexpr std::array kPlanFields = {
    Field<PlanDraft>{"version", read_version, kVersionBit},
    Field<PlanDraft>{"name", of_plan<string<&Plan::name, read_name>>},
    Field<PlanDraft>{"strategy", of_plan<word<&Plan::strategy>>},
    Field<PlanDraft>{"max_parallel", of_plan<integer<&Plan::max_parallel, 1, kMaxParallel>>},
    Field<PlanDraft>{"barriers", of_plan<boolean<&Plan::barriers>>},
    Field<PlanDraft>{"on_failure", of_plan<word<&Plan::on_failure>>},
    Field<PlanDraft>{"resources", read_plan_resources},
    Field<PlanDraft>{"defaults", read_plan_defaults},
    Field<PlanDraft>{"tickets", check_tickets, kTicketsBit},
    Field<PlanDraft>{"plan_gates", read_gates_of_plan},
    Field<PlanDraft>{"execution_plan", read_derived},
};

/// Reads tickets as they come and keeps the other fields of the plan until the end, when all keys
/// are known.
class PlanReceiver : public YamlReceiver {
 public:
  PlanReceiver(Reading& reading, PlanDraft& draft) : reading_(reading), draft_(draft) {
    root_.kind = YamlNode::Kind::kMap;
    root_.mark = {1, 1};
  }

  void on_field(const YamlNode& key, const YamlNode& value) override {
    root_.children.push_back(key);
    root_.children.push_back(value);
    if (key.text == "tickets") ++ticket_lists_;
  }

  void on_item(const YamlNode& item) override {
    // A second list is an error, told when the fields are read; its tickets would only make more of
    // them.
    if (ticket_lists_ > 0) return;
    if (draft_.plan.tickets.size() == kMaxPlanTickets) {
      if (!draft_.marks.incomplete) {
        reading_.error(item.mark, fmt::format("there are more than {} tickets", kMaxPlanTickets),
                       "split the plan");
      }
      draft_.marks.incomplete = true;
      return;
    }
    if (item.kind != YamlNode::Kind::kMap) {
      reading_.error(item.mark, "a ticket is a map", "write `key: value` lines, or `{key: value}`");
      draft_.marks.incomplete = true;
      return;
    }
    TicketDraft draft = read_ticket(reading_, item);
    draft_.marks.incomplete |= draft.ticket.id.empty();
    draft_.plan.tickets.push_back(std::move(draft.ticket));
    draft_.marks.tickets.push_back(std::move(draft.marks));
    draft_.written.push_back(draft.written);
  }

  void read_fields() {
    const std::uint32_t bits = read_map<PlanDraft>(reading_, root_, "a plan", kPlanFields, draft_);
    if ((bits & kVersionBit) == 0)
      reading_.error({1, 1}, "a plan needs a `version`", "write `version: 1` at its top");
    if ((bits & kTicketsBit) == 0) reading_.error({1, 1}, "a plan needs `tickets`");
  }

 private:
  Reading& reading_;
  PlanDraft& draft_;
  YamlNode root_;
  int ticket_lists_ = 0;
};

/// What a ticket must have once the defaults are in.
void check_ticket(Reading& reading, const Ticket& ticket, const TicketMarks& marks,
                  std::uint32_t written) {
  if ((written & (written::kCommand | written::kAgentType)) == 0) {
    reading.error(ticket.mark,
                  fmt::format("nothing says what {} runs",
                              ticket.id.empty() ? "this ticket" : quoted(ticket.id)),
                  "write `run: a shell line`, `command: [program, argument]`, `call: "
                  "module:function`, or `agent: {type: ...}` for a type that supplies the command");
  }
  if (!ticket.command.arguments.empty() && ticket.command.function.empty()) {
    reading.error(ticket.mark, fmt::format("{} has `args` without `call`", quoted(ticket.id)),
                  "`args` are for a function; a program gets its arguments in `run` or `command`");
  }
  if (ticket.on_disconnect == OnDisconnect::kFinish && ticket.reassign != Reassign::kOnProof) {
    const bool is_own = marks.on_disconnect != SourceMark{};  // or the plan's default
    reading.error(is_own ? marks.on_disconnect : ticket.mark,
                  fmt::format("{} has `on_disconnect: finish` without `reassign: on_proof`",
                              quoted(ticket.id)),
                  "a ticket that runs on without its coordinator may only be handed out again when "
                  "it is proven dead: "
                  "add `reassign: on_proof`");
  }
}

void fill_in_defaults(Reading& reading, PlanDraft& draft) {
  for (std::size_t i = 0; i < draft.plan.tickets.size(); ++i) {
    TicketDraft whole{std::move(draft.plan.tickets[i]), {}, draft.written[i]};
    apply_defaults(draft.defaults, whole);
    check_ticket(reading, whole.ticket, draft.marks.tickets[i], whole.written);
    draft.plan.tickets[i] = std::move(whole.ticket);
  }
}

}  // namespace

bool ReadPlan::ok() const {
  return std::none_of(diagnostics.begin(), diagnostics.end(),
                      [](const Diagnostic& found) { return found.severity == Severity::kError; });
}

ReadPlan read_plan(const std::string& text, PlanText whose) {
  Reading reading(whose == PlanText::kWritten ? Severity::kError : Severity::kWarning);
  PlanDraft draft;
  PlanReceiver receiver(reading, draft);
  const bool whole = parse_yaml(text, "tickets", static_cast<std::size_t>(kMaxPlanDepth), receiver,
                                reading.diagnostics());
  // What follows from the whole is not told of a part: fields that are yet to come would be missed,
  // ids not be found.
  if (whole) {
    receiver.read_fields();
    fill_in_defaults(reading, draft);
    std::vector<Diagnostic> found = validate_plan(draft.plan, draft.marks);
    std::move(found.begin(), found.end(), std::back_inserter(reading.diagnostics()));
  }
  sort_by_place(reading.diagnostics());
  return {std::move(draft.plan), std::move(reading.diagnostics())};
}

Result<std::string> load_plan_text(const std::string& path) {
  return read_file(path, kMaxPlanBytes);
}

}  // namespace headway
