#pragma once

#include <string>
#include <vector>

#include "coordinator/cli/report/html/page_content.h"

namespace headway::cli {

/// Rows of the page's table: a run with more tickets has those that succeeded left out.
inline constexpr std::size_t kMostTicketRows = 10'000;

/// The report's tickets in the order in which people look at them: what failed, what came of that,
/// what goes on, what waits, what succeeded.
std::vector<std::uint32_t> by_urgency(const RegistryReport& report);

/// The section with what failed: why, and the last that it printed. Empty where nothing did.
std::string failures_section(const PageContent& content);

/// The section with the table of tickets. The row of a ticket is `t` and its number.
std::string tickets_section(const PageContent& content);

}  // namespace headway::cli
