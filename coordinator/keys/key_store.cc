#include "coordinator/keys/key_store.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/keys/join_token.h"
#include "common/system/clock.h"
#include "common/system/files.h"
#include "common/wire/curve.h"

namespace headway {

namespace {

/// A line has some 150 bytes and a name.
constexpr std::size_t kMaxTableBytes = 64U << 20U;
constexpr Duration kStorePatience = std::chrono::seconds{5};
constexpr useconds_t kLockPauseMicros = 10'000;

Error store_failure(const std::string& what, const std::string& path) {
  return {errno == EACCES || errno == EPERM ? ErrorKind::kDenied : ErrorKind::kFailed,
          fmt::format("cannot {} {}: {}", what, printable(path), std::strerror(errno))};
}

Result<void> check_folder(const std::string& folder) {
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0) return store_failure("look at", folder);
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) == 0) return {};
  return Error{ErrorKind::kDenied,
               fmt::format("{} has keys in it and can be used by others than its owner; run: chmod "
                           "700 {}",
                           printable(folder), printable(folder))};
}

}  // namespace

Result<KeyStore> KeyStore::open(const std::string& state_folder) {
  KeyStore store(state_folder + "/keys");
  if (const Result<void> prepared = store.prepare(); !prepared) return prepared.error();
  return store;
}

Result<void> KeyStore::prepare() {
  if (Result<void> made = make_directories(folder_); !made) return made;
  if (Result<void> checked = check_folder(folder_); !checked) return checked;
  // Watched before it is read: a change between the two is noticed.
  changes_.reset(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (changes_ && ::inotify_add_watch(changes_.get(), folder_.c_str(),
                                      IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE) < 0)
    changes_.reset();
  const Result<UniqueFd> locked = lock(kStorePatience);
  if (!locked) return locked.error();
  Result<KeyFile> own = read_key_file(path("coordinator"));
  if (!own && own.error().kind != ErrorKind::kNotFound) return own.error();
  if (!own) {
    own = KeyFile{KeyRole::kCoordinator, "coordinator", make_key_pair(), {}, {}, {}};
    if (Result<void> kept = write_key_file(path("coordinator"), *own); !kept) return kept;
  }
  if (own->role != KeyRole::kCoordinator) {
    return Error{
        ErrorKind::kUsage,
        fmt::format("{} is the key of a {}", printable(path("coordinator")), to_text(own->role))};
  }
  own_ = *own;
  return read();
}

Result<UniqueFd> KeyStore::lock(Duration patience) const {
  const std::string file = path("lock");
  UniqueFd fd{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (!fd) return store_failure("open", file);
  const Instant end = steady_now() + patience;
  while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return store_failure("lock", file);
    if (steady_now() >= end) {
      return Error{ErrorKind::kInUse,
                   fmt::format("somebody else is changing the keys in {}", printable(folder_))};
    }
    ::usleep(kLockPauseMicros);
  }
  return fd;
}

Result<void> KeyStore::read() {
  read_ = look();  // before: what changes in between is seen the next time
  Result<std::string> text = read_private_file(path("known"), kMaxTableBytes);
  // No table yet: nobody is known.
  if (!text && text.error().kind == ErrorKind::kNotFound) text = std::string();
  if (!text) return text.error();
  if (*text == text_) return {};
  Result<KnownKeys> known = KnownKeys::parse(*text, path("known"));
  if (!known) return known.error();
  replace(std::move(*known), std::move(*text));
  return {};
}

void KeyStore::replace(KnownKeys known, std::string text) {
  for (std::string& name : workers_shut_out(known_, known)) shut_out_.push_back(std::move(name));
  known_ = std::move(known);
  text_ = std::move(text);
}

KeyStore::Stamp KeyStore::look() const {
  struct stat status {};
  if (::stat(path("known").c_str(), &status) != 0) return {};
  return {status.st_ino, status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_size};
}

Result<void> KeyStore::refresh() {
  std::array<char, 4096> events{};
  bool changed = look() != read_;
  while (changes_ && ::read(changes_.get(), events.data(), events.size()) > 0) changed = true;
  if (!changed) return {};
  return read();
}

Result<void> KeyStore::change(const std::function<Result<void>(KnownKeys&)>& change,
                              Duration patience) {
  const Result<UniqueFd> locked = lock(patience);
  if (!locked) return locked.error();
  if (Result<void> fresh = read(); !fresh) return fresh;
  KnownKeys changed = known_;
  if (Result<void> made = change(changed); !made) return made;
  std::string text = changed.text();
  if (text == text_) return {};
  if (Result<void> kept = write_file_atomically(path("known"), text, Readers::kOwner); !kept)
    return kept;
  replace(std::move(changed), std::move(text));
  return {};
}

Result<KeyFile> create_key(KeyStore& store, KeyRole role, const std::string& name, WallTime now) {
  KeyFile made{role, name, make_key_pair(), store.own().keys.open, {}, {}};
  KnownKey known;
  known.role = role;
  known.key = made.keys.open;
  known.name = name;
  known.made = now;
  const Result<void> kept =
      store.change([&](KnownKeys& keys) { return keys.add(known); }, kStorePatience);
  if (!kept) return kept.error();
  return made;
}

Result<std::optional<std::uint32_t>> parse_join_uses(const std::string& what,
                                                     const std::string& word) {
  constexpr std::size_t kMostDigits = 6;
  if (word == "many") return std::optional<std::uint32_t>{};
  if (word.empty() || word.size() > kMostDigits ||
      word.find_first_not_of("0123456789") != std::string::npos) {
    return Error{ErrorKind::kUsage, fmt::format("{} is a number below a million, or `many`, not {}",
                                                what, printable(word))};
  }
  return std::optional<std::uint32_t>(static_cast<std::uint32_t>(std::stoul(word)));
}

Result<void> check_join_lifetime(Duration lifetime) {
  if (lifetime > Duration{}) return {};
  return Error{ErrorKind::kUsage, "--join-expires 0s: nobody could join by that"};
}

Result<NewJoinToken> create_join_token(KeyStore& store, const JoinLimits& limits, WallTime now) {
  const KeyPair pair = make_key_pair();
  KnownKey known;
  known.role = KeyRole::kJoin;
  known.key = pair.open;
  known.name = "join-" + pair.open.hex().substr(0, 8);
  known.made = now;
  known.expires = now + std::chrono::duration_cast<WallTime::duration>(limits.lifetime);
  known.uses_left = limits.uses;
  const Result<void> kept =
      store.change([&](KnownKeys& keys) { return keys.add(known); }, kStorePatience);
  if (!kept) return kept.error();
  return NewJoinToken{known.name, join_token_text({store.own().keys.open, pair.secret})};
}

}  // namespace headway
