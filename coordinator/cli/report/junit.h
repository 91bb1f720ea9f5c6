#pragma once

#include <string>

#include "coordinator/cli/report/registry_report.h"

namespace headway::cli {

/// A run as a JUnit test suite, for what shows such results: a ticket is a test case, its category
/// the class. What failed is a failure, what was aborted, cancelled, or has not ended is skipped.
std::string junit_xml(const RegistryReport& report);

}  // namespace headway::cli
