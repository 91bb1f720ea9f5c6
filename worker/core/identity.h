#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/base/ids.h"

namespace headway::worker {

/// Who a worker is and what it offers; fixed for the life of its process. The shell gathers it, so
/// that the core asks neither the system nor a random source.
struct WorkerIdentity {
  std::string name;
  std::uint64_t incarnation = 0;       ///< random for each process
  std::vector<std::uint64_t> formers;  ///< earlier processes on this state directory, proven dead
  std::string boot_id;
  std::string host;
  std::uint32_t slots = 1;
  std::vector<std::string> labels;
  std::vector<std::string> types;
  bool every_type = false;
  std::vector<std::pair<std::string, std::int64_t>> resources;  ///< in thousandths
  std::string containment;
  std::string root;         ///< absolute; empty: the root of each attempt's plan
  std::string registry;     ///< of which the tokens in `dead` are
  std::vector<Token> dead;  ///< of a former life; proven that nothing of them is alive
};

}  // namespace headway::worker
