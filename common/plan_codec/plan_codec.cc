#include "common/plan_codec/plan_codec.h"

#include <fmt/format.h>

#include "common/plan_codec/graph_codec.h"
#include "common/plan_codec/values.h"

namespace headway {

namespace {

constexpr std::string_view kMagic = "HWPLAN";

Error unusable(std::string why) { return {ErrorKind::kFailed, std::move(why)}; }

}  // namespace

std::string encode_plan(const Plan& plan, const PlanGraph& graph, std::string_view source) {
  plan_codec::ByteWriter body;
  body.text(source);
  plan_codec::write(body, plan);
  plan_codec::GraphCodec::write_graph(body, graph);
  plan_codec::ByteWriter whole;
  whole.bytes() = kMagic;
  whole.number(kPlanCodecVersion);
  whole.fixed(plan_codec::checksum(body.bytes()));
  return std::move(whole.bytes()) + body.bytes();
}

Result<CompiledPlan> decode_plan(std::string_view bytes, std::string_view source) {
  if (!bytes.starts_with(kMagic)) return unusable("it is no compiled plan");
  plan_codec::ByteReader from(bytes.substr(kMagic.size()));
  const std::uint64_t version = from.number();
  if (version != kPlanCodecVersion) {
    return unusable(fmt::format("it has version {}, this program reads version {}", version,
                                kPlanCodecVersion));
  }
  const std::uint64_t sum = from.fixed();
  if (!from.ok() || sum != plan_codec::checksum(bytes.substr(bytes.size() - from.left()))) {
    return unusable("it was changed after it was written: its checksum differs");
  }
  if (from.text() != source) return unusable("it was compiled from something else");
  CompiledPlan compiled;
  plan_codec::read(from, compiled.plan);
  compiled.graph = plan_codec::GraphCodec::read_graph(from, compiled.plan);
  if (!from.ok() || from.left() != 0) return unusable("its parts do not fit each other");
  return compiled;
}

}  // namespace headway
