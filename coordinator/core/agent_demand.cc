#include "coordinator/core/agent_demand.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

namespace headway {

namespace {

/// Its length first, so that no two lists of words give one text.
void append_word(std::string& to, std::string_view word) {
  to += std::to_string(word.size());
  to += ':';
  to += word;
}

bool has_word(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

AgentDemand demand_of(const Ticket& ticket, const std::vector<AgentType>& types, WorkerId pinned) {
  AgentDemand demand{ticket.agent, pinned};
  if (!ticket.require.empty() || !ticket.checkpoints.empty()) demand.abilities = {kChecks};
  for (const AgentType& type : types) {
    if (type.name != demand.requirement.type) continue;
    for (const std::string& label : type.labels) {
      if (!has_word(demand.requirement.labels, label)) demand.requirement.labels.push_back(label);
    }
  }
  return demand;
}

std::string text_of(const AgentDemand& demand) {
  std::string text = demand.only == WorkerId{} ? "" : std::to_string(demand.only.number()) + '@';
  append_word(text, demand.requirement.type);
  for (const auto* words :
       {&demand.requirement.labels, &demand.requirement.excluded, &demand.abilities}) {
    text += '|';
    std::vector<std::string> sorted = *words;
    std::ranges::sort(sorted);
    for (const std::string& word : sorted) append_word(text, word);
  }
  return text;
}

std::string other_worker_words(const std::vector<std::string>& excluded) {
  return fmt::format("a worker other than {}", fmt::join(excluded, ", "));
}

std::string asked_words(const AgentDemand& demand) {
  std::string words = demand.requirement.type.empty() ? "" : "type " + demand.requirement.type;
  for (const std::string& label : demand.requirement.labels) {
    words += (words.empty() ? "label " : ", label ") + label;
  }
  for (const std::string& ability : demand.abilities) {
    words += (words.empty() ? "ability " : ", ability ") + ability;
  }
  if (words.empty()) words = "an agent";
  const std::vector<std::string>& excluded = demand.requirement.excluded;
  return excluded.empty() ? words : words + " on " + other_worker_words(excluded);
}

bool is_excluded(const AgentDemand& demand, const WorkerOffer& offer) {
  return has_word(demand.requirement.excluded, offer.name);
}

AgentDemand unoffered(const AgentDemand& demand, const WorkerOffer& offer) {
  AgentDemand lacking;
  const std::string& type = demand.requirement.type;
  if (!offer.every_type && !has_word(offer.types, type)) lacking.requirement.type = type;
  const auto keep = [](const std::vector<std::string>& wanted,
                       const std::vector<std::string>& offered, std::vector<std::string>& left) {
    std::ranges::copy_if(wanted, std::back_inserter(left),
                         [&](const std::string& word) { return !has_word(offered, word); });
  };
  keep(demand.requirement.labels, offer.labels, lacking.requirement.labels);
  keep(demand.abilities, offer.abilities, lacking.abilities);
  return lacking;
}

bool matches(const AgentDemand& demand, const WorkerOffer& offer) {
  if (demand.only != WorkerId{} && demand.only != offer.id) return false;
  const AgentRequirement& requirement = demand.requirement;
  if (!requirement.type.empty() && !offer.every_type && !has_word(offer.types, requirement.type)) {
    return false;
  }
  if (is_excluded(demand, offer)) return false;
  const auto all_offered = [](const std::vector<std::string>& wanted,
                              const std::vector<std::string>& offered) {
    return std::ranges::all_of(wanted,
                               [&](const std::string& word) { return has_word(offered, word); });
  };
  return all_offered(requirement.labels, offer.labels) &&
         all_offered(demand.abilities, offer.abilities);
}

}  // namespace headway
