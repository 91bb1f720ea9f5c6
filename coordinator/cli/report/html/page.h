#pragma once

#include <string>

#include "coordinator/cli/report/html/page_content.h"

namespace headway::cli {

/// A run as one page of HTML that needs nothing else: no other file, no network, and no script for
/// reading it. With the script it is sorted, filtered and zoomed. All text that comes from plans,
/// workers and programs is escaped, and the page's own policy (Content Security Policy) forbids it
/// to load anything. Some 4 MB at most with 10,000 tickets.
std::string html_page(const PageContent& content);

}  // namespace headway::cli
