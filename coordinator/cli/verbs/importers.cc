#include "coordinator/cli/verbs/importers.h"

#include <algorithm>
#include <array>
#include <utility>

#include "coordinator/import/import_psplib.h"
#include "coordinator/import/import_stg.h"
#include "coordinator/import/import_wfcommons.h"

namespace headway::cli {

namespace {

Result<ImportedPlan> without_agents(Result<Plan> plan) {
  if (!plan) return plan.error();
  return ImportedPlan{std::move(*plan), {}};
}

InstanceOptions instance_options(const ImportScales& scales) {
  InstanceOptions options;
  if (scales.time > 0) options.time_scale = scales.time;
  return options;
}

Result<ImportedPlan> read_wfcommons(const std::string& text, const std::string& name,
                                    const ImportScales& scales) {
  ImportOptions options;
  if (scales.time > 0) options.time_scale = scales.time;
  if (scales.size > 0) options.size_scale = scales.size;
  return without_agents(import_wfcommons(text, name, options));
}

Result<ImportedPlan> read_psplib(const std::string& text, const std::string& name,
                                 const ImportScales& scales) {
  return without_agents(import_psplib(text, name, instance_options(scales)));
}

Result<ImportedPlan> read_imopse(const std::string& text, const std::string& name,
                                 const ImportScales& scales) {
  return import_imopse(text, name, instance_options(scales));
}

Result<ImportedPlan> read_stg(const std::string& text, const std::string& name,
                              const ImportScales& scales) {
  return without_agents(import_stg(text, name, instance_options(scales)));
}

constexpr std::array kImporters = {Importer{"wfcommons", &read_wfcommons},
                                   Importer{"psplib", &read_psplib},
                                   Importer{"imopse", &read_imopse}, Importer{"stg", &read_stg}};

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
