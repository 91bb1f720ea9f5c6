#pragma once

#include <string>

#include "coordinator/cli/report/html/page_content.h"

namespace headway::cli {

/// The top of the page: which run, how it stands, what became of its tickets, and its measures.
std::string page_header(const PageContent& content);

}  // namespace headway::cli
