#include "schema_documents.h"

#include <utility>

namespace headway::test {

namespace {

/// Fields of a ticket that has an id and a command already.
const std::vector<std::pair<const char*, bool>> kOfTicket = {
    {"title: Add the endpoint, category: feature", true},
    {"title: 12", true},
    {"title: [a]", false},
    {"titel: x", false},
    {"x-note: {anything: [goes]}", true},
    {"priority: high", true},
    {"priority: HIGH", true},
    {"priority: urgent", false},
    {"estimate: 20m", true},
    {"estimate: 1h 30m", true},
    {"estimate: 20", false},
    {"estimate: -5m", false},
    {"estimate: 30m 1h", false},
    {"estimated_effort: 2 hours", true},
    {"estimate: 1h, estimated_effort: 2 hours", false},
    {"dependencies: {}", true},
    {"dependencies: []", true},
    {"dependencies: {blocking: [], soft: [], sequential: [], file_conflicts: [], "
     "resource_conflicts: []}",
     true},
    {"dependencies: {hard: []}", false},
    {"dependencies: x", false},
    {"dependencies: {blocking: A}", false},
    {"needs: []", true},
    {"needs: [], dependencies: []", false},
    {"needs: [], dependencies: {blocking: []}", false},
    {"needs: [], dependencies: {soft: []}", true},
    {"affected_files: [src/a.c, 'docs/**']", true},
    {"affected_files: [/etc/passwd]", false},
    {"affected_files: [../x]", false},
    {"affected_files: src", false},
    {"locks: [{name: schema, mode: read}, {name: db}]", true},
    {"locks: [{mode: read}]", false},
    {"locks: [{name: a, mode: shared}]", false},
    {"locks: [schema]", false},
    {"agent: {type: builder, labels: [linux], not: [old-05]}", true},
    {"agent: {kind: builder}", false},
    {"agent: builder", false},
    {"resources: {cpus: 2, memory: 2GiB, license: 0.5}", true},
    {"resources: {memory: 2}", false},
    {"resources: {disk: 10 GB}", true},
    {"resources: {cpus: -1}", false},
    {"resources: {cpus: 1.2345}", false},
    {"resources: {cpus: many}", false},
    {"resources: [cpus]", false},
    {"command: [true]", false},
    {"dir: src/api", true},
    {"dir: /tmp", false},
    {"dir: ./../x", false},
    {"env: {STAGE: test, N: 1}", true},
    {"env: {2X: y}", false},
    {"env: {A B: y}", false},
    {"env: [A]", false},
    {"secrets: [API_KEY]", true},
    {"secrets: [api-key]", false},
    {"timeout: 30m, kill_grace: 0s", true},
    {"timeout: 0s", false},
    {"timeout: soon", false},
    {"retry: {max: 2, backoff: 10s, factor: 1.5, when: [exit, out of memory, could not start]}",
     true},
    {"retry: {max: -1}", false},
    {"retry: {max: 1001}", false},
    {"retry: {max: 1.5}", false},
    {"retry: {factor: 0.5}", false},
    {"retry: {when: [never]}", false},
    {"retry: 3", false},
    {"on_disconnect: finish, reassign: on_proof", true},
    {"on_disconnect: finish, reassign: on_expiry", false},
    {"on_disconnect: wait", false},
    {"reassign: on_proof", true},
    {"allow_failure: true", true},
    {"allow_failure: yes", false},
    {"execution_strategy: isolated, parallel_group: one", true},
    {"execution_strategy: alone", false},
    {"status: in-progress, created: 2026-01-01", true},
    {"status: doing", false},
    {"require: [{name: clean, run: git diff --quiet, timeout: 5s}]", true},
    {"require: [{name: clean}]", false},
    {"require: [{run: x}]", false},
    {"require: [{name: a, run: x, command: [y]}]", false},
    {"checkpoints: [{at: 50%, name: compiles, run: make -q, on_fail: stop}, {name: later, command: "
     "[x]}]",
     true},
    {"checkpoints: [{at: 10m, name: a, run: x}]", true},
    {"checkpoints: [{at: 101%, name: a, run: x}]", false},
    {"checkpoints: [{at: half, name: a, run: x}]", false},
    {"checkpoints: [{name: a, run: x, on_fail: retry}]", false},
    {"gates: [{name: unit, run: make test, timeout: 5m, retry: {max: 1}, labels: [linux], "
     "parallel: true}]",
     true},
    {"gates: [{name: sign-off, approval: human, timeout: 2d, on_timeout: approve}]", true},
    {"gates: [{name: sign-off, approval: robot}]", false},
    {"gates: [{name: both, approval: human, run: x}]", false},
    {"gates: [{name: none}]", false},
    {"gates: {name: x, run: y}", false},
    {"artifacts: [out/*.json]", true},
    {"artifacts: ['']", false},
    {"rollback: {run: git restore ., scope: descendants}", true},
    {"rollback: {scope: ticket}", false},
    {"rollback: {run: x, scope: world}", false},
};

/// Tickets of their own.
const std::vector<std::pair<const char*, bool>> kTickets = {
    {"{id: A, run: x}", true},
    {"{ticket_id: A, run: x}", true},
    {"{id: 010, run: x}", true},
    {"{id: no, run: x}", true},
    {"{id: \"A\\tB\", run: x}", false},
    {"{id: '', run: x}", false},
    {"{id: A, ticket_id: A, run: x}", false},
    {"{run: x}", false},
    {"{id: A}", false},
    {"{id: A, agent: {type: builder}}", true},
    {"{id: A, agent: {labels: [x]}}", false},
    {"{id: A, run: x, command: [y]}", false},
    {"{id: A, command: [make, '', all]}", true},
    {"{id: A, command: []}", false},
    {"{id: A, command: ['']}", false},
    {"{id: A, run: ''}", false},
    {"{id: A, run: [x]}", false},
    {"{id: A, call: work:square}", true},
    {"{id: A, call: my_work.part2:Class.method, args: [1, two, [3], {four: null}]}", true},
    {"{id: A, call: work:square, args: {x: 1, y: [true]}}", true},
    {"{id: A, call: work:square, args: []}", true},
    {"{id: A, call: work:square, args: 3}", false},
    {"{id: A, call: work:square, args: }", false},
    {"{id: A, call: work.square}", false},
    {"{id: A, call: 'work:'}", false},
    {"{id: A, call: work:2square}", false},
    {"{id: A, call: ''}", false},
    {"{id: A, call: [work]}", false},
    {"{id: A, call: work:square, run: x}", false},
    {"{id: A, call: work:square, command: [x]}", false},
    {"just text", false},
    {"[a, b]", false},
};

/// Fields of a plan that has a version and a ticket A already.
const std::vector<std::pair<const char*, bool>> kOfPlan = {
    {"name: release-1.4", true},
    {"name: ''", false},
    {"strategy: maximum", true},
    {"strategy: fastest", false},
    {"max_parallel: 8", true},
    {"max_parallel: 0", false},
    {"max_parallel: eight", false},
    {"barriers: true", true},
    {"barriers: on", false},
    {"on_failure: fail_fast", true},
    {"on_failure: stop", false},
    {"resources: {license: 2, memory: 64GiB}", true},
    {"resources: {license: x}", false},
    {"defaults: {timeout: 30m, retry: {max: 1}, agent: {type: builder}, env: {A: b}}", true},
    {"defaults: {id: A}", false},
    {"defaults: {needs: []}", false},
    {"defaults: {run: x, command: [y]}", false},
    {"defaults: {run: x, call: work:square}", false},
    {"defaults: {call: work:square}", true},
    {"defaults: {args: [1]}", false},
    {"defaults: {on_disconnect: kill, execution_strategy: sequential}", true},
    {"plan_gates: [{name: tree, run: make check, every: group, on_fail: pause}]", true},
    {"plan_gates: [{name: tree, run: make check, every: 10m}, {name: b, command: [x], every: 20 "
     "tickets}]",
     true},
    {"plan_gates: [{name: tree, run: make check, every: never}]", false},
    {"plan_gates: [{name: tree, run: make check, every: 0 tickets}]", false},
    {"plan_gates: [{name: tree, run: make check}]", false},
    {"execution_plan: {}", true},
    {"execution_plan: {generated_at: 2026-01-01T00:00:00Z, source_hash: abc, agents: 4, "
     "estimated_duration: 2h 10m, "
     "sequential_duration: 6h, parallelism_factor: 2.77, critical_path: {tickets: [A], duration: "
     "1h}, "
     "bottlenecks: [{ticket: A, blocks: 7}], recommendations: [more agents]}",
     true},
    {"execution_plan: {groups: [{id: 1, tickets: [A], estimated_duration: 40m, agents_required: "
     "2}]}",
     true},
    {"execution_plan: {groups: [{tickets: [A]}]}", false},
    {"execution_plan: {groups: [{id: one, tickets: [A]}]}", false},
    {"execution_plan: {conflicts: [{type: file, tickets: [A], files: [docs/x], resolution: "
     "sequential}]}",
     true},
    {"execution_plan: {conflicts: [{type: resource, tickets: [A], about: the lock schema}]}", true},
    {"execution_plan: {lower_bound: {duration: 1h, reason: the critical path}, "
     "search: {seed: 9007199254740991, iterations: 0}}",
     true},
    {"execution_plan: {lower_bound: {duration: 60}}", false},
    {"execution_plan: {search: {seed: 1}}", false},
    {"execution_plan: {search: {seed: -1, iterations: 5}}", false},
    {"execution_plan: {conflicts: [{type: person, tickets: [A]}]}", false},
    {"execution_plan: {schedule: [{ticket: A, agent: 1, start: 0s, finish: 40m}]}", true},
    {"execution_plan: {schedule: [{ticket: A, start: 0s}]}", false},
    {"execution_plan: {agents: 0}", false},
    {"execution_plan: {grups: []}", false},
    {"x-owner: me", true},
    {"owner: me", false},
};

const std::vector<std::pair<const char*, bool>> kPlans = {
    {"version: 1\ntickets: []", true},
    {"version: 2\ntickets: []", false},
    {"version: one\ntickets: []", false},
    {"tickets: []", false},
    {"version: 1", false},
    {"version: 1\ntickets: {}", false},
    {"version: 1\ntickets: A", false},
    {"[version, tickets]", false},
    {"version: 1\ndefaults: {run: make}\ntickets: [{id: A}]", true},
    {"version: 1\ndefaults: {call: work:square}\ntickets: [{id: A, args: [3]}]", true},
    {"version: 1\ndefaults: {agent: {type: builder}}\ntickets: [{id: A}]", true},
    {"version: 1\ndefaults: {agent: {labels: [x]}}\ntickets: [{id: A}]", false},
};

}  // namespace

std::vector<SchemaDocument> schema_documents() {
  const std::string ticket = "{id: A, run: x}";
  std::vector<SchemaDocument> documents;
  for (const auto& [fields, valid] : kOfTicket) {
    documents.push_back(
        {std::string("version: 1\ntickets:\n  - {id: A, run: x, ") + fields + "}\n", valid});
  }
  for (const auto& [text, valid] : kTickets) {
    documents.push_back({std::string("version: 1\ntickets:\n  - ") + text + "\n", valid});
  }
  for (const auto& [fields, valid] : kOfPlan) {
    documents.push_back(
        {std::string("version: 1\n") + fields + "\ntickets: [" + ticket + "]\n", valid});
  }
  for (const auto& [text, valid] : kPlans) documents.push_back({text, valid});
  return documents;
}

}  // namespace headway::test
