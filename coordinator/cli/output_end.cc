#include "coordinator/cli/output_end.h"

#include <algorithm>

#include "common/wire/codec.h"

namespace headway::cli {

namespace {

class OutputEnd {
 public:
  OutputEnd(Answers& answers, RunId run, const std::string& ticket)
      : answers_(answers), run_(run), ticket_(ticket) {}

  Result<std::string> read() {
    Result<std::string> first = page(0);
    if (!first || first->size() < kMaxOutputChunkBytes) return first;
    // The end is behind the page at `low` and not behind `high`.
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    for (std::uint64_t at = kMaxOutputChunkBytes; high == 0; at *= 2) {
      Result<std::string> found = page(at);
      if (!found) return found;
      if (found->size() == kMaxOutputChunkBytes) low = at;
      if (found->size() < kMaxOutputChunkBytes) high = at + found->size();
      if (!found->empty() && high != 0) return before(high);
    }
    while (high - low > kMaxOutputChunkBytes) {
      const std::uint64_t middle = low + (high - low) / 2;
      Result<std::string> found = page(middle);
      if (!found) return found;
      if (found->size() == kMaxOutputChunkBytes) {
        low = middle;
      } else if (found->empty()) {
        high = middle;
      } else {
        return before(middle + found->size());
      }
    }
    return before(high);
  }

 private:
  Result<std::string> page(std::uint64_t offset) {
    Result<LogsAnswer> answer = answers_.logs(
        {.run = run_, .ticket = ticket_, .attempt = 0, .offset = offset, .check = {}});
    if (!answer) return answer.error();
    return std::move(answer->bytes.data);
  }

  Result<std::string> before(std::uint64_t end) {
    return page(end - std::min<std::uint64_t>(end, kMaxOutputChunkBytes));
  }

  Answers& answers_;
  RunId run_;
  const std::string& ticket_;
};

}  // namespace

Result<std::string> end_of_output(Answers& answers, RunId run, const std::string& ticket) {
  return OutputEnd(answers, run, ticket).read();
}

}  // namespace headway::cli
