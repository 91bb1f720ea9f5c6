#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "coordinator/import/import_imopse.h"

namespace headway::cli {

/// How `headway import` scales what was recorded; 0: as the importer's default.
struct ImportScales {
  double time = 0;
  double size = 0;
};

/// A format that plans can be imported from.
struct Importer {
  std::string_view name;
  /// `name` is that of the file without folders and extension.
  Result<ImportedPlan> (*read)(const std::string& text, const std::string& name,
                               const ImportScales& scales);
};

/// None where there is no such format.
const Importer* find_importer(std::string_view name);
std::vector<std::string_view> importer_names();

}  // namespace headway::cli
