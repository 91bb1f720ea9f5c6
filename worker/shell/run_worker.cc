#include "worker/shell/run_worker.h"

#include <cstdio>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/files.h"
#include "worker/shell/default_place.h"
#include "worker/shell/health_file.h"
#include "worker/shell/loop.h"
#include "worker/shell/machine.h"
#include "worker/shell/secrets_file.h"
#include "worker/shell/worker_keys.h"

namespace headway::worker {

namespace {

int fail(const Error& error) {
  std::fprintf(stderr, "headway-worker: %s\n", error.message.c_str());
  if (error.kind == ErrorKind::kDenied) return 4;
  return error.kind == ErrorKind::kUsage ? 2 : 1;
}

/// The name that a worker goes by: its key's, which is the only one that the coordinator takes.
Result<std::string> choose_name(const WorkerOptions& options, const std::optional<KeyFile>& key,
                                StateDirectory& state) {
  const bool rejoins = has_to_join(options, key);
  if (key && !rejoins && !options.name.empty() && options.name != key->name) {
    return Error{ErrorKind::kUsage, fmt::format("its key is that of {}: it cannot be called {}",
                                                printable(key->name), options.name)};
  }
  if (!options.name.empty()) return options.name;
  if (key) return key->name;
  return state.generated_name();
}

Result<WorkerIdentity> identify(const WorkerOptions& options, const std::string& name,
                                StateDirectory& state) {
  WorkerIdentity identity;
  const Result<std::vector<Token>> dead = state.prove_dead();
  if (!dead) return dead.error();
  identity.dead = *dead;
  identity.name = name;
  identity.incarnation = random_number();
  Result<std::vector<std::uint64_t>> formers = state.begin_life(identity.incarnation);
  if (!formers) return formers.error();
  identity.formers = std::move(formers).value();
  identity.boot_id = boot_id();
  identity.host = host_name();
  identity.slots = options.slots;
  identity.labels = options.labels;
  identity.types = options.types;
  identity.every_type = options.every_type;
  identity.resources = options.resources;
  identity.root = options.root;
  identity.registry = state.registry();
  return identity;
}

Result<Exit> run(const WorkerOptions& options) {
  Result<Signals> signals = Signals::install();
  if (!signals) return signals.error();
  std::map<std::string, std::string> secrets;
  if (!options.secrets_file.empty()) {
    auto read = read_secrets_file(options.secrets_file);
    if (!read) return read.error();
    secrets = std::move(read).value();
  }
  HealthFile health;
  if (!options.health_file.empty()) {
    Result<HealthFile> opened = HealthFile::open(options.health_file);
    if (!opened) return opened.error();
    health = std::move(opened).value();
  }
  std::string folder = options.state_dir;
  if (folder.empty()) {
    const Result<std::string> found = default_state_dir(options, read_environment());
    if (!found) return found.error();
    folder = *found;
  }
  Result<StateDirectory> state = StateDirectory::open(folder);
  if (!state) return state.error();
  Result<std::optional<KeyFile>> key = find_own_key(options, folder);
  if (!key) return key.error();
  const Result<std::string> name = choose_name(options, *key, *state);
  if (!name) return name.error();
  Result<WorkerLog> log = WorkerLog::open(options.log, *name);
  if (!log) return log.error();
  zmq::context_t context;
  if (has_to_join(options, *key)) {
    const Result<KeyFile> joined = join_by_token({context, *signals, *log}, options, *name, folder);
    if (!joined) return joined.error();
    log->write(LogLevel::kInfo, "registered at " + options.endpoints.front());
    *key = *joined;
  }
  // Where nobody said otherwise, it goes where it once joined.
  const bool remembered = !options.endpoints_given && *key && !(*key)->address.empty();
  const std::vector<std::string> endpoints =
      remembered ? std::vector{(*key)->address} : options.endpoints;
  Result<WorkerIdentity> identity = identify(options, *name, *state);
  if (!identity) return identity.error();

  Supervisors::Options slots;
  slots.slots = options.slots;
  slots.state = &*state;
  slots.secrets = std::move(secrets);
  slots.containment = options.containment;
  Result<std::unique_ptr<Supervisors>> started = Supervisors::start(slots);
  if (!started) return started.error();
  const std::unique_ptr<Supervisors> supervisors = std::move(started).value();
  identity->containment = supervisors->containment();
  if (options.containment == ContainmentChoice::kAuto &&
      identity->containment == to_text(Containment::kSubreaper)) {
    log->write(LogLevel::kWarning,
               "no pid namespace is to be had here: a ticket's processes are held together by a "
               "subreaper");
  }

  WorkerLoop loop({context, *supervisors, *state, *signals, *log, health}, *identity,
                  {endpoints, *key}, options.lifeline);
  Result<Exit> ended = loop.run();
  const Result<void> gone = supervisors->shut_down();
  if (!gone) log->write(LogLevel::kError, gone.error().message);
  return ended;
}

}  // namespace

WorkerEnd run_worker(const WorkerOptions& options) {
  const Result<Exit> ended = run(options);
  if (!ended) return {fail(ended.error()), false};
  std::fprintf(stderr, "headway-worker: %s\n", printable(ended->reason).c_str());
  return {ended->code, ended->restart};
}

}  // namespace headway::worker
