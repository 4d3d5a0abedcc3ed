// index_unrank: beats of ranks -> beats of N:M position sets (sim/UNITS.md, index_unrank; arithmetic in
// hls/gemm/nm_format.h). One beat of `groups` ranks per cycle:
//   issue = max(issue before + 1, command, ranks, credit of positions);  visible at issue + 9
// Choose it in front of gemm_nm's w stream: weights lie in memory with the fewest index bits.
#pragma once

#include "sim/gemm/gemm_streams.h"
#include "sim/stream/block_process.h"
#include "sim/stream/timed_fifo.h"

namespace scansim {

class index_unrank : public block_process {
 public:
  struct ports {
    timed_fifo<unrank_command>& commands;
    timed_fifo<rank_beat>& ranks;
    timed_fifo<position_beat>& positions;
  };
  static constexpr int latency_cycles = 9;

  index_unrank(std::string name, int groups, const ports& connected);

  void begin();
  block_counters counters(cycle_t cycles);

 private:
  void process();
  cycle_t run_command(const unrank_command& command, cycle_t visible);
  void unrank(const unrank_command& command, position_beat& out) const;

  int groups_;
  ports ports_;
  uint64_t unranks_ = 0, index_bits_ = 0;
};

}  // namespace scansim
