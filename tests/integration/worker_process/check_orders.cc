#include "check_orders.h"

#include <algorithm>

namespace headway::worker {

CheckOrder check(std::string name, std::string text) {
  CheckOrder order;
  order.name = std::move(name);
  order.words = {"/bin/sh", "-c", std::move(text)};
  return order;
}

CheckOrder beside(CheckOrder order) {
  order.beside = true;
  return order;
}

CheckpointOrder checkpoint(std::string name, std::string text) {
  CheckpointOrder order;
  order.name = std::move(name);
  order.words = {"/bin/sh", "-c", std::move(text)};
  return order;
}

std::string steps_in(const Story& story) {
  std::string text;
  for (const SlotStep& step : story.steps) {
    if (!text.empty()) text += ", ";
    text += std::string(to_text(step.kind)) + " " + std::to_string(step.number);
  }
  return text;
}

std::string checks_in(const Story& story) {
  std::vector<CheckResult> checks = story.end().checks;
  std::stable_sort(checks.begin(), checks.end(), [](const CheckResult& a, const CheckResult& b) {
    return std::pair{a.kind, a.number} < std::pair{b.kind, b.number};
  });
  std::string text;
  for (const CheckResult& check : checks) {
    if (!text.empty()) text += ", ";
    text += std::string(to_text(check.kind)) + " " + std::to_string(check.number) + " try " +
            std::to_string(check.attempt) + " " + std::string(to_text(check.outcome));
    if (check.outcome == Outcome::kExit) text += " " + std::to_string(check.exit_code);
  }
  return text;
}

}  // namespace headway::worker
