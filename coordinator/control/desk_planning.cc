#include <memory>

#include <fmt/format.h>

#include "common/wire/codec.h"
#include "coordinator/control/answer.h"
#include "coordinator/control/desk.h"
#include "coordinator/core/who_and_why.h"
#include "coordinator/forecast/what_if.h"

/// What the desk does about new versions of runs' plans: each is read and compared apart from this
/// thread, then asked of the core; when runs would be over is forecast apart as well.

namespace headway {

namespace {

/// Asked once more by somebody who was not answered: the run has this plan already.
bool is_done(const Run& run, const ApplyRequest& request) {
  return !request.undo && !request.dry_run && request.version != 0 && !request.sha256.empty() &&
         run.source->version == request.version + 1 && run.source->sha256 == request.sha256;
}

}  // namespace

Result<void> Desk::apply(const Asked& asked, const ApplyRequest& request) {
  const Result<RunId> chosen = view_.choose(request.run);
  if (!chosen) return chosen.error();
  const Run* run = core_->state().find_run(*chosen);
  if (run == nullptr) {
    if (*chosen <= core_->state().last_run) return plan_of_ended_run(*chosen);
    return Error{ErrorKind::kNotFound, fmt::format("there is no run r{}", chosen->number())};
  }
  if (is_done(*run, request)) {
    ApplyAnswer done;
    done.run = *chosen;
    done.sequence = core_->state().last_sequence;
    done.before.version = request.version;
    done.after.version = run->source->version;
    reply(asked, body_reply(asked.request, done));
    return {};
  }
  if (!refusal_.empty() && !request.dry_run) return Error{ErrorKind::kFailed, refusal_};
  std::string text;
  if (!request.undo) {
    const auto found = uploads_.find({asked.request.client, request.upload});
    if (found == uploads_.end()) {
      return Error{ErrorKind::kNotFound,
                   "the coordinator does not have this upload: send it again, then apply it"};
    }
    text = std::move(found->second.bytes);
    uploads_.erase(found);
  }
  if (compiling_.waiting() > kMostApart) return too_many_apart();
  const std::uint64_t number = ++last_number_;
  changing_.emplace(number, asked);
  compiling_.add([this, number, id = *chosen, base = run->source, request,
                  shared = std::make_shared<std::string>(std::move(text))]() -> Background::Finish {
    const auto version = std::make_shared<Result<PlannedVersion>>(
        plan_version(compiler_, id, base, request, std::move(*shared), compiling_.ending_fd()));
    return [this, number, request, version] { planned(number, request, std::move(*version)); };
  });
  return {};
}

void Desk::planned(std::uint64_t number, const ApplyRequest& request,
                   Result<PlannedVersion> version) {
  const auto found = changing_.find(number);
  if (found == changing_.end()) return;
  if (!version) {
    return finish_change(number, error_reply(found->second.request, version.error()));
  }
  const Run* run = core_->state().find_run(version->answer.run);
  if (version->same && run != nullptr) {
    version->answer.before.version = version->answer.after.version = run->source->version;
    version->answer.notes.emplace_back("the run has this plan already: there is nothing to change");
    return finish_change(number, body_reply(found->second.request, version->answer));
  }
  ApplyInput input;
  input.request = number;
  input.run = version->answer.run;
  input.revision = version->revision;
  input.wishes = {request.restart, request.rerun, request.version};
  input.dry_run = request.dry_run;
  input.by = request.by;
  input.comment = request.undo && request.comment.empty()
                      ? fmt::format("takes back version {}", version->stored.undoes)
                      : request.comment;
  version->stored.why = who_and_why("apply", input.by, input.comment);
  versions_.emplace(number, std::move(*version));
  prepared_.emplace_back(std::move(input));
}

StoredPlan Desk::take_version(std::uint64_t request, Now now) {
  const auto found = versions_.find(request);
  HW_CHECK(found != versions_.end(), "a plan was changed to a version that nobody has");
  StoredPlan stored = std::move(found->second.stored);
  stored.made_at = now.wall;
  return stored;
}

void Desk::answer_apply(const AnswerApply& applied, Now now) {
  const auto found = versions_.find(applied.request);
  HW_CHECK(found != versions_.end(), "an answer about a version that nobody has");
  const PlannedVersion version = std::move(found->second);
  versions_.erase(found);
  ApplyAnswer answer = version.answer;
  answer.sequence = applied.sequence;
  show_change(answer, version, *applied.change);
  const auto asked = changing_.find(applied.request);
  if (asked == changing_.end()) return;
  const Run* run = core_->state().find_run(answer.run);
  const bool only_asked = applied.sequence == Sequence{};
  if (!only_asked || run == nullptr || forecasting_.waiting() >= kMostApart) {
    return finish_change(applied.request, body_reply(asked->second.request, answer));
  }
  const auto before = std::make_shared<const Situation>(situation_of(*core_, *run, now));
  const auto after =
      std::make_shared<const Situation>(situation_of(*core_, *applied.change->after, now));
  forecasting_.add([this, number = applied.request, question = asked->second.request, before, after,
                    answer]() mutable -> Background::Finish {
    const GiveUp give_up = [this] { return forecasting_.ending(); };
    answer.before.eta = eta_view(*before, make_forecast(*before, give_up));
    if (before->workforce.agents() == 0) {
      answer.notes.emplace_back("there is no agent: as things are, the run has no end");
    }
    answer.after.eta = eta_view(*after, make_forecast(*after, give_up));
    return [this, number, reply = body_reply(question, answer)] { finish_change(number, reply); };
  });
}

}  // namespace headway
