#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/ids.h"
#include "common/base/states.h"
#include "common/base/time.h"

/// What is checked before, beside and after an attempt's command, in its slot.

namespace headway {

/// How long one try of a check may take where neither its plan nor its order says: one that hangs
/// must not hold its ticket for ever.
inline constexpr Duration kCheckTimeout = std::chrono::hours{1};

/// What a command beside a ticket's own is for.
enum class CheckKind : std::uint8_t { kRequirement, kCheckpoint, kGate, kPlanGate, kRollback };
template <>
struct EnumText<CheckKind> {
  static constexpr std::array kWords = {
      std::pair{CheckKind::kRequirement, std::string_view{"requirement"}},
      std::pair{CheckKind::kCheckpoint, std::string_view{"checkpoint"}},
      std::pair{CheckKind::kGate, std::string_view{"gate"}},
      std::pair{CheckKind::kPlanGate, std::string_view{"plan gate"}},
      std::pair{CheckKind::kRollback, std::string_view{"rollback"}},
  };
};

/// A requirement or gate that a worker runs in an attempt's slot.
struct CheckOrder {
  std::string name;
  std::vector<std::string> words;  ///< argv
  std::optional<Duration> timeout;
  std::uint32_t tries = 1;  ///< it passes when one of so many does
  Duration backoff{};       ///< before the second try
  double factor = 2.0;      ///< by which the backoff grows from one to the next
  bool beside = false;      ///< runs side by side with the one before it in the list
  template <class V>
  void fields(V& v) {
    v("name", name);
    v("words", words);
    v("timeout_us", timeout);
    v("tries", tries);
    v("backoff_us", backoff);
    v("factor", factor);
    v("beside", beside);
  }
  friend bool operator==(const CheckOrder&, const CheckOrder&) = default;
};

/// A check beside an attempt's command: due at a share of progress, after a time, or, with neither,
/// when the command names it.
struct CheckpointOrder {
  std::string name;
  std::optional<double> share;  ///< 0..1
  std::optional<Duration> after;
  std::vector<std::string> words;  ///< argv; empty: nothing is checked
  std::optional<Duration> timeout;
  bool stop = false;  ///< the attempt ends when it fails
  template <class V>
  void fields(V& v) {
    v("name", name);
    v("share", share);
    v("after_us", after);
    v("words", words);
    v("timeout_us", timeout);
    v("stop", stop);
  }
  friend bool operator==(const CheckpointOrder&, const CheckpointOrder&) = default;
};

/// A file that must be as it was recorded before the command may start.
struct ExpectedFile {
  std::string path;  ///< relative to the root
  std::uint64_t size = 0;
  std::string sha256;
  std::string origin;  ///< for people: whose artifact it is, or why it is expected
  template <class V>
  void fields(V& v) {
    v("path", path);
    v("size", size);
    v("sha256", sha256);
    v("origin", origin);
  }
  friend bool operator==(const ExpectedFile&, const ExpectedFile&) = default;
};

/// What an attempt is busy with in its slot; may be lost.
struct Step {
  enum class Kind : std::uint8_t { kRequirement, kCommand, kGate };
  Token token;
  Kind kind = Kind::kCommand;
  std::uint32_t number = 0;  ///< of the requirement or gate, from 1
  template <class V>
  void fields(V& v) {
    v("token", token);
    v("kind", kind);
    v("number", number);
  }
  friend bool operator==(const Step&, const Step&) = default;
};
template <>
struct EnumText<Step::Kind> {
  static constexpr std::array kWords = {
      std::pair{Step::Kind::kRequirement, std::string_view{"requirement"}},
      std::pair{Step::Kind::kCommand, std::string_view{"command"}},
      std::pair{Step::Kind::kGate, std::string_view{"gate"}},
  };
};

/// A checkpoint was reached, and its check, should it have one, has ended.
struct CheckpointReached {
  Token token;
  std::uint32_t number = 0;  ///< of those that the attempt has reached, from 1
  std::string name;
  Outcome outcome = Outcome::kSucceeded;  ///< of its check; without one it has passed
  std::int32_t exit_code = 0;             ///< with `exit`
  Duration elapsed{};
  std::string detail{};  ///< for people
  template <class V>
  void fields(V& v) {
    v("token", token);
    v("number", number);
    v("name", name);
    v("outcome", outcome);
    v("exit_code", exit_code);
    v("elapsed_us", elapsed);
    v("detail", detail);
  }
  friend bool operator==(const CheckpointReached&, const CheckpointReached&) = default;
};

struct CheckpointAck {
  Token token;
  std::uint32_t number = 0;
  template <class V>
  void fields(V& v) {
    v("token", token);
    v("number", number);
  }
  friend bool operator==(const CheckpointAck&, const CheckpointAck&) = default;
};

/// How one try of a requirement or gate ended.
struct CheckResult {
  CheckKind kind = CheckKind::kGate;
  std::uint32_t number = 0;   ///< of the ticket's requirements or gates, from 1
  std::uint32_t attempt = 1;  ///< of this check in this attempt of the ticket, from 1
  Outcome outcome = Outcome::kSucceeded;
  std::int32_t exit_code = 0;  ///< with `exit`
  std::int32_t signal = 0;     ///< with `signal`
  Duration elapsed{};
  std::string detail;  ///< for people
  template <class V>
  void fields(V& v) {
    v("kind", kind);
    v("number", number);
    v("attempt", attempt);
    v("outcome", outcome);
    v("exit_code", exit_code);
    v("signal", signal);
    v("elapsed_us", elapsed);
    v("detail", detail);
  }
  friend bool operator==(const CheckResult&, const CheckResult&) = default;
};

}  // namespace headway
