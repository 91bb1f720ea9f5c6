#include "worker/process/file_place.h"

namespace headway::worker {

bool leads_out(std::string_view path) {
  return path.starts_with('/') || path == ".." || path.starts_with("../") ||
         path.ends_with("/..") || path.find("/../") != std::string_view::npos ||
         path.find('\0') != std::string_view::npos;
}

bool is_below(const std::string& path, const std::string& root) {
  return root == "/" ||
         (path.starts_with(root) && path.size() > root.size() && path[root.size()] == '/');
}

}  // namespace headway::worker
