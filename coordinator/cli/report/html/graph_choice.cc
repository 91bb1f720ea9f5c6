#include "coordinator/cli/report/html/graph_choice.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

#include "coordinator/cli/report/html/page_text.h"

namespace headway::cli {

namespace {

constexpr std::size_t kMostCategories = 60;
constexpr std::size_t kMostGroups = 40;
/// Tickets that are shown for their own sake in the drawing of a part.
constexpr std::size_t kMostCentral = 40;
constexpr std::size_t kMostInPart = 120;

/// The lines between nodes, each once for its kind, where `node_of` says which ticket is in which
/// node; none: it is not shown.
template <class NodeOf>
std::vector<GraphEdge> edges_between(const std::vector<DependencyView>& dependencies,
                                     NodeOf node_of) {
  std::map<std::tuple<std::uint32_t, std::uint32_t, DependencyKind>, std::uint32_t> counts;
  for (const DependencyView& each : dependencies) {
    const std::optional<std::uint32_t> before = node_of(each.before);
    const std::optional<std::uint32_t> after = node_of(each.after);
    if (before && after && before != after) ++counts[{*before, *after, each.kind}];
  }
  std::vector<GraphEdge> edges;
  edges.reserve(counts.size());
  for (const auto& [key, count] : counts)
    edges.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), count});
  return edges;
}

class Chooser {
 public:
  Chooser(const RegistryReport& report, const std::vector<DependencyView>& dependencies)
      : tickets_(report.tickets) {
    for (const DependencyView& each : dependencies)
      if (each.before < tickets_.size() && each.after < tickets_.size())
        dependencies_.push_back(each);
  }

  std::vector<ShownGraph> choose() const {
    if (tickets_.empty()) return {};
    if (tickets_.size() <= kMostGraphTickets) {
      std::vector<std::uint32_t> all(tickets_.size());
      std::iota(all.begin(), all.end(), 0U);
      return {part("", "", all)};
    }
    std::vector<ShownGraph> result = {overview()};
    if (std::optional<ShownGraph> open = unfinished()) result.push_back(std::move(*open));
    return result;
  }

 private:
  [[nodiscard]] ShownGraph part(std::string heading, std::string note,
                                const std::vector<std::uint32_t>& chosen) const {
    ShownGraph graph{std::move(heading), std::move(note), {}, {}};
    std::map<std::uint32_t, std::uint32_t> node_of;
    for (const std::uint32_t index : chosen) {
      const TicketView& view = tickets_[index].view;
      node_of.emplace(index, static_cast<std::uint32_t>(graph.nodes.size()));
      GraphNode& node = graph.nodes.emplace_back();
      node.label = view.id;
      node.under = to_text(view.state);
      if (tickets_[index].took) node.under += " " + exact_duration(*tickets_[index].took);
      node.title = view.title;
      node.ticket = index;
      node.tickets[static_cast<std::size_t>(standing_of(view.state))] = 1;
    }
    graph.edges = edges_between(dependencies_, [&](std::uint32_t ticket) {
      const auto found = node_of.find(ticket);
      return found == node_of.end() ? std::nullopt : std::optional(found->second);
    });
    return graph;
  }

  /// The groups or categories that tickets have, and which node each is in.
  [[nodiscard]] ShownGraph overview() const {
    std::map<std::string, std::uint32_t> categories;
    std::uint32_t last_group = 0;
    for (const ReportedTicket& ticket : tickets_) {
      categories.emplace(ticket.view.category, 0);
      last_group = std::max(last_group, ticket.view.group);
    }
    const bool by_category = categories.size() > 1 && categories.size() <= kMostCategories;
    const auto in_a_node =
        static_cast<std::uint32_t>(last_group / kMostGroups + 1);  // groups, where they are many
    std::map<std::string, std::uint32_t> nodes;
    std::vector<std::uint32_t> node_of;
    ShownGraph graph;
    graph.heading = by_category ? "By category" : "By group";
    graph.note = fmt::format(
        "All {} tickets, {}; a line says that some in one wait for some in "
        "the other.",
        tickets_.size(), by_category ? "by category" : "by group");
    for (const ReportedTicket& ticket : tickets_) {
      const std::uint32_t first = (std::max(ticket.view.group, 1U) - 1) / in_a_node * in_a_node + 1;
      const std::string key = by_category ? ticket.view.category
                              : in_a_node == 1
                                  ? fmt::format("group {}", first)
                                  : fmt::format("groups {} to {}", first, first + in_a_node - 1);
      const auto [found, is_new] =
          nodes.emplace(key, static_cast<std::uint32_t>(graph.nodes.size()));
      if (is_new) graph.nodes.emplace_back().label = key.empty() ? "(no category)" : key;
      node_of.push_back(found->second);
      ++graph.nodes[found->second]
            .tickets[static_cast<std::size_t>(standing_of(ticket.view.state))];
    }
    for (GraphNode& node : graph.nodes) count(node);
    graph.edges = edges_between(
        dependencies_, [&](std::uint32_t ticket) { return std::optional(node_of[ticket]); });
    return graph;
  }

  static void count(GraphNode& node) {
    const auto in = [&](Standing standing) {
      return node.tickets[static_cast<std::size_t>(standing)];
    };
    const std::uint32_t all = std::accumulate(node.tickets.begin(), node.tickets.end(), 0U);
    node.under = in(Standing::kFailed) > 0
                     ? fmt::format("{} failed of {}", in(Standing::kFailed), all)
                     : fmt::format("{} of {} done", in(Standing::kSucceeded), all);
    node.title =
        fmt::format("{} tickets: {} succeeded, {} failed, {} active, {} waiting, {} not run", all,
                    in(Standing::kSucceeded), in(Standing::kFailed), in(Standing::kActive),
                    in(Standing::kWaiting), in(Standing::kNotRun));
  }

  /// What failed or is not finished, with what it touches; none: everything succeeded.
  [[nodiscard]] std::optional<ShownGraph> unfinished() const {
    std::vector<std::uint32_t> open;
    for (std::uint32_t i = 0; i < tickets_.size(); ++i)
      if (tickets_[i].view.state != TicketState::kSucceeded) open.push_back(i);
    if (open.empty()) return std::nullopt;
    std::ranges::stable_sort(
        open, {}, [&](std::uint32_t ticket) { return urgency(tickets_[ticket].view.state); });
    const std::size_t central = std::min(open.size(), kMostCentral);
    std::vector<bool> is_central(tickets_.size());
    std::vector<bool> is_shown(tickets_.size());
    for (std::size_t i = 0; i < central; ++i) is_central[open[i]] = is_shown[open[i]] = true;
    std::size_t shown = central;
    std::size_t neighbours_left = 0;
    for (const DependencyView& each : dependencies_) {
      if (is_central[each.before] == is_central[each.after]) continue;
      const std::uint32_t other = is_central[each.before] ? each.after : each.before;
      if (is_shown[other]) continue;
      if (shown == kMostInPart) {
        ++neighbours_left;
        continue;
      }
      is_shown[other] = true;
      ++shown;
    }
    std::vector<std::uint32_t> chosen;
    for (std::uint32_t i = 0; i < tickets_.size(); ++i)
      if (is_shown[i]) chosen.push_back(i);
    const std::string which = central == open.size()
                                  ? fmt::format("All {} tickets", open.size())
                                  : fmt::format("{} of the {} tickets", central, open.size());
    std::string note = fmt::format(
        "{} that have not succeeded, with what they wait for and what waits for them. {} other "
        "tickets are left out.",
        which, tickets_.size() - shown);
    if (neighbours_left > 0) note += " Not all neighbours had room.";
    return part("Failed and unfinished", std::move(note), chosen);
  }

  const std::vector<ReportedTicket>& tickets_;
  std::vector<DependencyView> dependencies_;
};

}  // namespace

std::vector<ShownGraph> choose_graphs(const RegistryReport& report,
                                      const std::vector<DependencyView>& dependencies) {
  return Chooser(report, dependencies).choose();
}

}  // namespace headway::cli
