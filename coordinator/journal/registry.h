#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/ids.h"
#include "common/base/result.h"
#include "common/base/states.h"
#include "common/base/time.h"
#include "common/messages/control_messages.h"
#include "coordinator/core/effect.h"
#include "coordinator/core/fact.h"
#include "coordinator/core/track_record.h"

namespace headway {

/// A ticket as the registry lists it, for people who query the file; its index is its place in the
/// run's plan.
struct StoredTicket {
  std::string id;
  std::string title;
  std::string priority;
  std::uint32_t group = 0;     ///< from 1
  bool allow_failure = false;  ///< a failure counts as success for what depends on it
  bool removed = false;        ///< not in the plan any more
  friend bool operator==(const StoredTicket&, const StoredTicket&) = default;
};

/// A run's plan as it was submitted.
struct StoredRun {
  RunId id;
  std::string name;
  WallTime submitted_at{};
  std::string plan_text;
  std::string plan_sha256;
  RunOptions options;
  /// Which upload of which client it was; 0: nobody will ask again. Filled for storing only.
  std::uint64_t client = 0, upload = 0;
  std::vector<StoredTicket> tickets;  ///< filled for storing; left empty by `load_run`
  /// The plan's compiled form, likewise; empty: there is none.
  std::string compiled;
  friend bool operator==(const StoredRun&, const StoredRun&) = default;
};

/// A later version of a run's plan, from 2.
struct StoredPlan {
  RunId run;
  std::uint32_t version = 0;
  WallTime made_at{};
  std::string why;           ///< who made it and why
  std::uint32_t undoes = 0;  ///< the version that it takes back; 0: none
  std::string plan_sha256;
  RunOptions options;
  std::vector<TicketIndex> removed;  ///< tickets of earlier versions that it does not have
  std::string compiled;              ///< left empty by `load_plan`, like those below
  std::string plan_text;
  std::uint32_t planned = 0;  ///< tickets without those
  /// The rows of the table of tickets that are new or have changed.
  std::vector<std::pair<TicketIndex, StoredTicket>> tickets;
  friend bool operator==(const StoredPlan&, const StoredPlan&) = default;
};

/// What one turn of the coordinator makes durable, all of it or nothing. Runs are stored before the
/// facts that name them.
struct Commit {
  std::vector<StoredRun> runs;
  std::vector<Fact> facts;
  std::vector<EndedCounts> counts{};  ///< for the list of runs; the last of a run holds
  std::vector<KeptTally> tallies{};   ///< of the track record, as they are after the facts
  std::vector<StoredPlan> plans{};    ///< new versions of runs' plans
};

/// What a coordinator needs to know of its registry when it starts.
struct RegistryHead {
  std::string id;  ///< 32 hexadecimal digits, random, made with the file
  Sequence last_sequence;
  Token last_token;
  RunId last_run;
  Epoch last_epoch;
};

struct RunFilter {
  RunId before;  ///< only older ones; 0: from the latest
  std::uint32_t most = 100;
  bool unfinished_only = false;
};

/// A run with the state that its facts say; without its plan.
struct ListedRun {
  RunId id;
  std::string name;
  RunState state = RunState::kRunning;
  WallTime submitted_at{};
  std::optional<WallTime> finished_at;
  std::uint32_t tickets = 0;
  std::uint32_t succeeded = 0, failed = 0, aborted = 0,
                cancelled = 0;  ///< when the state last changed
  std::string plan_sha256;
  RunOptions options;
  std::uint32_t plan_version = 1;
  std::string plan_file;  ///< of that version, as the person named it
};

/// The registry: a SQLite file (schemas/registry.sql), WAL, synchronous=FULL. One connection on one
/// thread.
///
/// `open_owner` is the coordinator's: it makes the file where there is none, migrates an older one
/// in one transaction after a backup copy beside it, holds a lock on `<path>.lock` for life so that
/// a second coordinator fails at once, and is the only one who writes and checkpoints.
/// `open_reader` is anybody else's, read-only, also while an owner is at work.
class Registry {
 public:
  static Result<Registry> open_owner(const std::string& path);
  static Result<Registry> open_reader(const std::string& path);
  Registry(Registry&&) noexcept;
  Registry& operator=(Registry&&) noexcept;
  ~Registry();

  [[nodiscard]] Result<RegistryHead> head() const;
  /// One transaction. After an error the outcome is unknown: the process must stop and recover from
  /// the file.
  Result<void> commit(const Commit& commit);

  /// The newest first.
  [[nodiscard]] Result<std::vector<ListedRun>> list_runs(const RunFilter& filter) const;
  [[nodiscard]] Result<StoredRun> load_run(RunId run) const;
  /// The same without its text, which is large.
  [[nodiscard]] Result<StoredRun> load_run_without_text(RunId run) const;
  /// The run that an upload of a client was made into, with the fact that says so.
  struct MadeRun {
    RunId run;
    Sequence submitted;
  };
  [[nodiscard]] Result<std::optional<MadeRun>> find_submission(std::uint64_t client,
                                                               std::uint64_t upload) const;
  // plan_versions.cc: later versions of runs' plans
  [[nodiscard]] Result<StoredPlan> load_plan(RunId run, std::uint32_t version) const;
  /// The text of any version, also the first.
  [[nodiscard]] Result<std::string> plan_text(RunId run, std::uint32_t version) const;
  /// As `read_compiled`.
  Result<void> read_compiled_version(RunId run, std::uint32_t version,
                                     const std::function<void(std::string_view)>& use) const;

  /// Hands the compiled form of a run's plan to `use`, once, empty where there is none. The bytes
  /// are the registry's until it returns.
  Result<void> read_compiled(RunId run, const std::function<void(std::string_view)>& use) const;
  /// How many bytes those of all unfinished runs have.
  [[nodiscard]] Result<std::uint64_t> compiled_bytes() const;
  /// Keeps a compiled form that was missing, or could not be used. The owner's.
  Result<void> store_compiled(RunId run, std::string_view compiled);
  /// Ids of the tickets that succeeded (or failed, being allowed to) in any run of the plan with
  /// this hash.
  [[nodiscard]] Result<std::vector<std::string>> succeeded_tickets(
      const std::string& plan_sha256) const;

  /// How well workers did, as the last commit left it; at most as many as a track record holds.
  [[nodiscard]] Result<std::vector<KeptTally>> load_tallies() const;

  /// Which facts to read: those after `after`, of one run (0: of all runs), at most `most`, the
  /// oldest first or the latest.
  struct FactFilter {
    RunId run;
    bool without_run = false;  ///< only those of no run: epochs and workers
    std::optional<TicketIndex> ticket;
    Sequence after;
    std::size_t most = SIZE_MAX;
    bool latest_first = false;
  };
  [[nodiscard]] Result<std::vector<Fact>> load_facts(const FactFilter& filter) const;
  /// How many there are, whatever the filter's `most`.
  [[nodiscard]] Result<std::uint64_t> count_facts(const FactFilter& filter) const;
  /// Reads the facts of no run and those of `runs`, one after the other in the order of the
  /// journal, into a fact that is used again for the next: a million of them need no memory. Ends
  /// early where `visit` returns false.
  Result<void> read_facts(const std::vector<RunId>& runs,
                          const std::function<bool(const Fact&)>& visit) const;
  /// The number of a run's last fact, by which one sees whether anything was added; 0: it has none.
  [[nodiscard]] Result<Sequence> last_fact_of(RunId run) const;
  /// The names of tickets of a run, by index; for showing facts of runs that are not in memory.
  [[nodiscard]] Result<std::string> ticket_id(RunId run, TicketIndex ticket) const;

  // condition.cc: what a diagnosis asks
  /// How often a worker joined, and was lost: one that drained leaves without a loss.
  struct WorkerComings {
    WorkerId worker;
    std::uint32_t joins = 0;
    std::uint32_t losses = 0;
  };
  /// Since a time, of these workers, those that did neither left out; by the last 20 facts of each,
  /// found through their index.
  [[nodiscard]] Result<std::vector<WorkerComings>> worker_comings(
      const std::vector<WorkerId>& workers, WallTime since) const;
  /// The file, its write-ahead log, and by how much facts make it grow lately.
  struct Size {
    std::uint64_t registry_bytes = 0;
    std::uint64_t log_bytes = 0;
    std::uint64_t bytes_per_hour = 0;  ///< 0: too few facts to say
  };
  [[nodiscard]] Result<Size> size(WallTime now) const;
  [[nodiscard]] const std::string& path() const;

  // pruning.cc: a registry would grow for ever
  /// Which of the runs that have ended for good may go: all conditions must hold.
  struct PruneFilter {
    std::uint32_t keep = 0;  ///< so many of them stay, the latest
    /// Only those that ended before.
    WallTime ended_before = WallTime::max();
  };
  /// The newest first. A run that can be resumed is none of them, nor is the latest of all, whose
  /// number must not be given again.
  [[nodiscard]] Result<std::vector<ListedRun>> prunable_runs(const PruneFilter& filter) const;
  /// Removes these, with their plans and facts, in one transaction that adds a fact which says so
  /// and by whom; gives how many facts went. The owner's. Numbers of facts, runs and attempts go
  /// on as if they were there.
  Result<std::uint64_t> remove_runs(const std::vector<RunId>& runs, WallTime now,
                                    const std::string& by);
  /// Makes the file as small as its content, which takes as much free space meanwhile. The owner's.
  Result<void> shrink();

  /// SQLite's own check of the file, and that facts, runs and tickets agree with each other; what
  /// is wrong, in sentences.
  [[nodiscard]] Result<std::vector<std::string>> verify() const;
  /// A copy made with SQLite's backup interface, while others write.
  Result<void> backup_to(const std::string& path) const;

 private:
  struct Connection;
  explicit Registry(std::unique_ptr<Connection> connection);
  Result<void> write(const Commit& commit);
  Result<void> write_plan(const StoredPlan& plan);
  std::unique_ptr<Connection> connection_;
};

}  // namespace headway
