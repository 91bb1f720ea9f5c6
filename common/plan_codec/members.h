#pragma once

#include <concepts>
#include <tuple>
#include <type_traits>

#include "common/plan/graph.h"
#include "common/plan/plan.h"

/// The members of every struct of a plan, in the order in which they are written. A structured
/// binding names all members or does not compile: none can be forgotten.

namespace headway::plan_codec {

template <class T, class Struct>
concept Is = std::same_as<std::remove_const_t<T>, Struct>;

auto members(Is<Command> auto& of) {
  auto& [shell_line, words, function, arguments] = of;
  return std::tie(shell_line, words, function, arguments);
}
auto members(Is<LockRequest> auto& of) {
  auto& [name, mode] = of;
  return std::tie(name, mode);
}
auto members(Is<ResourceAmount> auto& of) {
  auto& [name, thousandths] = of;
  return std::tie(name, thousandths);
}
auto members(Is<AgentRequirement> auto& of) {
  auto& [type, labels, excluded] = of;
  return std::tie(type, labels, excluded);
}
auto members(Is<RetryPolicy> auto& of) {
  auto& [max, backoff, factor, when] = of;
  return std::tie(max, backoff, factor, when);
}
auto members(Is<Dependencies> auto& of) {
  auto& [blocking, sequential, soft, file_conflicts, resource_conflicts] = of;
  return std::tie(blocking, sequential, soft, file_conflicts, resource_conflicts);
}
auto members(Is<Requirement> auto& of) {
  auto& [name, command, timeout] = of;
  return std::tie(name, command, timeout);
}
auto members(Is<Checkpoint> auto& of) {
  auto& [name, at, command, timeout, on_fail] = of;
  return std::tie(name, at, command, timeout, on_fail);
}
auto members(Is<Gate> auto& of) {
  auto& [name, command, approval, parallel, labels, timeout, retry, on_timeout] = of;
  return std::tie(name, command, approval, parallel, labels, timeout, retry, on_timeout);
}
auto members(Is<Rollback> auto& of) {
  auto& [command, scope, timeout] = of;
  return std::tie(command, scope, timeout);
}
auto members(Is<SourceMark> auto& of) {
  auto& [line, column] = of;
  return std::tie(line, column);
}
auto members(Is<Ticket> auto& of) {
  auto& [id, title, category, priority, estimate, dependencies, affected_files, locks, agent,
         resources, command, dir, env, secrets, timeout, kill_grace, retry, on_disconnect, reassign,
         allow_failure, isolation, parallel_group, status, created, require, checkpoints, gates,
         artifacts, rollback, mark] = of;
  return std::tie(id, title, category, priority, estimate, dependencies, affected_files, locks,
                  agent, resources, command, dir, env, secrets, timeout, kill_grace, retry,
                  on_disconnect, reassign, allow_failure, isolation, parallel_group, status,
                  created, require, checkpoints, gates, artifacts, rollback, mark);
}

auto members(Is<EveryGroup> auto& /*of*/) { return std::tie(); }
auto members(Is<AtEnd> auto& /*of*/) { return std::tie(); }
auto members(Is<EveryTickets> auto& of) {
  auto& [count] = of;
  return std::tie(count);
}
auto members(Is<PlanGate> auto& of) {
  auto& [name, command, every, timeout, on_fail] = of;
  return std::tie(name, command, every, timeout, on_fail);
}
auto members(Is<PlannedGroup> auto& of) {
  auto& [id, tickets, estimated_duration, agents_required] = of;
  return std::tie(id, tickets, estimated_duration, agents_required);
}
auto members(Is<PlannedConflict> auto& of) {
  auto& [type, tickets, files, about, resolution] = of;
  return std::tie(type, tickets, files, about, resolution);
}
auto members(Is<PlannedBottleneck> auto& of) {
  auto& [ticket, blocks] = of;
  return std::tie(ticket, blocks);
}
auto members(Is<PlannedStart> auto& of) {
  auto& [ticket, agent, start, finish] = of;
  return std::tie(ticket, agent, start, finish);
}
auto members(Is<PlannedSearch> auto& of) {
  auto& [seed, iterations] = of;
  return std::tie(seed, iterations);
}
auto members(Is<ExecutionPlan> auto& of) {
  auto& [generated_at, source_hash, agents, estimated_duration, sequential_duration,
         parallelism_factor, lower_bound, bound_reason, search, groups, conflicts, critical_path,
         critical_path_duration, bottlenecks, schedule, recommendations] = of;
  return std::tie(generated_at, source_hash, agents, estimated_duration, sequential_duration,
                  parallelism_factor, lower_bound, bound_reason, search, groups, conflicts,
                  critical_path, critical_path_duration, bottlenecks, schedule, recommendations);
}
auto members(Is<Plan> auto& of) {
  auto& [version, name, strategy, max_parallel, barriers, on_failure, resources, tickets,
         plan_gates, execution_plan] = of;
  return std::tie(version, name, strategy, max_parallel, barriers, on_failure, resources, tickets,
                  plan_gates, execution_plan);
}

auto members(Is<LockName> auto& of) {
  auto& [kind, name] = of;
  return std::tie(kind, name);
}
auto members(Is<LockUse> auto& of) {
  auto& [lock, mode] = of;
  return std::tie(lock, mode);
}

}  // namespace headway::plan_codec
