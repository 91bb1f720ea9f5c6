#pragma once

#include <memory>

#include "common/plan/graph.h"
#include "common/plan/plan.h"
#include "common/plan_codec/bytes.h"

namespace headway::plan_codec {

/// Writes and reads the arrays of a graph: the only one beside its builder who knows them.
class GraphCodec {
 public:
  static void write_graph(ByteWriter& to, const PlanGraph& graph);
  /// The graph of `plan`; null, and the reader failed, where its arrays do not fit each other or
  /// the plan.
  static std::shared_ptr<const PlanGraph> read_graph(ByteReader& from, const Plan& plan);

 private:
  static bool number_tickets(PlanGraph& graph, const Plan& plan);
  static bool fits(const PlanGraph& graph, std::size_t tickets);
};

}  // namespace headway::plan_codec
