#include "coordinator/cli/verbs/importers.h"

#include <algorithm>
#include <array>

#include "coordinator/import/import_wfcommons.h"

namespace headway::cli {

namespace {

Result<Plan> read_wfcommons(const std::string& text, const std::string& name,
                            const ImportScales& scales) {
  ImportOptions options;
  if (scales.time > 0) options.time_scale = scales.time;
  if (scales.size > 0) options.size_scale = scales.size;
  return import_wfcommons(text, name, options);
}

constexpr std::array kImporters = {Importer{"wfcommons", &read_wfcommons}};

}  // namespace

const Importer* find_importer(std::string_view name) {
  const auto found = std::find_if(kImporters.begin(), kImporters.end(),
                                  [&](const Importer& importer) { return importer.name == name; });
  return found == kImporters.end() ? nullptr : &*found;
}

std::vector<std::string_view> importer_names() {
  std::vector<std::string_view> names;
  names.reserve(kImporters.size());
  for (const Importer& importer : kImporters) names.push_back(importer.name);
  return names;
}

}  // namespace headway::cli
