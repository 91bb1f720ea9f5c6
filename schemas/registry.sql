-- The registry of a Headway coordinator: a SQLite database in WAL mode. This file is its only description: the program
-- makes new registries from it.
--
-- To look into one, also while a coordinator is at work:
--
--     sqlite3 -readonly .headway/registry.db "SELECT id, state, started_at, detail FROM ticket WHERE run = 1"
--
-- Query the views at the end: they show states in words, times as ISO 8601 text in UTC, durations in seconds, and
-- tickets and workers by name. Open it read-only: one coordinator owns the file, writes it and checkpoints it alone; a
-- second writer can damage it. To keep a copy, use `headway registry backup FILE`, or SQLite's `.backup`: copying the
-- file alone loses what is still in `<file>-wal`.
--
-- In the header: application_id 0x48574159 (the letters HWAY), user_version 5 (the version of this description). A
-- program refuses a version that it does not know; an older one the coordinator migrates when it starts.
--
-- Types: a column `..._ms` holds milliseconds since 1970 (UTC), `..._us` microseconds, `..._bytes` bytes. Numbers that
-- name things (run, token, worker, slot) begin at 1; where a row has none, the column is NULL. Columns of type ANY hold
-- text that comes from people and programs: TEXT, or a BLOB where the bytes are not UTF-8.

PRAGMA application_id = 0x48574159;
PRAGMA user_version = 5;

-- One row.
CREATE TABLE registry (
  one         INTEGER PRIMARY KEY CHECK (one = 1),
  id          TEXT    NOT NULL,            -- 32 hexadecimal digits, random: workers tell registries apart by it
  made_at_ms  INTEGER NOT NULL,
  token_floor INTEGER NOT NULL DEFAULT 0   -- no token up to here is handed out again: it is raised when runs are removed. In a backup copy this is 2^20 above
                                           -- the last one, since the original goes on after the copy was made; epochs
                                           -- skip as many (its multiple of 2^20 is added to their count)
) STRICT;

-- One row a run: the plan as it was submitted, and where the run stands.
CREATE TABLE runs (
  run             INTEGER PRIMARY KEY,     -- r1 is 1
  name            ANY     NOT NULL,        -- of the plan
  state           TEXT    NOT NULL,        -- running paused stopping stopped succeeded failed cancelled: what the run's
                                           -- facts say, kept up to date in the transaction that adds them
  submitted_at_ms INTEGER NOT NULL,
  finished_at_ms  INTEGER,                 -- of its last `run ended`, unless it was resumed since
  tickets         INTEGER NOT NULL,        -- how many
  succeeded       INTEGER NOT NULL DEFAULT 0,  -- tickets that had ended so when `state` last changed, and so at the end
  failed          INTEGER NOT NULL DEFAULT 0,
  aborted         INTEGER NOT NULL DEFAULT 0,
  cancelled       INTEGER NOT NULL DEFAULT 0,
  plan_sha256     ANY     NOT NULL,        -- of plan_text, 64 hexadecimal digits
  plan_folder     ANY     NOT NULL,        -- absolute, where it was submitted
  plan_file       ANY     NOT NULL,        -- as the person named it
  max_parallel    INTEGER,                 -- as the person asked for; NULL: as the plan says
  local_agents    INTEGER NOT NULL,        -- agents of an embedded run; 0: not embedded
  options         BLOB    NOT NULL,        -- all options, as a msgpack map (`RunOptions` in schemas/protocol.md)
  plan_text       ANY     NOT NULL         -- the last column: it is large, and others are read without it
) STRICT;

-- The plan of a run as a program reads it fastest, for a restart: made from plan_text and options, and of no use to
-- people. Where it is missing, damaged, or of another version of the program, plan_text is read instead.
CREATE TABLE compiled_plans (
  run      INTEGER PRIMARY KEY REFERENCES runs (run),
  compiled BLOB    NOT NULL
) STRICT;

-- Which upload of which client made a run: a client that was not answered asks again, and gets the run that it has.
CREATE TABLE submissions (
  client INTEGER NOT NULL,
  upload INTEGER NOT NULL,
  run    INTEGER NOT NULL REFERENCES runs (run),
  PRIMARY KEY (client, upload)
) STRICT, WITHOUT ROWID;

-- Later versions of runs' plans, from 2: `headway apply`. The first is in `runs` and `compiled_plans`. A version keeps
-- the tickets of those before it at their numbers, and new ones come behind.
CREATE TABLE plan_versions (
  run         INTEGER NOT NULL REFERENCES runs (run),
  version     INTEGER NOT NULL,
  made_at_ms  INTEGER NOT NULL,
  why         ANY     NOT NULL,            -- who made it and why
  undoes      INTEGER,                     -- the version that it takes back; NULL: it is another plan
  plan_file   ANY     NOT NULL,            -- as the person named it
  plan_sha256 ANY     NOT NULL,            -- of plan_text
  options     BLOB    NOT NULL,            -- as in `runs`
  removed     ANY     NOT NULL,            -- tickets of earlier versions that it does not have: their numbers, between commas
  compiled    BLOB    NOT NULL,            -- as in `compiled_plans`
  plan_text   ANY     NOT NULL,            -- as a person wrote it; the last column, since it is large
  PRIMARY KEY (run, version)
) STRICT;

-- The tickets of a run that were chosen to be executed, in the plan's order; after a change of the plan as its last
-- version has them.
CREATE TABLE tickets (
  run           INTEGER NOT NULL REFERENCES runs (run),
  ticket        INTEGER NOT NULL,          -- from 0
  id            ANY     NOT NULL,
  title         ANY     NOT NULL,
  priority      TEXT    NOT NULL,
  plan_group    INTEGER NOT NULL,          -- from 1
  allow_failure INTEGER NOT NULL,          -- 1: a failure counts as success for what depends on it
  removed       INTEGER NOT NULL DEFAULT 0,  -- 1: not in the plan any more; not counted
  PRIMARY KEY (run, ticket)
) STRICT, WITHOUT ROWID;

-- The journal: every durable change of state, in order; rows are only ever added; a person may
-- remove runs that have ended, whole (`registry pruned`). What a coordinator knows is what it
-- gets by reading them from the first to the last.
--
--   kind              says                                           and uses
--   epoch started     a coordinator started; no worker is joined
--   run submitted     a run began                                    number: tickets; detail: its name
--   run paused        nothing more is handed out
--   run resumed       it goes on
--   run stopping      what runs is being stopped                     detail: preserve or cancel, and ` force`
--   run ended         nothing of it is alive                         run_state
--   run load          how busy the machines of all workers were      number: milliseconds of all workers together; detail:
--                     since the last such fact                         mean shares of cpu, memory, disk and network
--   run steered       a person changed its course, as the facts      detail: who and why
--                     after this one say
--   parallelism set   so many tickets may be alive at once           number; 0: without a limit
--   resource set      so much there is of a resource that is         number: thousandths; detail: the resource
--                     counted for the whole cluster
--   plan changed      another version of the plan holds              number: the version; digest: of its text; detail: who
--                                                                    and why
--   priority set      a ticket's priority was changed                detail: the priority
--   ticket pinned     a ticket goes to one worker alone              worker; none: to any again; number 1: its attempt
--                                                                    elsewhere is being stopped for that
--   lock wait         it is ready, but another holds a lock that it    detail: the lock
--                     needs (once for each ticket)
--   ticket assigned   an attempt was handed to a worker              token, worker; number: its first gates, which run
--                                                                    in its slot
--   attempt started   its process runs                               token, worker, slot; number: process
--   attempt ended     nothing of it is alive                         token, worker, outcome, exit_code or signal, elapsed,
--                                                                    cpu, max_memory; ticket_state: what the ticket is
--                                                                    now; delay: before it may be handed out again;
--                                                                    number 1: a worker was lost to the ticket
--   attempt           its command has ended well, and gates run in   token, worker; ticket_state
--    validating       its slot
--   command ended     its slot is free; the gates that are left run  token, worker, slot, elapsed, cpu, max_memory; number:
--                     elsewhere, or are a person's                   gates that have passed in the slot; ticket_state
--   check assigned    a gate, a gate of the plan or a rollback was   token: its own; worker; ticket: none of a gate of the
--                     handed out by itself                           plan; digest: what it is; number: which one, from 1;
--                                                                    detail: its name
--   check started     its process runs                               token, worker, slot
--   check ended       one try of a requirement, a gate, a gate of    token: its own, or of the attempt in whose slot it
--                     the plan or a rollback                         ran; worker, slot, outcome, exit_code or signal,
--                                                                    elapsed; digest, number: as above; delay: before it
--                                                                    is tried again; detail: its name and how it failed
--   review opened     a person is to decide a gate                   number: the gate; delay: for so long; ticket_state;
--                                                                    detail: its name
--   review decided    somebody has, or its time was over             number; outcome: succeeded or gate; ticket_state;
--                                                                    detail: who and why
--   rollback planned  a ticket is to be put back                     detail: why
--   rollback ended    it was, or could not be                        token: of the check; none: there was nothing to run;
--                                                                    outcome; ticket_state: undone, where it had
--                                                                    succeeded; detail
--   rollback settled  a person answers for one that failed           ticket_state: as above; detail: who and why
--   plan gate due     a gate of the plan is to be run                number: which one; detail: why now
--   plan gate ended   it has said something                          number; outcome; detail
--   registry pruned   a person has removed ended runs, with all    number: facts; detail: who, and which runs
--                     their rows and facts
--   registry verified it was compared with itself and the files      number: problems; detail
--   file left         a file that a ticket affects, as it left it    token, detail: path; number: size; digest
--                     (validation comprehensive)
--   artifact          a file that an attempt made                    token, detail: path; number: size; digest
--   checkpoint        an attempt reached a checkpoint                token, number: of the attempt; outcome, exit_code,
--                                                                    elapsed: of its check; detail: name; of one that
--                                                                    failed a sentence with its name and why
--   ticket ended      it ended without an attempt                    ticket_state, detail: why
--   ticket cancelling its attempt is being stopped for good          token, detail: who and why
--   ticket reopened   after its end: it is to run again              ticket_state, detail: who and why
--   worker joined     a worker came (again)                          worker, number: slots; detail: name; digest: its
--                                                                    process's random number
--   worker lost       its lease ran out, or another took its name    worker
--   worker left       it said goodbye                                worker
--   worker draining   this process of it gets nothing more           worker, detail: who and why; number 1: it is to
--                                                                    start itself anew
CREATE TABLE facts (
  sequence         INTEGER PRIMARY KEY,    -- from 1, without gaps but for runs that were removed
  at_ms            INTEGER NOT NULL,       -- by the coordinator's wall clock: it may jump, so order by sequence
  kind             TEXT    NOT NULL,
  run              INTEGER REFERENCES runs (run),
  ticket           INTEGER,                -- tickets.ticket of the run
  token            INTEGER,                -- names the attempt; grows over the life of a registry
  worker           INTEGER,                -- a number that a worker's name keeps for ever
  slot             INTEGER,
  ticket_state     TEXT,                   -- waiting ready assigned running validating review succeeded failed aborted
                                           -- cancelled undone
  run_state        TEXT,
  outcome          TEXT,                   -- succeeded, exit, signal, timeout, out of memory, could not start,
                                           -- requirement, gate, worker lost, killed its workers, cancelled, taken back
  exit_code        INTEGER,
  signal           INTEGER,
  elapsed_us       INTEGER,
  cpu_us           INTEGER,                -- user and system, of all its processes
  max_memory_bytes INTEGER,                -- of its largest process
  delay_us         INTEGER,
  number           INTEGER,
  digest           ANY,
  detail           ANY
) STRICT;

-- Each index is paid for at every commit; these four are needed.
CREATE INDEX facts_run ON facts (run);                                            -- a run's facts in order
CREATE INDEX facts_ticket ON facts (run, ticket) WHERE ticket IS NOT NULL;        -- a ticket's facts in order
CREATE UNIQUE INDEX facts_token ON facts (token) WHERE kind = 'ticket assigned';  -- no token twice; the last one
CREATE UNIQUE INDEX facts_check ON facts (token) WHERE kind = 'check assigned';   -- the same of checks
CREATE INDEX facts_worker ON facts (worker) WHERE run IS NULL;                    -- a worker's facts in order

-- How well each worker did tickets of each category, in all runs: by this the coordinator chooses among agents that would do
-- equally well. What follows from the facts is kept here because the facts are many: a row is changed in the transaction
-- that adds the `attempt ended` facts which it follows from. Only attempts count that ended by what they did (no `worker
-- lost`, `killed its workers`, `cancelled`, `taken back`) and whose ticket has a category, since version 4 of this
-- description. There are at most 16,384 rows: the one goes first that has not changed for the longest time.
CREATE TABLE tallies (
  worker        INTEGER NOT NULL,
  category      ANY     NOT NULL,
  ended         INTEGER NOT NULL,          -- attempts
  succeeded     INTEGER NOT NULL,          -- of these
  timed         INTEGER NOT NULL,          -- of these, those whose ticket had an estimate
  took_us       INTEGER NOT NULL,          -- the timed ones together
  estimated_us  INTEGER NOT NULL,          -- for the timed ones together
  last_sequence INTEGER NOT NULL,          -- of the fact that ended the last of them
  PRIMARY KEY (worker, category)
) STRICT, WITHOUT ROWID;

-- ---- Views: for people. A migration makes them anew. They may get more columns in later versions; select the ones you need by name.

-- Runs.
CREATE VIEW run AS
SELECT
  run,
  name,
  state,
  strftime('%Y-%m-%dT%H:%M:%fZ', submitted_at_ms / 1000.0, 'unixepoch') AS submitted_at,
  strftime('%Y-%m-%dT%H:%M:%fZ', finished_at_ms / 1000.0, 'unixepoch') AS finished_at,
  tickets,
  succeeded,
  failed,
  aborted,
  cancelled,
  plan_file,
  plan_folder,
  plan_sha256
FROM runs;

-- Versions of runs' plans, the first as well.
CREATE VIEW plan_version AS
SELECT run, 1 AS version, strftime('%Y-%m-%dT%H:%M:%fZ', submitted_at_ms / 1000.0, 'unixepoch') AS made_at,
       'submitted' AS why, NULL AS undoes, plan_file, plan_sha256
FROM runs
UNION ALL
SELECT run, version, strftime('%Y-%m-%dT%H:%M:%fZ', made_at_ms / 1000.0, 'unixepoch'), why, undoes, plan_file, plan_sha256
FROM plan_versions;

-- Attempts: one row each time a ticket was handed out.
CREATE VIEW attempt AS
SELECT
  assigned.token,
  assigned.run,
  assigned.ticket,
  tickets.id,
  (SELECT count(*) FROM facts AS earlier
   WHERE earlier.run = assigned.run AND earlier.ticket = assigned.ticket AND earlier.kind = 'ticket assigned'
     AND earlier.sequence <= assigned.sequence) AS attempt,                       -- 1: the ticket's first
  (SELECT joined.detail FROM facts AS joined
   WHERE joined.run IS NULL AND joined.worker = assigned.worker AND joined.kind = 'worker joined'
   ORDER BY joined.sequence DESC LIMIT 1) AS worker,
  started.slot,
  CASE WHEN ended.sequence IS NOT NULL THEN 'ended'
       WHEN started.sequence IS NOT NULL THEN 'running'
       ELSE 'assigned' END AS state,
  strftime('%Y-%m-%dT%H:%M:%fZ', assigned.at_ms / 1000.0, 'unixepoch') AS assigned_at,
  strftime('%Y-%m-%dT%H:%M:%fZ', started.at_ms / 1000.0, 'unixepoch') AS started_at,
  strftime('%Y-%m-%dT%H:%M:%fZ', ended.at_ms / 1000.0, 'unixepoch') AS ended_at,
  ended.outcome,
  ended.exit_code,
  ended.signal,
  ended.elapsed_us / 1e6 AS elapsed_seconds,
  ended.cpu_us / 1e6 AS cpu_seconds,
  ended.max_memory_bytes,
  ended.ticket_state AS ticket_state_after,
  ended.detail
FROM facts AS assigned
LEFT JOIN tickets ON tickets.run = assigned.run AND tickets.ticket = assigned.ticket
LEFT JOIN facts AS started
  ON started.run = assigned.run AND started.ticket = assigned.ticket AND started.token = assigned.token
     AND started.kind = 'attempt started'
LEFT JOIN facts AS ended
  ON ended.run = assigned.run AND ended.ticket = assigned.ticket AND ended.token = assigned.token
     AND ended.kind = 'attempt ended'
WHERE assigned.kind = 'ticket assigned';

-- Tickets, in the state that the last fact about each says. A ticket that has none yet is `waiting` here, even when
-- nothing holds it back any more: that it is `ready` mostly follows from the plan, which SQL does not read.
CREATE VIEW ticket AS
SELECT
  tickets.run,
  tickets.ticket,
  tickets.id,
  tickets.title,
  coalesce(
    (SELECT given.detail FROM facts AS given
     WHERE given.run = tickets.run AND given.ticket = tickets.ticket AND given.kind = 'priority set'
     ORDER BY given.sequence DESC LIMIT 1),
    tickets.priority) AS priority,                                                -- as a person last set it, else the plan's
  tickets.plan_group,
  coalesce(
    CASE last.kind WHEN 'ticket assigned' THEN 'assigned' WHEN 'attempt started' THEN 'running'
                   ELSE last.ticket_state END,
    (SELECT 'ready' FROM facts AS locked
     WHERE locked.run = tickets.run AND locked.ticket = tickets.ticket AND locked.kind = 'lock wait'),
    'waiting') AS state,
  (SELECT count(*) FROM facts AS handed
   WHERE handed.run = tickets.run AND handed.ticket = tickets.ticket AND handed.kind = 'ticket assigned') AS attempts,
  (SELECT max(handed.token) FROM facts AS handed
   WHERE handed.run = tickets.run AND handed.ticket = tickets.ticket AND handed.kind = 'ticket assigned') AS last_token,
  (SELECT strftime('%Y-%m-%dT%H:%M:%fZ', started.at_ms / 1000.0, 'unixepoch') FROM facts AS started
   WHERE started.run = tickets.run AND started.ticket = tickets.ticket AND started.kind = 'attempt started'
   ORDER BY started.sequence DESC LIMIT 1) AS started_at,                         -- of its last attempt that started
  CASE WHEN last.ticket_state IN ('succeeded', 'failed', 'aborted', 'cancelled', 'undone')
       THEN strftime('%Y-%m-%dT%H:%M:%fZ', last.at_ms / 1000.0, 'unixepoch') END AS ended_at,
  last.outcome,                                                                   -- NULL while an attempt is alive
  last.exit_code,
  last.detail,
  tickets.removed                                                                 -- 1: not in the plan any more
FROM tickets
LEFT JOIN facts AS last
  ON last.sequence = (SELECT max(newest.sequence) FROM facts AS newest
                      WHERE newest.run = tickets.run AND newest.ticket = tickets.ticket
                        AND (newest.kind IN ('ticket assigned', 'attempt started')
                             OR (newest.ticket_state IS NOT NULL
                                 AND newest.kind IN ('attempt validating', 'command ended', 'review opened',
                                                     'review decided', 'attempt ended', 'ticket ended',
                                                     'ticket reopened', 'rollback ended', 'rollback settled'))));

-- Workers, in the state that the last fact about each says. `away`: a coordinator has started since, and the worker has
-- not come back to it.
CREATE VIEW worker AS
SELECT
  last.worker,
  joined.detail AS name,
  joined.number AS slots,
  CASE WHEN last.kind = 'worker lost' THEN 'lost'
       WHEN last.kind = 'worker left' THEN 'left'
       WHEN last.sequence < (SELECT max(sequence) FROM facts WHERE run IS NULL AND kind = 'epoch started') THEN 'away'
       ELSE 'joined' END AS state,
  strftime('%Y-%m-%dT%H:%M:%fZ', joined.at_ms / 1000.0, 'unixepoch') AS joined_at, -- the last time
  strftime('%Y-%m-%dT%H:%M:%fZ', last.at_ms / 1000.0, 'unixepoch') AS changed_at
FROM (SELECT worker, max(sequence) AS sequence FROM facts WHERE run IS NULL AND worker IS NOT NULL GROUP BY worker) AS newest
JOIN facts AS last ON last.sequence = newest.sequence
LEFT JOIN facts AS joined
  ON joined.sequence = (SELECT max(j.sequence) FROM facts AS j
                        WHERE j.run IS NULL AND j.worker = last.worker AND j.kind = 'worker joined');

-- How well workers did, by category.
CREATE VIEW tally AS
SELECT
  (SELECT joined.detail FROM facts AS joined
   WHERE joined.run IS NULL AND joined.worker = tallies.worker AND joined.kind = 'worker joined'
   ORDER BY joined.sequence DESC LIMIT 1) AS worker,
  category,
  ended,
  succeeded,
  timed,
  took_us / 1e6 AS took_seconds,
  estimated_us / 1e6 AS estimated_seconds
FROM tallies;
