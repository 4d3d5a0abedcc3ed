// topn_select: groups of M values, one per lane and cycle -> the N of largest magnitude with their positions,
// one per cycle (sim/UNITS.md, topn_select; arithmetic in hls/gemm/topn_select.h).
//   issue = max(issue before + 1, command, v; last value of a group: drain of the group before)
//   drain(j) = max(issue(last) + 1, drain(j-1) + 1, place in the kept FIFO), visible at drain(j) + 1
// Choose it where weights or activations are pruned while they stream; a checkpoint is pruned by the host.
#pragma once

#include "sim/gemm/gemm_streams.h"
#include "sim/stream/block_process.h"
#include "sim/stream/timed_fifo.h"

namespace scansim {

class topn_select : public block_process {
 public:
  struct ports {
    timed_fifo<topn_command>& commands;
    timed_fifo<topn_value>& values;
    timed_fifo<topn_kept>& kept;
  };

  topn_select(std::string name, int lanes, const ports& connected);

  void begin();
  block_counters counters(cycle_t cycles);

 private:
  void process();
  cycle_t run_command(const topn_command& command, cycle_t visible);
  cycle_t read_group(const topn_command& command, cycle_t visible);
  void drain_group(const topn_command& command, cycle_t complete);

  int lanes_;
  ports ports_;
  int16_t group_[max_topn_lanes][max_nm_m];
  cycle_t drained_ = 0;  // cycle of the last drain
  uint64_t values_ = 0, compares_ = 0, kept_ = 0;
};

}  // namespace scansim
