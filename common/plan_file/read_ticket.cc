#include <algorithm>
#include <array>
#include <cctype>

#include "common/plan/words.h"
#include "common/plan_file/field_table.h"
#include "common/plan_file/ticket_fields.h"

namespace headway {

namespace {

constexpr std::string_view kWhat = "a ticket";

// Readers for a draft's ticket: `of_ticket<string<&Ticket::title, read_text>>`.
template <auto kRead>
void of_ticket(Reading& reading, const Entry& entry, TicketDraft& draft) {
  kRead(reading, entry, draft.ticket);
}

void read_id(Reading& reading, const Entry& entry, TicketDraft& draft) {
  static_assert(kMaxIdBytes == kMaxNameBytes);
  draft.ticket.mark =
      entry.value.kind == YamlNode::Kind::kScalar ? entry.value.mark : entry.key_mark;
  read_name(reading, entry, draft.ticket.id);
}

void read_priority(Reading& reading, const Entry& entry, TicketDraft& draft) {
  // People write High and HIGH as well.
  YamlNode lowered = entry.value;
  for (char& c : lowered.text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  read_word(reading, {entry.name, entry.key_mark, lowered}, draft.ticket.priority);
}

void read_on_disconnect(Reading& reading, const Entry& entry, TicketDraft& draft) {
  draft.marks.on_disconnect = entry.key_mark;
  read_word(reading, entry, draft.ticket.on_disconnect);
}

constexpr std::array kAgentFields = {
    Field<AgentRequirement>{"type", string<&AgentRequirement::type, read_name>,
                            written::kAgentType},
    Field<AgentRequirement>{"labels", list<&AgentRequirement::labels, read_name>,
                            written::kAgentLabels},
    Field<AgentRequirement>{"not", list<&AgentRequirement::excluded, read_name>,
                            written::kAgentNot},
};

void read_agent(Reading& reading, const Entry& entry, TicketDraft& draft) {
  draft.written |=
      read_map<AgentRequirement>(reading, entry.value, "`agent`", kAgentFields, draft.ticket.agent);
}

template <std::vector<std::string> Dependencies::*kList, ListMarks TicketMarks::*kMarks>
void ids(Reading& reading, const Entry& entry, TicketDraft& draft) {
  read_list(reading, entry, read_name, draft.ticket.dependencies.*kList, &(draft.marks.*kMarks));
}
constexpr auto kReadBlocking = ids<&Dependencies::blocking, &TicketMarks::blocking>;

constexpr std::array kDependencyFields = {
    Field<TicketDraft>{"blocking", kReadBlocking, written::kBlocking},
    Field<TicketDraft>{"sequential", ids<&Dependencies::sequential, &TicketMarks::sequential>},
    Field<TicketDraft>{"soft", ids<&Dependencies::soft, &TicketMarks::soft>},
    Field<TicketDraft>{"file_conflicts",
                       ids<&Dependencies::file_conflicts, &TicketMarks::file_conflicts>},
    Field<TicketDraft>{"resource_conflicts",
                       ids<&Dependencies::resource_conflicts, &TicketMarks::resource_conflicts>},
};

/// `needs` and what blocks under `dependencies` are the same list; whichever comes second is one
/// too many.
void claim_blocking(Reading& reading, const Entry& entry, TicketDraft& draft) {
  if ((draft.written & written::kBlocking) != 0) {
    reading.error(
        entry.key_mark,
        "`needs` and `dependencies.blocking` are two words for the same; use one of them");
  }
  draft.written |= written::kBlocking;
}

void read_needs(Reading& reading, const Entry& entry, TicketDraft& draft) {
  claim_blocking(reading, entry, draft);
  kReadBlocking(reading, entry, draft);
}

void read_dependencies(Reading& reading, const Entry& entry, TicketDraft& draft) {
  if (entry.value.kind == YamlNode::Kind::kSequence) return read_needs(reading, entry, draft);
  const bool needs = (draft.written & written::kBlocking) != 0;
  const std::vector<YamlNode>& children = entry.value.children;
  for (std::size_t i = 0; entry.value.kind == YamlNode::Kind::kMap && i < children.size(); i += 2) {
    if (children[i].text == "blocking" && needs) return claim_blocking(reading, entry, draft);
  }
  draft.written |=
      read_map<TicketDraft>(reading, entry.value, "`dependencies`", kDependencyFields, draft);
}

constexpr std::array kLockFields = {
    Field<LockRequest>{"name", string<&LockRequest::name, read_name>, 1},
    Field<LockRequest>{"mode", word<&LockRequest::mode>},
};

void read_locks(Reading& reading, const Entry& entry, TicketDraft& draft) {
  draft.ticket.locks.clear();
  for (const Entry& item : items_of(reading, entry)) {
    LockRequest lock;
    if (read_map<LockRequest>(reading, item.value, "a lock", kLockFields, lock) == 0 &&
        item.value.kind == YamlNode::Kind::kMap) {
      reading.error(item.value.mark, "a lock needs a `name`");
    }
    if (!lock.name.empty()) draft.ticket.locks.push_back(std::move(lock));
  }
}

void read_resources(Reading& reading, const Entry& entry, TicketDraft& draft) {
  read_amounts(reading, entry, draft.ticket.resources, &draft.marks.resources);
}

void read_env(Reading& reading, const Entry& entry, TicketDraft& draft) {
  for (const Entry& member : members_of(reading, entry)) {
    YamlNode key;
    key.kind = YamlNode::Kind::kScalar;
    key.mark = member.key_mark;
    key.text = member.name;
    std::string name;
    std::string value;
    read_variable_name(reading, {entry.name, member.key_mark, key}, name);
    read_text(reading, member, value);
    if (!name.empty()) draft.ticket.env.emplace_back(std::move(name), std::move(value));
  }
}

void read_ticket_retry(Reading& reading, const Entry& entry, TicketDraft& draft) {
  read_retry(reading, entry, draft.ticket.retry, draft.written);
}

template <auto kRead>
void of_command(Reading& reading, const Entry& entry, TicketDraft& draft) {
  kRead(reading, entry, draft.ticket.command);
}

template <auto kRead, auto kMember>
void checks(Reading& reading, const Entry& entry, TicketDraft& draft) {
  kRead(reading, entry, draft.ticket.*kMember);
}

/// The fields that the plan's `defaults` may have too come first.
constexpr std::array kTicketFields = {
    Field<TicketDraft>{"category", of_ticket<string<&Ticket::category, read_text>>,
                       written::kCategory},
    Field<TicketDraft>{"priority", read_priority, written::kPriority},
    Field<TicketDraft>{"estimate", of_ticket<duration<&Ticket::estimate, read_duration>>,
                       written::kEstimate},
    Field<TicketDraft>{"locks", read_locks, written::kLocks},
    Field<TicketDraft>{"agent", read_agent},
    Field<TicketDraft>{"resources", read_resources},
    Field<TicketDraft>{"run", of_ticket<shell_line<Ticket>>, written::kCommand},
    Field<TicketDraft>{"command", of_ticket<command_words<Ticket>>, written::kCommand},
    Field<TicketDraft>{"call", of_command<read_function>, written::kCommand},
    Field<TicketDraft>{"dir", of_ticket<string<&Ticket::dir, read_path>>, written::kDir},
    Field<TicketDraft>{"env", read_env},
    Field<TicketDraft>{"secrets", of_ticket<list<&Ticket::secrets, read_variable_name>>,
                       written::kSecrets},
    Field<TicketDraft>{"timeout", of_ticket<duration<&Ticket::timeout, read_positive_duration>>,
                       written::kTimeout},
    Field<TicketDraft>{"kill_grace", of_ticket<duration<&Ticket::kill_grace, read_duration>>,
                       written::kKillGrace},
    Field<TicketDraft>{"retry", read_ticket_retry},
    Field<TicketDraft>{"on_disconnect", read_on_disconnect, written::kOnDisconnect},
    Field<TicketDraft>{"reassign", of_ticket<word<&Ticket::reassign>>, written::kReassign},
    Field<TicketDraft>{"allow_failure", of_ticket<boolean<&Ticket::allow_failure>>,
                       written::kAllowFailure},
    Field<TicketDraft>{"execution_strategy", of_ticket<word<&Ticket::isolation>>,
                       written::kIsolation},
    Field<TicketDraft>{"require", checks<read_requirements, &Ticket::require>, written::kRequire},
    Field<TicketDraft>{"checkpoints", checks<read_checkpoints, &Ticket::checkpoints>,
                       written::kCheckpoints},
    Field<TicketDraft>{"gates", checks<read_gates, &Ticket::gates>, written::kGates},
    Field<TicketDraft>{"rollback", checks<read_rollback, &Ticket::rollback>, written::kRollback},
    // Of one ticket alone:
    Field<TicketDraft>{"id", read_id, written::kId},
    Field<TicketDraft>{"ticket_id", read_id, written::kId},
    Field<TicketDraft>{"title", of_ticket<string<&Ticket::title, read_text>>},
    Field<TicketDraft>{"estimated_effort", of_ticket<duration<&Ticket::estimate, read_effort>>,
                       written::kEstimate},
    Field<TicketDraft>{"args", of_command<read_arguments>},
    Field<TicketDraft>{"dependencies", read_dependencies},
    Field<TicketDraft>{"needs", read_needs},
    Field<TicketDraft>{"affected_files", of_ticket<list<&Ticket::affected_files, read_path>>},
    Field<TicketDraft>{"artifacts", of_ticket<list<&Ticket::artifacts, read_path>>},
    Field<TicketDraft>{"parallel_group", of_ticket<string<&Ticket::parallel_group, read_text>>},
    Field<TicketDraft>{"status", of_ticket<word<&Ticket::status>>},
    Field<TicketDraft>{"created", of_ticket<string<&Ticket::created, read_text>>},
};
constexpr std::size_t kDefaultFields = 23;
static_assert(kTicketFields[kDefaultFields].name == "id");

}  // namespace

void read_shell_line(Reading& reading, const Entry& entry, std::string& out) {
  if (entry.value.kind != YamlNode::Kind::kSequence) {
    read_filled_text(reading, entry, out);
    return;
  }
  reading.error(entry.value.mark,
                fmt::format("`{}` is text, but a list is written here", entry.name),
                "a program with its arguments is written `command: [program, argument, ...]`");
}

void read_words(Reading& reading, const Entry& entry, std::vector<std::string>& out) {
  std::vector<std::string> words;
  for (const Entry& item : items_of(reading, entry)) {
    std::string text;
    read_text(reading, item, text);
    words.push_back(std::move(text));
  }
  if (entry.value.kind != YamlNode::Kind::kSequence) return;
  if (words.empty() || words.front().empty()) {
    reading.error(entry.value.mark, fmt::format("`{}` has no program", entry.name),
                  "write `[program, argument, ...]`");
  } else {
    out = std::move(words);
  }
}

const std::vector<std::string_view>& ticket_field_names() {
  static const std::vector<std::string_view> kNames = [] {
    std::vector<std::string_view> names;
    names.reserve(std::size(kTicketFields));
    for (const Field<TicketDraft>& field : kTicketFields) names.push_back(field.name);
    return names;
  }();
  return kNames;
}

TicketDraft read_ticket(Reading& reading, const YamlNode& node) {
  TicketDraft draft;
  draft.ticket.mark = node.mark;
  draft.written |= read_map<TicketDraft>(reading, node, kWhat, kTicketFields, draft);
  if ((draft.written & written::kId) == 0) reading.error(node.mark, "a ticket needs an `id`");
  want_caller(draft.ticket);
  return draft;
}

TicketDraft read_defaults(Reading& reading, const YamlNode& node) {
  TicketDraft draft;
  draft.ticket.mark = node.mark;
  draft.written |= read_map<TicketDraft>(reading, node, "`defaults`",
                                         std::span(kTicketFields).first<kDefaultFields>(), draft);
  return draft;
}

}  // namespace headway
