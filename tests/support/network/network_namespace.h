#pragma once

#include <string>

#include "common/system/unique_fd.h"

namespace headway::test {

/// A network of its own in the kernel, with no interface but loopback (network_namespaces(7)). It
/// lives as long as this, or a process in it, and takes its interfaces with it: nothing is left of
/// a test however it ends.
class NetworkNamespace {
 public:
  NetworkNamespace();

  /// As `ip` takes it for `netns`.
  [[nodiscard]] std::string path() const;

  /// While this lives the calling thread is in the namespace, and so is what it starts: processes,
  /// threads, sockets.
  class Inside {
   public:
    explicit Inside(const NetworkNamespace& space);
    ~Inside();
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    UniqueFd before_;
  };

 private:
  UniqueFd space_;
};

/// Why no network of namespaces can be made here, and what would help; empty: it can. Who is not
/// root becomes root of a user namespace, for which the calling process must have one thread.
std::string why_no_network();

}  // namespace headway::test
