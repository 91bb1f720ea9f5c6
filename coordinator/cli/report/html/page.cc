#include "coordinator/cli/report/html/page.h"

#include <fmt/format.h>

#include "common/base/units.h"
#include "coordinator/cli/report/html/assets.h"
#include "coordinator/cli/report/html/gantt_svg.h"
#include "coordinator/cli/report/html/graph_choice.h"
#include "coordinator/cli/report/html/graph_svg.h"
#include "coordinator/cli/report/html/header.h"
#include "coordinator/cli/report/html/tickets.h"
#include "coordinator/cli/report/markup.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

std::string head(const std::string& title) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
         "'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\"/>\n"
         "<meta name=\"viewport\" content=\"width=device-width\"/>\n"
         "<meta name=\"color-scheme\" content=\"light dark\"/>\n<title>" +
         title + "</title>\n<style>\n" + kPageStyle + "</style>\n</head>\n";
}

}  // namespace

std::string html_page(const PageContent& content) {
  const Gantt gantt = make_gantt(content.timeline);
  const std::string title = markup_cut(run_title(content.report.run), 120);
  std::string page = head(title + " " + std::string(to_text(content.report.run.state)));
  page += "<body>\n";
  page += kPagePatterns;
  page += page_header(content);
  page += "<main>\n";
  page += failures_section(content);
  page += gantt_section(content.timeline, gantt);
  page += graph_section(choose_graphs(content.report, content.dependencies));
  page += tickets_section(content);
  page += "</main>\n<footer>Written by <code>headway report --html</code> at " +
          format_time(std::chrono::floor<std::chrono::seconds>(content.as_of)) +
          ".</footer>\n<script>\n";
  page += kPageScript;
  page += "</script>\n</body>\n</html>\n";
  return page;
}

}  // namespace headway::cli
