#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/base/units.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/show/event_line.h"
#include "coordinator/cli/show/json.h"
#include "coordinator/cli/show/words.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"

namespace headway::cli {

namespace {

constexpr std::uint32_t kPage = 1000;
constexpr Duration kWait = std::chrono::seconds{20};

/// Prints events one by one, as a stream: columns have fixed widths, since nobody knows what comes.
class EventPrinter {
 public:
  EventPrinter(Format format, Environment& environment)
      : format_(format), environment_(environment) {
    if (format_ == Format::kMarkdown) {
      environment_.out
          << "| NUMBER | TIME | RUN | WHO | WHAT |\n| ---: | --- | --- | --- | --- |\n";
    }
  }

  void print(const EventView& event) {
    const EventText text = event_text(event);
    const std::string run = event.run == RunId{} ? std::string("-") : run_name(event.run);
    switch (format_) {
      case Format::kJson: {
        Json entry = event_json(event);
        entry.erase("schema_version");
        document_.push_back(std::move(entry));
        break;
      }
      case Format::kJsonLines:
        environment_.out << compact(event_json(event));
        break;
      case Format::kTable:
        environment_.out << fmt::format("{:>8}  {}  {:<5} {} {}\n", event.sequence.number(),
                                        clock_time(event.at), run, text.who,
                                        coloured(text.what, text.colour, environment_.colour));
        break;
      case Format::kMarkdown:
        environment_.out << fmt::format("| {} | {} | {} | {} | {} |\n", event.sequence.number(),
                                        format_time(event.at), run, text.who, text.what);
        break;
      case Format::kPlain:
        environment_.out << fmt::format("{}\t{}\t{}\t{}\t{}\n", event.sequence.number(),
                                        format_time(event.at), run, text.who, text.what);
        break;
    }
  }

  void finish() {
    if (format_ != Format::kJson) return;
    Json whole = versioned();
    whole["events"] = std::move(document_);
    environment_.out << indented(whole);
  }

 private:
  Format format_;
  Environment& environment_;
  Json document_ = Json::array();
};

/// The run that is meant by 0, so that all pages are of the same one.
Result<RunId> resolve_run(Answers& answers, RunId run) {
  if (run != RunId{}) return run;
  const Result<StatusAnswer> status =
      answers.status({.run = run, .first_ticket = 0, .summary_only = true});
  if (!status) return status.error();
  return status->run.id;
}

}  // namespace

int events_verb(const Arguments& arguments, Environment& environment) {
  const Format format = chosen_format(arguments, environment);
  const bool all = arguments.has("all");
  const bool follow = arguments.has("follow");
  if (follow && format == Format::kJson) {
    return environment.fail(
        {ErrorKind::kUsage,
         "with --follow there is no end to a JSON document: use --format jsonl"});
  }
  const Result<RunId> word = run_word(arguments);
  if (!word) return environment.fail(word.error());
  if (all && *word != RunId{})
    return environment.fail({ErrorKind::kUsage, "--all and a RUN exclude each other"});
  const Result<std::optional<std::int64_t>> after =
      arguments.number("after", 0, std::numeric_limits<std::int64_t>::max());
  if (!after) return environment.fail(after.error());
  const Result<std::unique_ptr<Answers>> answers = open_answers(arguments, environment);
  if (!answers) return environment.fail(answers.error());
  const Result<RunId> run = all ? Result<RunId>(RunId{}) : resolve_run(**answers, *word);
  if (!run) return environment.fail(run.error());
  if (follow) environment.interrupts.install();
  EventPrinter printer(format, environment);
  EventsRequest request{.run = *run,
                        .after = Sequence{static_cast<std::uint64_t>(after->value_or(0))},
                        .most = kPage,
                        .wait = {}};
  while (true) {
    // The coordinator may end meanwhile: then there is only what its registry has.
    const bool waits = follow && (*answers)->live();
    request.wait = waits ? kWait : Duration::zero();
    const Result<EventsAnswer> page = (*answers)->events(request);
    if (environment.interrupts.count() > 0) return kExitInterrupted;
    if (!page) return environment.fail(page.error());
    for (const EventView& event : page->events) printer.print(event);
    environment.out.flush();
    if (!environment.out.good()) break;
    request.after = std::max(request.after, page->last);
    const bool ended = *run != RunId{} && has_come_to_rest(page->run_state);
    if (page->events.empty() && !waits) break;
    if (page->events.size() < kPage && waits && ended) break;
  }
  printer.finish();
  return kExitDone;
}

}  // namespace headway::cli
