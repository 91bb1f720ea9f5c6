#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/user.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/embedded.h"
#include "coordinator/cli/show/words.h"
#include "coordinator/cli/verbs/apply_text.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"
#include "coordinator/cli/verbs/prepared_plan.h"

namespace headway::cli {

namespace {

/// Another plan for a run: looked at first, asked about, then applied as it was seen.
class Application {
 public:
  Application(const Arguments& arguments, Environment& environment)
      : arguments_(arguments), environment_(environment) {}

  int run() {
    if (Result<void> read = read_words(); !read) return environment_.fail(read.error());
    if (Result<void> connected = connect(); !connected) return environment_.fail(connected.error());
    const int code = apply();
    if (embedded_) embedded_->end();
    return code;
  }

 private:
  Result<void> read_words() {
    std::vector<std::string> words = arguments_.positionals();
    request_.undo = arguments_.has("undo");
    if (!request_.undo) {
      if (words.empty()) {
        return Error{ErrorKind::kUsage, "name the new plan, or go back to the last with --undo"};
      }
      Result<PreparedPlan> prepared = prepare_plan(words.front(), environment_);
      if (!prepared) return prepared.error();
      request_.plan_file = prepared->file;
      request_.agent_types = std::move(prepared->agent_types);
      text_ = std::move(prepared->text);
      words.erase(words.begin());
    }
    if (words.size() > 1) {
      return Error{ErrorKind::kUsage, "--undo takes no plan: it goes back to the version before"};
    }
    if (!words.empty()) {
      const Result<RunId> run = parse_run(words.front());
      if (!run) return run.error();
      request_.run = *run;
    }
    request_.restart = arguments_.has("restart");
    request_.rerun = arguments_.has("rerun");
    request_.by = user_name();
    request_.comment = arguments_.value("comment").value_or("");
    return {};
  }

  /// With no coordinator alive in the state directory, one is there for the change alone.
  Result<void> connect() {
    environment_.interrupts.install();
    Result<CoordinatorPlace> place = find_coordinator(arguments_, environment_);
    if (!place) return place.error();
    if (!place->alive && place->is_state_folder() && place->state) {
      Result<Embedded> embedded = Embedded::start(place->state_folder);
      if (!embedded) return embedded.error();
      embedded_.emplace(std::move(embedded).value());
      Result<std::unique_ptr<ControlClient>> client =
          ControlClient::connect(embedded_->paths().control_endpoint(), environment_.interrupts);
      if (!client) return client.error();
      client_ = std::move(client).value();
      return {};
    }
    Result<std::unique_ptr<ControlClient>> client = connect_to_coordinator(*place, environment_);
    if (!client) return client.error();
    client_ = std::move(client).value();
    return {};
  }

  int apply() {
    ApplyRequest look = request_;
    look.dry_run = true;
    Result<ApplyAnswer> seen = client_->apply(look, text_);
    if (!seen) return environment_.fail(seen.error());
    const bool only_look = arguments_.has("dry-run");
    const bool same = seen->before.version == seen->after.version;
    const Format format = chosen_format(arguments_, environment_);
    const bool for_people = format != Format::kJson && format != Format::kJsonLines;
    if (for_people) environment_.out << apply_text(*seen, format, environment_) << std::flush;
    for (const std::string& note : seen->notes) environment_.note(note);
    if (!only_look && !same) {
      const Result<Sequence> done = apply_what_was_seen(*seen);
      if (!done) return environment_.fail(done.error());
      seen->sequence = *done;
    }
    if (!for_people) {
      const Json document = apply_json(*seen);
      environment_.out << (format == Format::kJson ? indented(document) : compact(document));
    }
    say_dry_run(arguments_, environment_);
    return kExitDone;
  }

  Result<Sequence> apply_what_was_seen(const ApplyAnswer& seen) {
    if (!arguments_.has("yes")) {
      const Result<void> meant =
          environment_.confirm(fmt::format("The plan of {} will become version {}.",
                                           run_name(seen.run), seen.after.version),
                               "--yes");
      if (!meant) return meant.error();
    }
    request_.run = seen.run;
    request_.version = seen.before.version;
    const Result<ApplyAnswer> done = client_->apply(request_, text_);
    if (!done) return done.error();
    environment_.note(fmt::format("the plan of {} is version {} now; --undo goes back",
                                  run_name(done->run), done->after.version));
    return done->sequence;
  }

  const Arguments& arguments_;
  Environment& environment_;
  ApplyRequest request_;
  std::string text_;
  std::optional<Embedded> embedded_;
  std::unique_ptr<ControlClient> client_;
};

}  // namespace

int apply_verb(const Arguments& arguments, Environment& environment) {
  return Application(arguments, environment).run();
}

}  // namespace headway::cli
