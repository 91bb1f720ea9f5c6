#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/base/ids.h"
#include "common/base/time.h"
#include "common/messages/inventory.h"

/// How a worker is known to be alive, and its leases are renewed.

namespace headway {

/// What a worker's machine is busy with. Shares are 0..1; rates are bytes a second.
struct Load {
  double cpu = 0;
  double memory = 0;
  double disk_busy = 0;
  double network = 0;  ///< of the fastest interface's speed; 0 where that is not known
  std::uint64_t memory_bytes = 0;
  std::uint64_t disk_rate = 0;
  std::uint64_t network_rate = 0;
  template <class V>
  void fields(V& v) {
    v("cpu", cpu);
    v("memory", memory);
    v("disk_busy", disk_busy);
    v("network", network);
    v("memory_bytes", memory_bytes);
    v("disk_rate", disk_rate);
    v("network_rate", network_rate);
  }
  friend bool operator==(const Load&, const Load&) = default;
};

struct Heartbeat {
  std::uint64_t number = 0;
  std::vector<InventoryEntry> held;  ///< the full inventory again
  Load load;
  std::optional<WallTime> wall_clock{};  ///< the worker's calendar when it was sent
  template <class V>
  void fields(V& v) {
    v("number", number);
    v("held", held);
    v("load", load);
    v("wall_clock_ms", wall_clock);
  }
  friend bool operator==(const Heartbeat&, const Heartbeat&) = default;
};

/// How much of an attempt's output the coordinator has: everything before `offset`.
struct OutputReceived {
  Token token;
  std::uint64_t offset = 0;
  template <class V>
  void fields(V& v) {
    v("token", token);
    v("offset", offset);
  }
  friend bool operator==(const OutputReceived&, const OutputReceived&) = default;
};

/// The lease is renewed, counted from when the worker sent heartbeat `number`.
struct HeartbeatAck {
  std::uint64_t number = 0;
  std::vector<Token> revoked;  ///< held, but not the worker's: kill
  std::vector<OutputReceived> outputs;
  template <class V>
  void fields(V& v) {
    v("number", number);
    v("revoked", revoked);
    v("outputs", outputs);
  }
  friend bool operator==(const HeartbeatAck&, const HeartbeatAck&) = default;
};

}  // namespace headway
