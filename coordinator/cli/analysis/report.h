#pragma once

#include <string>

#include "coordinator/cli/analysis/filter.h"
#include "coordinator/cli/show/format.h"

namespace headway::cli {

/// An analysis with what it is of.
struct AnalysisReport {
  std::string source;  ///< the folder or file, as the person named it
  const ReadTickets& read;
  const Analysis& analysis;
  Filtered left_out;
};

/// Rows of the tables for people; programs get all.
inline constexpr std::size_t kMaxReportRows = 40;

/// The analysis for people: sections with tables, as text or (`Format::kMarkdown`) Markdown.
/// `conflicts_only`: the conflicts alone.
std::string analysis_text(const AnalysisReport& report, bool conflicts_only, Format format,
                          bool colour, std::size_t width);

/// Each ticket with its measures: a row for each, without a header, between tabs.
std::string tickets_plain(const AnalysisReport& report);

/// Why one goes before the other, in words.
std::string_view reason_text(OrderReason reason);
std::string_view kind_text(ConflictKind kind);
/// What keeps every schedule from being shorter, in words.
std::string limit_text(const AnalysisReport& report, const Limit& limit);
/// What is done about a conflict, in words.
std::string resolution_text(const AnalysisReport& report, const Conflict& conflict);

}  // namespace headway::cli
