#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/base/ids.h"
#include "common/base/time.h"
#include "common/messages/attempt_messages.h"
#include "common/messages/check_messages.h"
#include "common/plan/ticket.h"

namespace headway {

/// A check of a run that is handed out by itself, with a token of its own: a gate that does not run
/// in its ticket's slot, a gate of the plan, a rollback. Requirements, checkpoints and most gates
/// are part of an attempt instead (`AttemptSpec`).
struct CheckRef {
  CheckKind kind = CheckKind::kGate;
  TicketIndex ticket;        ///< none of a gate of the plan, where this is 0
  std::uint32_t number = 1;  ///< of the ticket's or the plan's gates, from 1
  friend auto operator<=>(const CheckRef&, const CheckRef&) = default;
};

/// A ticket whose command has ended well and whose slot is free, while the gates that are left run
/// elsewhere or wait for a person.
struct ValidationRecord {
  std::set<std::uint32_t> passed;                   ///< numbers of gates
  std::map<std::uint32_t, std::uint32_t> failures;  ///< of gates, by their own doing
  std::map<std::uint32_t, WallTime> resting;  ///< gates that are tried again not before this time
  std::uint32_t workers_lost = 0;             ///< that ran gates of it
  std::set<Token> handed;                     ///< checks of it that workers have
  std::optional<std::uint32_t> review;        ///< the gate that a person is to decide
  WallTime review_since{};
  WallTime review_ends{};  ///< 0: it waits for as long as it takes
  std::string failure;     ///< which gate failed for good, and how; empty: none
  std::optional<Duration> cpu;
  std::optional<std::uint64_t> max_memory;
  friend bool operator==(const ValidationRecord&, const ValidationRecord&) = default;
};

/// How far the plan's gate of this number has come.
struct PlanGateRecord {
  std::uint32_t seen = 0;          ///< ends of groups or tickets when it last became due
  WallTime due_at{};               ///< when it last became due
  Token handed;                    ///< a worker has it; 0: none
  Token last;                      ///< that a worker had it with last
  std::uint32_t times = 0;         ///< that it was handed out
  std::uint32_t workers_lost = 0;  ///< that ran it, since it was due
  std::uint32_t passed = 0;        ///< times
  std::uint32_t failed = 0;        ///< times
  bool failing = false;            ///< the last time
  friend bool operator==(const PlanGateRecord&, const PlanGateRecord&) = default;
};

/// How a ticket's rollback stands.
///
///   none -> planned -> done             planned -> failed -> settled (by a person)
enum class RollbackState : std::uint8_t { kNone, kPlanned, kDone, kFailed, kSettled };
template <>
struct EnumText<RollbackState> {
  static constexpr std::array kWords = {
      std::pair{RollbackState::kNone, std::string_view{"none"}},
      std::pair{RollbackState::kPlanned, std::string_view{"planned"}},
      std::pair{RollbackState::kDone, std::string_view{"done"}},
      std::pair{RollbackState::kFailed, std::string_view{"failed"}},
      std::pair{RollbackState::kSettled, std::string_view{"settled"}},
  };
};

/// Gates that run side by side, as a range of numbers: [first, last]. A gate that does not say
/// `parallel` and a person's approval stand alone.
struct GateGroup {
  std::uint32_t first = 1, last = 1;
};

/// The group that begins with gate `first`; none: it has no such gate.
std::optional<GateGroup> gates_from(const Ticket& ticket, std::uint32_t first);

/// How many of its first gates run in its slot, on a worker with these labels and abilities.
std::uint32_t slot_gates(const Ticket& ticket, const std::vector<std::string>& labels,
                         const std::vector<std::string>& abilities);

/// The group that is next where these gates have passed; none: all have.
std::optional<GateGroup> next_gates(const Ticket& ticket, const ValidationRecord& validation);

/// Whether a gate that has failed so is tried again, after so many failures before.
bool may_try_again(const Gate& gate, Outcome outcome, std::uint32_t failures);

/// `gate 2 'unit tests'`, as people are told.
std::string gate_words(const Ticket& ticket, std::uint32_t number);

/// A command's argv: a shell line becomes `/bin/sh -c LINE`.
std::vector<std::string> words_of(const Command& command);

/// The parts of a ticket's attempt beside its command.
void add_checks(const Ticket& ticket, std::uint32_t slot_gates, AttemptSpec& spec);

}  // namespace headway
