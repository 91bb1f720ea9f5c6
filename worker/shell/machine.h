#pragma once

#include <cstdint>
#include <map>
#include <string>

/// What a worker has to know of the machine that it is on.

namespace headway::worker {

/// Processors that this process may use.
std::uint32_t count_cores();
std::int64_t total_memory_bytes();
/// The name of the machine; `unknown` when it has none.
std::string host_name();
/// Another one after each start of the machine (/proc/sys/kernel/random/boot_id); empty when the
/// system has none.
std::string boot_id();
/// A random number that is not 0.
std::uint64_t random_number();
/// The environment of this process.
std::map<std::string, std::string> read_environment();

}  // namespace headway::worker
