#include "worker/process/state_directory.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <random>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "common/base/check.h"
#include "common/base/text.h"
#include "common/system/files.h"
#include "worker/process/former_life.h"

namespace headway::worker {

namespace {

constexpr std::size_t kMostText = 1U << 20U;
/// Named in one hello.
constexpr std::size_t kMostLives = 1000;

Error failure(const std::string& doing, const std::string& path) {
  return Error{ErrorKind::kFailed, "cannot " + doing + " " + printable(path) + ": " +
                                       std::generic_category().message(errno)};
}

/// A small file's text without the newline at its end; empty where there is no such file.
Result<std::string> read_optional(const std::string& path) {
  Result<std::string> text = read_file(path, kMostText);
  if (!text && text.error().kind == ErrorKind::kNotFound) return std::string{};
  if (!text) return text.error();
  std::string content = text.value();
  while (!content.empty() && content.back() == '\n') content.pop_back();
  return content;
}

std::vector<std::string> entries_of(const std::string& path) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory{::opendir(path.c_str()), &::closedir};
  if (!directory) return names;
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// One on a line; a line that is not a number, as a crash may leave it, is skipped.
std::vector<std::uint64_t> numbers_in(std::string_view text) {
  std::vector<std::uint64_t> numbers;
  while (!text.empty()) {
    std::uint64_t number = 0;
    const std::size_t newline = text.find('\n');
    const std::string_view line = text.substr(0, newline);
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
    if (error == std::errc{} && end == line.data() + line.size()) numbers.push_back(number);
    if (newline == std::string_view::npos) break;
    text.remove_prefix(newline + 1);
  }
  return numbers;
}

std::string lines_of(const std::vector<std::uint64_t>& numbers) {
  std::string text;
  for (const std::uint64_t number : numbers) text.append(std::to_string(number)).append("\n");
  return text;
}

}  // namespace

Result<StateDirectory> StateDirectory::open(const std::string& path) {
  if (Result<void> made = make_directories(path); !made) return made.error();
  Result<std::string> absolute = absolute_path(path);
  if (!absolute) return absolute.error();
  const std::string lock_path = absolute.value() + "/lock";
  UniqueFd lock{::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (!lock) return failure("open", lock_path);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return failure("lock", lock_path);
    return Error{ErrorKind::kInUse,
                 "another worker uses the state directory " + printable(absolute.value()) +
                     ": give each worker of this machine a directory of its own (--state-dir)"};
  }
  StateDirectory directory(absolute.value(), std::move(lock));
  if (Result<void> settled = directory.settle_in(); !settled) return settled.error();
  if (Result<void> loaded = directory.load(); !loaded) return loaded.error();
  return directory;
}

/// Makes a copied folder this worker's own. Its name, key and registry stay: by them it may join
/// once nobody hears of the other any more.
Result<void> StateDirectory::settle_in() {
  struct stat status {};
  if (::fstat(lock_.get(), &status) != 0) return failure("look at", path_ + "/lock");
  const std::string here = std::to_string(status.st_ino);
  const Result<std::string> place = read_optional(path_ + "/place");
  if (!place) return place.error();
  if (*place == here) return {};
  if (!place->empty()) {
    std::vector<std::string> records = {path_ + "/lives", path_ + "/dead"};
    for (const std::string& name : entries_of(path_ + "/started")) {
      records.push_back(path_ + "/started/" + name);
    }
    for (const std::string& file : records) {
      if (::unlink(file.c_str()) != 0 && errno != ENOENT) return failure("remove", file);
    }
  }
  return write_file_atomically(path_ + "/place", here + "\n");
}

Result<void> StateDirectory::load() {
  for (const char* part : {"/started", "/slots"}) {
    if (Result<void> made = make_directories(path_ + part); !made) return made;
  }
  Result<std::string> registry = read_optional(path_ + "/registry");
  if (!registry) return registry.error();
  registry_ = registry.value();
  Result<std::string> dead = read_optional(path_ + "/dead");
  if (!dead) return dead.error();
  for (const std::uint64_t number : numbers_in(dead.value())) dead_.emplace_back(number);
  Result<std::string> lives = read_optional(path_ + "/lives");
  if (!lives) return lives.error();
  lives_ = numbers_in(lives.value());
  for (const std::string& name : entries_of(path_ + "/started")) {
    Result<std::string> text = read_optional(path_ + "/started/" + name);
    if (!text) return text.error();
    // A record that was never written whole stands for a slot in which nothing was started yet.
    if (std::optional<SlotRecord> record = parse_record(text.value() + "\n")) {
      former_.push_back(std::move(*record));
    }
  }
  return {};
}

Result<std::vector<Token>> StateDirectory::prove_dead() {
  if (Result<void> ended = end_former_life(former_); !ended) return ended.error();
  for (const SlotRecord& record : former_) {
    dead_.insert(dead_.end(), record.tokens.begin(), record.tokens.end());
  }
  std::sort(dead_.begin(), dead_.end());
  dead_.erase(std::unique(dead_.begin(), dead_.end()), dead_.end());
  former_.clear();
  // The list first, so that no token is without a record in between.
  if (Result<void> written = write_dead(); !written) return written.error();
  for (const std::string& name : entries_of(path_ + "/started")) {
    const std::string file = path_ + "/started/" + name;
    if (::unlink(file.c_str()) != 0 && errno != ENOENT) return failure("remove", file);
  }
  return dead_;
}

Result<void> StateDirectory::write_dead() const {
  std::vector<std::uint64_t> numbers;
  for (const Token token : dead_) numbers.push_back(token.number());
  return write_file_atomically(path_ + "/dead", lines_of(numbers));
}

Result<std::vector<std::uint64_t>> StateDirectory::begin_life(std::uint64_t incarnation) {
  // The first was welcomed and is what tickets may wait for; of the others, which never were, some
  // may go.
  if (lives_.size() > kMostLives) lives_.erase(lives_.begin() + 1);
  const std::vector<std::uint64_t> former = lives_;
  lives_.push_back(incarnation);
  Result<void> written = write_file_atomically(path_ + "/lives", lines_of(lives_));
  if (!written) return written.error();
  return former;
}

Result<void> StateDirectory::remember_welcome() {
  lives_.erase(lives_.begin(), lives_.end() - 1);
  return write_file_atomically(path_ + "/lives", lines_of(lives_));
}

void StateDirectory::forget(Token token) {
  if (std::erase(dead_, token) > 0) {
    // Should it not be written, the token is offered once more in the next life: no harm.
    static_cast<void>(write_dead());
    return;
  }
  // The file follows with the slot's next start; until then the token is in it for nothing.
  for (Slot& slot : slots_) slot.record.remove(token);
}

Result<void> StateDirectory::remember_registry(const std::string& registry) {
  if (registry == registry_) return {};
  dead_.clear();
  if (Result<void> written = write_dead(); !written) return written;
  for (Slot& slot : slots_) slot.record.tokens.clear();
  if (Result<void> written = write_file_atomically(path_ + "/registry", registry + "\n");
      !written) {
    return written;
  }
  registry_ = registry;
  return {};
}

Result<std::string> StateDirectory::generated_name() {
  Result<std::string> kept = read_optional(path_ + "/name");
  if (!kept || !kept.value().empty()) return kept;
  char host[256] = {};
  if (::gethostname(host, sizeof host - 1) != 0) return failure("read", "the host's name");
  std::random_device random;
  const std::string name = fmt::format("{}-{:04x}", printable(host), random() & 0xFFFFU);
  if (Result<void> written = write_file_atomically(path_ + "/name", name + "\n"); !written) {
    return written.error();
  }
  return name;
}

Result<std::string> StateDirectory::prepare_slot(SlotId slot) {
  const std::string path = path_ + "/slots/" + std::to_string(slot.number());
  if (Result<void> made = make_directories(path); !made) return made.error();
  for (const std::string& name : entries_of(path)) {
    const std::string file = fmt::format("{}/{}", path, name);
    ::unlink(file.c_str());
  }
  return path;
}

Result<StateDirectory::Slot*> StateDirectory::slot(SlotId slot) {
  HW_CHECK(slot.number() > 0, "a slot has no number");
  if (slots_.size() < slot.index()) slots_.resize(slot.index());
  Slot& entry = slots_[slot.index() - 1];
  if (!entry.file) {
    const std::string path = path_ + "/started/" + std::to_string(slot.number());
    entry.file = UniqueFd{::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!entry.file) return failure("write", path);
  }
  return &entry;
}

namespace {

Result<void> write_record(int file, const SlotRecord& record, SlotId slot) {
  const std::string text = format_record(record);
  if (::pwrite(file, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size())) return {};
  return failure("write", "the record of slot " + std::to_string(slot.number()));
}

}  // namespace

Result<void> StateDirectory::record_supervisor(SlotId slot, const ProcessIdentity& process,
                                               const std::string& mark) {
  Result<Slot*> entry = this->slot(slot);
  if (!entry) return entry.error();
  SlotRecord& record = entry.value()->record;
  if (record.boot_id.empty()) {
    Result<std::string> boot = read_boot_id();
    if (!boot) return boot.error();
    record.boot_id = boot.value();
  }
  record.supervisor = process;
  record.mark = mark;
  return write_record(entry.value()->file.get(), record, slot);
}

Result<void> StateDirectory::record_start(SlotId slot, Token token) {
  Result<Slot*> entry = this->slot(slot);
  if (!entry) return entry.error();
  entry.value()->record.add(token);
  return write_record(entry.value()->file.get(), entry.value()->record, slot);
}

}  // namespace headway::worker
