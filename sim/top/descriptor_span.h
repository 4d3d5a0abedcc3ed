// descriptor_span: when a descriptor was worked on, seen from the sequencer's queues:
//   first = its load;   last = the last pop of what was pushed between its load and the next one
// so that its commands are issued, its words in the scratch memory and its bursts commanded by then; beats of
// the last bursts and the pipelines of the blocks come behind it. The fetch of the next descriptor counts to
// it, and so do the writes of earlier tiles that are pushed meanwhile (the lag, sim/README.md, section 4.1).
#pragma once
#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "sim/mem/memory_timing.h"

namespace scansim {

struct descriptor_span {
  cycle_t first = 0, last = 0;
  int64_t number = 0;  // in the list of its start
  bool operator==(const descriptor_span&) const = default;
};

// Jobs of the dma; commands of scan_tokens, delta_softplus, scan_serial, gate_silu; of gemm, conv, norm,
// hadamard, index; jobs of scratch_read, scratch_write.
inline constexpr size_t num_command_queues = 12;

struct descriptor_load {
  cycle_t cycle = 0;
  std::array<int64_t, num_command_queues> pushed{};  // into each queue before
};

using queue_pops = std::array<std::vector<cycle_t>, num_command_queues>;

// `pushed` at the end of the run. An illegal descriptor has a load and nothing pushed.
inline std::vector<descriptor_span> descriptor_spans(std::span<const descriptor_load> loads,
                                                     const std::array<int64_t, num_command_queues>& pushed,
                                                     const queue_pops& pops) {
  std::vector<descriptor_span> spans;
  for (size_t i = 0; i < loads.size(); ++i) {
    const auto& behind = i + 1 < loads.size() ? loads[i + 1].pushed : pushed;
    descriptor_span span{loads[i].cycle, loads[i].cycle, static_cast<int64_t>(i)};
    for (size_t queue = 0; queue < num_command_queues; ++queue)
      if (behind[queue] > loads[i].pushed[queue])
        span.last = std::max(span.last, pops[queue].at(static_cast<size_t>(behind[queue] - 1)));
    spans.push_back(span);
  }
  return spans;
}

}  // namespace scansim
