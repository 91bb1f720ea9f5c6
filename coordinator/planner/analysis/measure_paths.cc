#include "coordinator/planner/analysis/measure_paths.h"

#include <array>
#include <bit>
#include <numeric>
#include <unordered_map>

#include "coordinator/planner/analysis/durations.h"

namespace headway {

namespace {

/// Tickets whose followers are counted in one pass: 8 words of bits for each ticket.
constexpr std::size_t kWords = 8;
constexpr std::size_t kBlock = kWords * 64;
using Bits = std::array<std::uint64_t, kWords>;

/// The work of any 8 tickets of a block, by the bits of a byte: a sum needs one look for 8 tickets.
class BlockWork {
 public:
  BlockWork(const Plan& plan, std::span<const TicketIndex> block) {
    for (std::size_t byte = 0; byte < kBlock / 8; ++byte) {
      std::array<Duration, 256>& sums = sums_[byte];
      sums[0] = Duration::zero();
      for (std::size_t set = 1; set < 256; ++set) {
        const auto lowest = static_cast<std::size_t>(std::countr_zero(set));
        const std::size_t at = byte * 8 + lowest;
        const Duration own =
            at < block.size() ? duration_of(plan.tickets[block[at].index()]) : Duration::zero();
        sums[set] = add_durations(sums[set & (set - 1)], own);
      }
    }
  }

  [[nodiscard]] Duration of(const Bits& bits) const {
    Duration work{};
    for (std::size_t word = 0; word < kWords; ++word) {
      for (std::size_t byte = 0; bits[word] != 0 && byte < 8; ++byte) {
        const std::size_t set = (bits[word] >> (8 * byte)) & 0xFFU;
        if (set != 0) work = add_durations(work, sums_[word * 8 + byte][set]);
      }
    }
    return work;
  }

 private:
  std::array<std::array<Duration, 256>, kBlock / 8> sums_;
};

}  // namespace

void measure_critical_path(Analysis& analysis) {
  const PlanGraph& graph = *analysis.graph;
  const std::size_t size = graph.size();
  analysis.earliest_start.assign(size, Duration::zero());
  for (const TicketIndex ticket : graph.topological_order()) {
    const Duration finish = add_durations(analysis.earliest_start[ticket.index()],
                                          duration_of(analysis.plan.tickets[ticket.index()]));
    for (const Edge edge : graph.dependents(ticket)) {
      Duration& start = analysis.earliest_start[edge.ticket.index()];
      if (edge.kind != EdgeKind::kSoft) start = std::max(start, finish);
    }
  }
  Duration longest{};
  for (std::uint32_t i = 0; i < size; ++i)
    longest = std::max(longest, graph.critical_path(TicketIndex{i}));
  analysis.critical_path_duration = longest;
  analysis.slack.assign(size, Duration::zero());
  for (std::uint32_t i = 0; i < size; ++i) {
    analysis.slack[i] =
        longest - add_durations(analysis.earliest_start[i], graph.critical_path(TicketIndex{i}));
  }
  // From the first ticket that begins the longest chain, always on along it.
  std::optional<TicketIndex> at;
  for (std::uint32_t i = 0; i < size && !at; ++i) {
    if (graph.critical_path(TicketIndex{i}) == longest) at = TicketIndex{i};
  }
  while (at) {
    analysis.critical_path.push_back(*at);
    const Duration rest =
        graph.critical_path(*at) - duration_of(analysis.plan.tickets[at->index()]);
    std::optional<TicketIndex> next;
    for (const Edge edge : graph.dependents(*at)) {
      if (edge.kind == EdgeKind::kSoft || graph.critical_path(edge.ticket) != rest) continue;
      if (rest > Duration::zero() && (!next || edge.ticket < *next)) next = edge.ticket;
    }
    at = next;
  }
}

void measure_groups(Analysis& analysis) {
  const PlanGraph& graph = *analysis.graph;
  analysis.groups.resize(graph.group_count());
  for (std::uint32_t i = 0; i < graph.size(); ++i)
    analysis.groups[graph.group(TicketIndex{i})].tickets.emplace_back(i);
  std::unordered_map<std::uint32_t, Duration> written;
  for (GroupFinding& group : analysis.groups) {
    written.clear();
    for (const TicketIndex ticket : group.tickets) {
      const Duration own = duration_of(analysis.plan.tickets[ticket.index()]);
      group.duration = std::max(group.duration, own);
      for (const LockUse use : graph.locks(ticket)) {
        if (use.mode != LockMode::kWrite) continue;
        Duration& load = written[use.lock];
        load = add_durations(load, own);
        group.duration = std::max(group.duration, load);
      }
    }
  }
}

void measure_bottlenecks(Analysis& analysis) {
  const PlanGraph& graph = *analysis.graph;
  const std::size_t size = graph.size();
  const std::span<const TicketIndex> order = graph.topological_order();
  analysis.waiting_tickets.assign(size, 0);
  analysis.waiting_work.assign(size, Duration::zero());
  std::vector<Bits> behind(size);
  for (std::size_t begin = 0; begin < size; begin += kBlock) {
    const std::size_t end = std::min(begin + kBlock, size);
    const auto work = std::make_unique<BlockWork>(analysis.plan, order.subspan(begin, end - begin));
    // Only what comes before a ticket in this order can have it behind.
    for (std::size_t i = end; i-- > 0;) {
      const TicketIndex ticket = order[i];
      Bits& own = behind[ticket.index()];
      own = {};
      for (const Edge edge : graph.dependents(ticket)) {
        if (edge.kind == EdgeKind::kSoft) continue;
        const Bits& other = behind[edge.ticket.index()];
        for (std::size_t word = 0; word < kWords; ++word) own[word] |= other[word];
      }
      for (const std::uint64_t word : own)
        analysis.waiting_tickets[ticket.index()] += static_cast<std::uint32_t>(std::popcount(word));
      analysis.waiting_work[ticket.index()] =
          add_durations(analysis.waiting_work[ticket.index()], work->of(own));
      if (i >= begin) own[(i - begin) / 64] |= std::uint64_t{1} << ((i - begin) % 64);
    }
    // The next block's passes begin with nothing.
    for (std::size_t i = 0; i < end; ++i) behind[order[i].index()] = {};
  }
  std::vector<TicketIndex> most;
  for (std::uint32_t i = 0; i < size; ++i) {
    if (analysis.waiting_tickets[i] > 0) most.emplace_back(i);
  }
  const std::size_t listed = std::min(most.size(), kMaxBottlenecks);
  std::partial_sort(most.begin(), most.begin() + static_cast<std::ptrdiff_t>(listed), most.end(),
                    [&](TicketIndex a, TicketIndex b) {
                      const auto key = [&](TicketIndex t) {
                        return std::tuple(
                            -analysis.waiting_work[t.index()],
                            -static_cast<std::int64_t>(analysis.waiting_tickets[t.index()]), t);
                      };
                      return key(a) < key(b);
                    });
  most.resize(listed);
  analysis.bottlenecks = std::move(most);
}

}  // namespace headway
