#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/core/core.h"

/// A worker's hello: who may join, and what becomes of the attempts that it has, should have, or
/// can prove dead.

namespace headway {

namespace {

constexpr std::size_t kMaxNameBytes = 200;
constexpr std::uint32_t kMaxSlots = 1024;
/// Labels, types, resources of one worker.
constexpr std::size_t kMaxOffers = 256;
constexpr const char* kProven = "its worker died, and proved that nothing of it is left";

bool contains(const std::vector<std::uint64_t>& lives, std::uint64_t incarnation) {
  return std::ranges::find(lives, incarnation) != lives.end();
}

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= kMaxNameBytes && printable(name) == name &&
         name.find('/') == std::string::npos;
}

}  // namespace

std::optional<Refused> Core::refuse(const Hello& hello) const {
  if (hello.protocol != kProtocolVersion) {
    return Refused{fmt::format("this coordinator speaks protocol {}, the worker {}",
                               kProtocolVersion, hello.protocol),
                   false};
  }
  if (!is_name(hello.worker)) {
    return Refused{
        fmt::format("a worker's name has 1 to {} printable bytes and no slash", kMaxNameBytes),
        false};
  }
  if (hello.slots < 1 || hello.slots > kMaxSlots) {
    return Refused{fmt::format("a worker has 1 to {} slots", kMaxSlots), false};
  }
  if (std::max({hello.labels.size(), hello.types.size(), hello.resources.size()}) > kMaxOffers) {
    return Refused{
        fmt::format("a worker offers at most {} labels, types and resources", kMaxOffers), false};
  }
  const auto known = state_.worker_by_name.find(hello.worker);
  if (known == state_.worker_by_name.end()) return std::nullopt;
  const auto link = links_.find(known->second);
  if (link == links_.end()) return std::nullopt;
  if (contains(link->second.hello.formers, hello.incarnation)) {
    return Refused{"a later process of this worker has proven this one to be dead", false};
  }
  if (!link->second.connected) return std::nullopt;
  const bool same_life = link->second.incarnation == hello.incarnation;
  const bool alive = now_.steady - link->second.last_heard < 2 * options_.heartbeat;
  // No machine boots within two heartbeats: a proof from elsewhere that one is dead which is heard
  // of comes from a copy of its state directory.
  const bool proven = contains(hello.formers, link->second.incarnation) &&
                      (!alive || hello.boot_id == link->second.hello.boot_id);
  if (!same_life && !proven && alive) {
    return Refused{"a worker of this name is joined and alive; give this one another --name", true};
  }
  return std::nullopt;
}

/// One that a newer hello of the same process has overtaken: on another connection, or twice.
bool Core::is_late(const Hello& hello) const {
  const auto known = state_.worker_by_name.find(hello.worker);
  if (known == state_.worker_by_name.end() || hello.number == 0) return false;
  const auto link = links_.find(known->second);
  return link != links_.end() && link->second.incarnation == hello.incarnation &&
         hello.number <= link->second.hello.number;
}

void Core::on_hello(const std::string& peer, const Hello& hello) {
  if (is_late(hello)) {
    ++dropped_;
    return;
  }
  if (const std::optional<Refused> refused = refuse(hello)) {
    ++refused_;
    if (refused->retry) ++refused_twins_;
    turn_.effects.emplace_back(SendToWorker{peer, {0, *refused}});
    return;
  }
  const auto known = state_.worker_by_name.find(hello.worker);
  WorkerId worker{static_cast<std::uint32_t>(state_.workers.size() + 1)};
  if (known != state_.worker_by_name.end()) worker = known->second;
  Link& link = links_[worker];
  const bool new_life = known == state_.worker_by_name.end() ||
                        state_.workers.at(worker).incarnation != hello.incarnation;
  const Instant former_lease = link.lease_ends;
  const bool rejoined = new_life || !state_.workers.at(worker).joined ||
                        state_.workers.at(worker).slots != hello.slots;

  if (link.connected) sessions_.erase(link.session);
  link.connected = true;
  link.peer = peer;
  link.session = (state_.epoch.number() << 32U) | ++last_session_;
  link.hello = hello;
  link.hello.inventory.clear();
  link.incarnation = hello.incarnation;
  link.says_draining = false;
  link.last_heard = now_.steady;
  link.load_at = now_.steady;
  link.lease_ends = now_.steady + options_.lease + options_.lease_margin;
  link.unaccepted.clear();
  sessions_[link.session] = worker;
  arm_lease(worker);

  std::vector<InventoryVerdict> verdicts;
  // Compared before the fact: it still shows the former life.
  compare_inventory(worker, hello, former_lease, verdicts);
  if (rejoined) {
    Fact joined;
    joined.kind = FactKind::kWorkerJoined;
    joined.worker = worker;
    joined.number = hello.slots;
    joined.detail = hello.worker;
    joined.digest = fmt::format("{:x}", hello.incarnation);
    emit(joined);
  }
  const bool draining = state_.workers.at(worker).draining;
  if (!draining) {
    scheduler_.offer({worker, hello.worker, hello.slots, hello.labels, hello.types,
                      hello.every_type, hello.resources, hello.abilities});
  }
  Welcome welcome;
  welcome.registry = options_.registry;
  welcome.epoch = state_.epoch;
  welcome.session = link.session;
  welcome.lease = options_.lease;
  welcome.heartbeat = options_.heartbeat;
  welcome.verdicts = std::move(verdicts);
  turn_.effects.emplace_back(SendToWorker{peer, {link.session, std::move(welcome)}});
  if (draining) send(worker, Drain{state_.workers.at(worker).restarting});
  // What was on its way to the former session, and what it was asked to stop meanwhile.
  const bool ours = hello.registry.empty() || hello.registry == options_.registry;
  const std::set<Token> held = link.held;
  for (const Token token : held) {
    const bool assigned = !has_started(token);
    const bool listed = ours && std::ranges::any_of(hello.inventory, [&](const auto& entry) {
                          return entry.token == token;
                        });
    if (assigned && !listed && !widows_.contains(token)) send_assign(worker, token);
  }
  const std::map<Token, Stop> stops = link.stops;
  for (const auto& [token, stop] : stops) order_stop(worker, stop);
}

/// Current against desired: the one path that repairs lost assigns, strays, and a restart of either
/// side.
void Core::compare_inventory(WorkerId worker, const Hello& hello, Instant former_lease,
                             std::vector<InventoryVerdict>& verdicts) {
  const bool ours = hello.registry.empty() || hello.registry == options_.registry;
  std::set<Token> listed;
  struct Dead {
    Token token;
    bool started = false;
  };
  std::vector<Dead> dead;
  for (const InventoryEntry& entry : hello.inventory) {
    Verdict verdict = Verdict::kForget;
    const bool wanted = ours && links_.at(worker).held.contains(entry.token);
    // No process takes over what a former one ran: should it say so, it is to be killed.
    const bool its_own = wanted && life_of(entry.token) == hello.incarnation;
    switch (entry.state) {
      case HeldState::kQueued:
      case HeldState::kRunning:
      case HeldState::kValidating:
        verdict = its_own ? Verdict::kContinue : Verdict::kKill;
        if (!its_own) break;
        listed.insert(entry.token);
        widows_.erase(entry.token);
        if (entry.state != HeldState::kQueued) note_started(worker, entry.token, entry.slot, 0);
        if (entry.state == HeldState::kValidating) note_validating(entry.token);
        break;
      case HeldState::kEnded:
        if (!wanted) break;
        verdict = Verdict::kResend;
        listed.insert(entry.token);
        widows_.erase(entry.token);
        break;
      case HeldState::kDead:
        if (wanted && listed.insert(entry.token).second) {
          // A worker writes down what it starts before it does: this attempt may be why it died,
          // though word of its start never came.
          dead.push_back({entry.token, true});
        }
        break;
    }
    // What is forgotten sends no more output either.
    const auto late = late_outputs_.find(entry.token);
    const bool was_its_own = late != late_outputs_.end() && late->second.worker == worker;
    if (verdict == Verdict::kForget && ours && was_its_own) {
      late_outputs_.erase(late);
      notes_.erase(entry.token);
    }
    verdicts.push_back({entry.token, verdict});
  }
  const std::set<Token> held = links_.at(worker).held;
  for (const Token token : held) {
    if (listed.contains(token)) continue;
    if (life_of(token) == hello.incarnation) {
      // An assign that was lost on the way is sent again. That what was running is gone is not to
      // be had from a hello, which may be older than the attempt: the session's first heartbeat
      // tells.
      widows_.erase(token);
    } else if (contains(hello.formers, life_of(token))) {
      dead.push_back({token, has_started(token)});
    } else if (!widows_.contains(token)) {
      make_widow(token, former_lease);
    }
  }
  for (const Dead& each : dead) {
    Ending lost;
    lost.outcome = Outcome::kWorkerLost;
    lost.detail = kProven;
    lost.blame = each.started;
    end(each.token, lost);
  }
}

void Core::make_widow(Token token, Instant dead_for_certain) {
  if (ends_by_proof_alone(token)) {
    widows_[token] = Instant::max();
    return;
  }
  widows_[token] = dead_for_certain;
  timers_.emplace(dead_for_certain, WidowTimer{token});
}

}  // namespace headway
