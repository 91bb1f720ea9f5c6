#include "coordinator/cli/registry_copies.h"

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/journal/registry.h"

namespace headway::cli {

Result<void> back_up_registry(const std::string& registry, const std::string& copy) {
  const Result<Registry> original = Registry::open_reader(registry);
  if (!original) return original.error();
  if (Result<void> copied = original->backup_to(copy); !copied) return copied;
  const Result<std::vector<std::string>> wrong = verify_registry(copy);
  if (!wrong) return wrong.error();
  if (wrong->empty()) return {};
  return Error{ErrorKind::kFailed, fmt::format("the copy {} is not sound:\n  {}", printable(copy),
                                               fmt::join(*wrong, "\n  "))};
}

Result<std::vector<std::string>> verify_registry(const std::string& registry) {
  const Result<Registry> opened = Registry::open_reader(registry);
  if (!opened) return opened.error();
  return opened->verify();
}

}  // namespace headway::cli
