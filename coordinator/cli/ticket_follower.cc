#include "coordinator/cli/ticket_follower.h"

#include <utility>

#include "coordinator/cli/show/output_text.h"

namespace headway::cli {

namespace {

/// Bytes of output that are kept.
constexpr std::size_t kMostTailBytes = 64U << 10U;
/// Pages of output read at once: 2 MiB. Who has more waits a little, and sees it move.
constexpr int kMostPages = 32;

}  // namespace

TicketFollower::TicketFollower(RunId run, std::string ticket) : run_(run) {
  ticket_.id = std::move(ticket);
}

void TicketFollower::update(Answers& answers) {
  Result<ExplainAnswer> answer = answers.explain({.run = run_, .ticket = ticket_.id});
  if (!answer) {
    ticket_.problem = answer.error().message;
    return;
  }
  ticket_.problem.clear();
  ticket_.answer = std::move(*answer);
  read_output(answers);
}

void TicketFollower::read_output(Answers& answers) {
  bool moved = false;
  for (int page = 0; page < kMostPages; ++page) {
    const Result<bool> more = read_page(answers);
    if (!more || !*more) break;
    moved = true;
  }
  if (moved) ticket_.output = last_lines(tail_, kMostOutputLines);
}

Result<bool> TicketFollower::read_page(Answers& answers) {
  const Result<LogsAnswer> page = answers.logs(
      {.run = run_, .ticket = ticket_.id, .attempt = 0, .offset = offset_, .check = {}});
  if (!page) return page.error();
  if (page->attempt != ticket_.attempt) {
    // Another attempt has begun: its output is another text, from its beginning.
    ticket_.attempt = page->attempt;
    ticket_.output.clear();
    tail_.clear();
    const bool from_the_start = std::exchange(offset_, 0) == 0;
    if (!from_the_start) return true;
  }
  ticket_.output_complete = page->complete;
  offset_ = page->next_offset;
  tail_ += page->bytes.data;
  if (tail_.size() > kMostTailBytes) tail_.erase(0, tail_.size() - kMostTailBytes);
  return !page->bytes.data.empty();
}

}  // namespace headway::cli
