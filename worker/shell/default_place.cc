#include "worker/shell/default_place.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "common/base/text.h"
#include "worker/shell/worker_keys.h"

namespace headway::worker {

namespace {

/// What the folder of a worker begins with.
constexpr const char* kFolderOfWorker = "worker-";

/// The folder below which workers of this user keep their state.
Result<std::string> folder_of_workers(const std::map<std::string, std::string>& environment) {
  const auto folder = [&](const char* name) {
    const auto found = environment.find(name);
    return found != environment.end() && found->second.starts_with('/') ? found->second
                                                                        : std::string();
  };
  if (const std::string state = folder("XDG_STATE_HOME"); !state.empty()) return state + "/headway";
  if (const std::string home = folder("HOME"); !home.empty()) return home + "/.local/state/headway";
  return Error{ErrorKind::kUsage,
               "neither XDG_STATE_HOME nor HOME says where to keep state; use --state-dir DIR"};
}

/// The state directories in there of workers with a key of their own.
std::vector<std::string> places_with_a_key(const std::string& folder) {
  std::vector<std::string> places;
  std::error_code ignored;  // what cannot be read has nothing to offer
  for (std::filesystem::directory_iterator each(folder, ignored), end; !ignored && each != end;
       each.increment(ignored)) {
    const std::string place = each->path();
    if (!each->path().filename().string().starts_with(kFolderOfWorker)) continue;
    if (std::filesystem::exists(own_key_path(place), ignored)) places.push_back(place);
  }
  std::sort(places.begin(), places.end());
  return places;
}

}  // namespace

Result<std::string> default_state_dir(const WorkerOptions& options,
                                      const std::map<std::string, std::string>& environment) {
  const Result<std::string> folder = folder_of_workers(environment);
  if (!folder) return folder.error();
  const std::string place = *folder + "/" + kFolderOfWorker;
  if (!options.name.empty()) return place + options.name;
  const bool told = options.endpoints_given || !options.key_file.empty();
  const std::vector<std::string> joined =
      told ? std::vector<std::string>{} : places_with_a_key(*folder);
  if (joined.size() == 1) return joined.front();
  if (joined.empty()) return place + fmt::format("{:016x}", fingerprint(options.endpoints.front()));
  std::vector<std::string> names;
  names.reserve(joined.size());
  for (const std::string& each : joined) names.push_back(printable(each));
  return Error{ErrorKind::kUsage,
               fmt::format("several workers have joined from here: say by --state-dir which one "
                           "this is ({}), or by --connect where it is to go",
                           join_words(names, "or"))};
}

}  // namespace headway::worker
