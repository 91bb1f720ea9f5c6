#include "tests/sim/world/disk.h"

#include <algorithm>
#include <set>

namespace headway::sim {

namespace {

bool hands_out(const Fact& fact) {
  return fact.kind == FactKind::kTicketAssigned || fact.kind == FactKind::kCheckAssigned;
}

}  // namespace

void Disk::commit(const Turn& turn) {
  facts_.insert(facts_.end(), turn.facts.begin(), turn.facts.end());
  for (const KeptTally& kept : turn.tallies) {
    if (kept.tally.ended == 0) {
      tallies_.erase(kept.of);
    } else {
      tallies_[kept.of] = kept;
    }
  }
}

bool Disk::restore() {
  if (!backup_) return false;
  facts_.resize(backup_->facts);
  tallies_ = backup_->tallies;
  token_floor_ = backup_->token_floor;
  std::set<RunId> kept;
  for (const Fact& fact : facts_) {
    if (fact.kind == FactKind::kRunSubmitted) kept.insert(fact.run);
  }
  std::erase_if(plans_, [&](const auto& plan) { return !kept.contains(plan.first); });
  backup_.reset();
  return true;
}

Token Disk::last_token() const {
  std::uint64_t last = token_floor_;
  for (const Fact& fact : facts_) {
    if (hands_out(fact)) last = std::max(last, fact.token.number());
  }
  return Token{last};
}

State Disk::replay(std::size_t length, std::optional<RunId> only) const {
  std::map<RunId, RunState> states;
  std::uint64_t epochs = 0;
  std::uint64_t last = token_floor_;
  for (std::size_t i = 0; i < length; ++i) {
    const Fact& fact = facts_[i];
    if (fact.kind == FactKind::kEpochStarted) ++epochs;
    if (hands_out(fact)) last = std::max(last, fact.token.number());
    if (fact.kind == FactKind::kRunSubmitted || fact.kind == FactKind::kRunResumed) {
      states[fact.run] = RunState::kRunning;
    }
    if (fact.kind == FactKind::kRunStopping) states[fact.run] = RunState::kStopping;
    if (fact.kind == FactKind::kRunEnded) states[fact.run] = *fact.run_state;
  }
  State state;
  for (const auto& [run, run_state] : states) {
    if (only ? *only == run : !is_final(run_state)) add_run(state, run, plans_.at(run));
  }
  Changes changes;
  for (std::size_t i = 0; i < length; ++i) {
    const Fact& fact = facts_[i];
    if (fact.run != RunId{} && !state.runs.contains(fact.run)) continue;
    if (fact.kind == FactKind::kPlanChanged) offer_plan(state, fact.run, version(fact));
    evolve(state, fact, changes);
    changes.ready.clear();
    changes.unready.clear();
    changes.tallies.clear();
  }
  state.track_record = length == facts_.size() ? kept_record() : folded_record(length);
  state.last_sequence = length == 0 ? Sequence{} : facts_[length - 1].sequence;
  state.last_token = Token{last};
  state.last_run = states.empty() ? RunId{} : states.rbegin()->first;
  state.epoch = Epoch{epochs + (token_floor_ >> 20U << 20U)};
  return state;
}

TrackRecord Disk::kept_record() const {
  TrackRecord record;
  for (const auto& [key, kept] : tallies_) record.restore(kept);
  return record;
}

std::shared_ptr<const RunPlan> Disk::version(const Fact& changed) const {
  return versions_.at({changed.run, static_cast<std::uint32_t>(*changed.number)});
}

/// What the tallies were after the first facts.
TrackRecord Disk::folded_record(std::size_t length) const {
  TrackRecord record;
  std::vector<TallyKey> changed;
  std::map<RunId, std::shared_ptr<const RunPlan>> now = plans_;
  std::map<Token, std::shared_ptr<const RunPlan>> handed_by;
  for (std::size_t i = 0; i < length; ++i) {
    const Fact& fact = facts_[i];
    if (fact.kind == FactKind::kPlanChanged) now[fact.run] = version(fact);
    if (fact.kind == FactKind::kTicketAssigned) handed_by[fact.token] = now.at(fact.run);
    if (fact.kind != FactKind::kAttemptEnded) continue;
    record.credit(fact, handed_by.at(fact.token)->plan.tickets[fact.ticket->index()], changed);
    changed.clear();
  }
  return record;
}

State Disk::replay_unfinished() const { return replay(facts_.size(), std::nullopt); }
State Disk::replay_run(RunId run) const { return replay(facts_.size(), run); }
State Disk::replay_prefix(std::size_t length) const { return replay(length, std::nullopt); }

}  // namespace headway::sim
