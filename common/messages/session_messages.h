#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/ids.h"
#include "common/base/states.h"
#include "common/base/time.h"
#include "common/messages/bytes.h"
#include "common/messages/inventory.h"

/// How a worker joins and leaves: sessions between it and the coordinator, and, before the first of
/// them, its being registered over a connection with a join token's key.

namespace headway {

inline constexpr std::uint32_t kProtocolVersion = 1;

/// In `Hello::abilities`: requirements, checkpoints and gates of an attempt, in its slot.
inline constexpr std::string_view kChecksAbility = "checks";

struct Hello {
  std::uint32_t protocol = kProtocolVersion;
  std::string worker;             ///< its name
  std::uint64_t incarnation = 0;  ///< random for each process
  /// Grows with each hello of the process, so that one which comes late over an old connection is
  /// known for what it is. 0: hellos are not counted.
  std::uint64_t number = 0;
  /// Earlier processes on the same state directory, of which nothing is alive any more: a proof.
  std::vector<std::uint64_t> formers;
  std::string boot_id;  ///< of the machine
  std::string host;
  std::uint32_t slots = 1;
  std::vector<std::string> labels;
  std::vector<std::string> types;  ///< agent types that it offers
  bool every_type = false;         ///< offers any type (an embedded worker)
  std::vector<std::pair<std::string, std::int64_t>> resources;  ///< in thousandths
  /// What it can do beyond running a command: `checks`. An attempt that needs more than a worker
  /// can do does not go to it.
  std::vector<std::string> abilities;
  std::string containment;  ///< how its tickets are held together: `pid namespace` or `subreaper`
  std::string registry;     ///< of which its tokens are; empty: it holds none
  std::vector<InventoryEntry> inventory;
  template <class V>
  void fields(V& v) {
    v("protocol", protocol);
    v("worker", worker);
    v("incarnation", incarnation);
    v("number", number);
    v("formers", formers);
    v("boot_id", boot_id);
    v("host", host);
    v("slots", slots);
    v("labels", labels);
    v("types", types);
    v("every_type", every_type);
    v("resources", resources);
    v("abilities", abilities);
    v("containment", containment);
    v("registry", registry);
    v("inventory", inventory);
  }
  friend bool operator==(const Hello&, const Hello&) = default;
};

/// What a worker is to do with an attempt of its inventory.
enum class Verdict : std::uint8_t {
  kContinue,  ///< it is yours; go on
  kKill,      ///< it is not yours any more; kill it, and answer with its result or `stopped`
  kResend,    ///< send its result again
  kForget,    ///< settled; drop all that you keep of it
};
template <>
struct EnumText<Verdict> {
  static constexpr std::array kWords = {
      std::pair{Verdict::kContinue, std::string_view{"continue"}},
      std::pair{Verdict::kKill, std::string_view{"kill"}},
      std::pair{Verdict::kResend, std::string_view{"resend"}},
      std::pair{Verdict::kForget, std::string_view{"forget"}},
  };
};

struct InventoryVerdict {
  Token token;
  Verdict verdict = Verdict::kContinue;
  template <class V>
  void fields(V& v) {
    v("token", token);
    v("verdict", verdict);
  }
  friend bool operator==(const InventoryVerdict&, const InventoryVerdict&) = default;
};

struct Welcome {
  std::uint32_t protocol = kProtocolVersion;
  std::string registry;
  Epoch epoch;
  std::uint64_t session = 0;  ///< repeated in every later message of both sides
  Duration lease{};
  Duration heartbeat{};
  std::vector<InventoryVerdict> verdicts;
  template <class V>
  void fields(V& v) {
    v("protocol", protocol);
    v("registry", registry);
    v("epoch", epoch);
    v("session", session);
    v("lease_us", lease);
    v("heartbeat_us", heartbeat);
    v("verdicts", verdicts);
  }
  friend bool operator==(const Welcome&, const Welcome&) = default;
};

/// A hello that is not accepted. `retry`: it may be later (a name still in use); else the worker
/// gives up.
struct Refused {
  std::string reason;
  bool retry = false;
  template <class V>
  void fields(V& v) {
    v("reason", reason);
    v("retry", retry);
  }
  friend bool operator==(const Refused&, const Refused&) = default;
};

/// To a peer that speaks without a valid session: say hello again, with the full inventory.
struct HelloAgain {
  template <class V>
  void fields(V& /*v*/) {}
  friend bool operator==(const HelloAgain&, const HelloAgain&) = default;
};

/// From a worker: give me nothing more, I leave when what I run has ended. From the coordinator: do
/// so.
struct Drain {
  /// From the coordinator: once it has left, its process is to start itself anew and join again.
  bool restart = false;
  template <class V>
  void fields(V& v) {
    v("restart", restart);
  }
  friend bool operator==(const Drain&, const Drain&) = default;
};

/// The worker leaves; it holds nothing and runs nothing.
struct Goodbye {
  template <class V>
  void fields(V& /*v*/) {}
  friend bool operator==(const Goodbye&, const Goodbye&) = default;
};

/// A new worker wants to be known from now on by a key of its own.
struct Join {
  std::uint32_t protocol = kProtocolVersion;
  std::string worker;  ///< its name
  Bytes public_key;    ///< 32 bytes; the secret half never leaves the worker
  template <class V>
  void fields(V& v) {
    v("protocol", protocol);
    v("worker", worker);
    v("public_key", public_key);
  }
  friend bool operator==(const Join&, const Join&) = default;
};

/// It is registered: connect with that key, and say hello.
struct Admitted {
  std::string worker;
  template <class V>
  void fields(V& v) {
    v("worker", worker);
  }
  friend bool operator==(const Admitted&, const Admitted&) = default;
};

}  // namespace headway
