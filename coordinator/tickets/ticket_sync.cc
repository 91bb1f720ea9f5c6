#include "coordinator/tickets/ticket_sync.h"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <memory>
#include <sys/stat.h>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan/words.h"
#include "common/system/files.h"
#include "coordinator/tickets/front_matter.h"
#include "coordinator/tickets/front_matter_edit.h"
#include "coordinator/tickets/lenient_yaml.h"
#include "coordinator/tickets/replace_file.h"
#include "coordinator/tickets/ticket_names.h"

namespace headway {

namespace {

/// How often somebody may save the file just then.
constexpr int kMostTries = 5;

/// The status in a text's front matter.
std::optional<TicketStatus> written_status(const std::string& text) {
  const FrontMatter front = find_front_matter(text);
  std::vector<Diagnostic> warnings;
  const YamlNode map = read_lenient_map(
      std::string_view(text).substr(front.begin, front.end - front.begin), warnings);
  for (std::size_t i = 0; i + 1 < map.children.size(); i += 2) {
    if (as_key(map.children[i].text) == "status") return status_of(map.children[i + 1].text);
  }
  return std::nullopt;
}

/// The key that a file uses for a time: `started`, or `started_at`.
std::string key_in(const std::string& text, const std::string& key, const std::string& other) {
  const FrontMatter front = find_front_matter(text);
  std::vector<Diagnostic> warnings;
  const YamlNode map = read_lenient_map(
      std::string_view(text).substr(front.begin, front.end - front.begin), warnings);
  for (std::size_t i = 0; i + 1 < map.children.size(); i += 2) {
    if (as_key(map.children[i].text) == other) return other;
  }
  return key;
}

/// The folder below `parent` whose name is this status; the word itself where there is none yet.
std::string folder_for(const std::string& parent, TicketStatus status) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(parent.c_str()), &::closedir);
  while (const dirent* entry = directory ? ::readdir(directory.get()) : nullptr) {
    const std::string name = entry->d_name;
    struct stat found {};
    const bool folder =
        ::stat(fmt::format("{}/{}", parent, name).c_str(), &found) == 0 && S_ISDIR(found.st_mode);
    if (folder && !name.starts_with('.') && status_of(name) == status) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  const std::string word(to_text(status));
  return names.empty() || std::find(names.begin(), names.end(), word) != names.end()
             ? word
             : names.front();
}

/// Makes the folders above a file, as open as the others.
Result<void> make_folders(const std::string& path) {
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    if (::mkdir(path.substr(0, slash).c_str(), 0777) == 0 || errno == EEXIST) continue;
    return Error{ErrorKind::kFailed,
                 fmt::format("cannot make {}: {}", printable(path.substr(0, slash)),
                             std::generic_category().message(errno))};
  }
  return {};
}

Result<SyncOutcome> write_life(const std::string& path, std::optional<TicketStatus> known,
                               const TicketLife& life) {
  for (int tries = 0; tries < kMostTries; ++tries) {
    const Result<std::string> text = read_file(path, kMaxTicketBytes);
    if (!text) return text.error();
    const std::optional<TicketStatus> now = written_status(*text);
    if (now != known && now != life.status) return SyncOutcome::kChangedMeanwhile;
    std::vector<FieldChange> changes;
    // A file that says it in other words, or by its folder alone, need not be touched for it.
    if (now != life.status) changes.push_back({"status", std::string(to_text(life.status))});
    if (!life.started_at.empty())
      changes.push_back({key_in(*text, "started_at", "started"), life.started_at});
    if (!life.completed_at.empty())
      changes.push_back({key_in(*text, "completed_at", "completed"), life.completed_at});
    const Result<std::string> edited = edit_front_matter(*text, changes);
    if (!edited) {
      return Error{edited.error().kind, fmt::format("cannot write the status of {}: {}",
                                                    printable(path), edited.error().message)};
    }
    if (*edited == *text) return SyncOutcome::kUnchanged;
    const Result<Replaced> replaced = replace_file(path, *text, *edited);
    if (!replaced) return replaced.error();
    if (*replaced == Replaced::kDone) return SyncOutcome::kWritten;
  }
  return Error{
      ErrorKind::kInUse,
      fmt::format("cannot write the status of {}: somebody keeps changing it", printable(path))};
}

}  // namespace

std::string place_for(const std::string& root, const std::string& relative, TicketStatus status) {
  for (std::size_t slash = relative.rfind('/'); slash != std::string::npos && slash > 0;) {
    const std::size_t before = relative.rfind('/', slash - 1);
    const std::size_t begin = before == std::string::npos ? 0 : before + 1;
    const auto of_folder = status_of(relative.substr(begin, slash - begin));
    if (of_folder == status) return relative;
    if (of_folder) {
      const std::string above = relative.substr(0, begin);
      return fmt::format("{}{}{}", above, folder_for(root + above, status), relative.substr(slash));
    }
    slash = before;
  }
  return relative;
}

std::optional<TicketStatus> status_for(TicketState state) {
  switch (state) {
    case TicketState::kWaiting:
    case TicketState::kReady:
      return std::nullopt;
    case TicketState::kAssigned:
    case TicketState::kRunning:
    case TicketState::kValidating:
    case TicketState::kReview:
      return TicketStatus::kInProgress;
    case TicketState::kSucceeded:
      return TicketStatus::kCompleted;
    case TicketState::kFailed:
      return TicketStatus::kBlocked;
    case TicketState::kAborted:
    case TicketState::kUndone:
      return TicketStatus::kPending;
    case TicketState::kCancelled:
      return TicketStatus::kCancelled;
  }
  return std::nullopt;
}

Result<SyncResult> sync_ticket_file(const std::string& path, const std::string& relative,
                                    std::optional<TicketStatus> known, const TicketLife& life,
                                    FolderMove move) {
  HW_CHECK(path.ends_with(relative), "a ticket's path does not end with that in its folder");
  SyncResult result{SyncOutcome::kUnchanged, path, relative};
  Result<SyncOutcome> written = write_life(path, known, life);
  if (!written) return written.error();
  result.outcome = *written;
  if (result.outcome == SyncOutcome::kChangedMeanwhile || move == FolderMove::kNotNow)
    return result;
  const std::string root = path.substr(0, path.size() - relative.size());
  const std::string place = place_for(root, relative, life.status);
  if (place == relative) return result;
  if (Result<void> made = make_folders(root + place); !made) return made.error();
  if (Result<void> moved = move_file(path, root + place); !moved) return moved.error();
  return SyncResult{SyncOutcome::kMoved, root + place, place};
}

}  // namespace headway
