#include "coordinator/core/run_graph.h"

#include <algorithm>
#include <span>

namespace headway {

namespace {

DependencyKind kind_of(EdgeKind kind) {
  switch (kind) {
    case EdgeKind::kBlocking:
      return DependencyKind::kBlocking;
    case EdgeKind::kSequential:
      return DependencyKind::kSequential;
    case EdgeKind::kSoft:
      return DependencyKind::kSoft;
  }
  return DependencyKind::kBlocking;
}

}  // namespace

GraphAnswer run_graph(const Run& run, const GraphRequest& request) {
  GraphAnswer answer;
  answer.run = run.id;
  std::size_t to_skip = request.first_dependency;
  for (std::uint32_t after = 0; after < run.tickets.size(); ++after) {
    const std::span<const Edge> edges = run.graph().dependencies(TicketIndex{after});
    for (std::size_t i = std::min(to_skip, edges.size()); i < edges.size(); ++i) {
      if (answer.dependencies.size() == kGraphPageDependencies) {
        answer.next_dependency = request.first_dependency + kGraphPageDependencies;
        return answer;
      }
      answer.dependencies.push_back({edges[i].ticket.number(), after, kind_of(edges[i].kind)});
    }
    to_skip -= std::min(to_skip, edges.size());
  }
  return answer;
}

}  // namespace headway
