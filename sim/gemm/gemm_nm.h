// gemm_nm: beats of x and w -> rows of y, int8 dot products of NL output channels, dense or N:M
// (sim/UNITS.md, gemm_nm; arithmetic in hls/gemm/gemm_nm.h). One beat per cycle:
//   issue = max(issue before + 1, command, x, w; last beat of an output: p, r, credit of y)
//   y visible at issue(last beat) + 10 + log2(depth)
#pragma once

#include "sim/gemm/gemm_lanes.h"
#include "sim/gemm/gemm_streams.h"
#include "sim/stream/block_process.h"
#include "sim/stream/timed_fifo.h"

namespace scansim {

class gemm_nm : public block_process {
 public:
  struct ports {
    timed_fifo<gemm_command>& commands;
    timed_fifo<gemm_x_beat>& x;
    timed_fifo<gemm_w_beat>& w;
    timed_fifo<gemm_parameters>& p;
    timed_fifo<gemm_row>& r;  // residual
    timed_fifo<gemm_row>& y;
  };

  gemm_nm(std::string name, const gemm_shape& shape, const ports& connected);

  void begin();
  block_counters counters(cycle_t cycles);
  int latency_cycles() const;

 private:
  void process();
  cycle_t run_command(const gemm_command& command, cycle_t visible);
  void multiply(const gemm_command& command, int32_t* acc) const;
  void finish(const gemm_command& command, const int32_t* acc, gemm_row& y);
  void count(const gemm_command& command);

  gemm_shape shape_;
  ports ports_;
  gemm_lanes dense_lanes_, nm_lanes_;
  struct events {
    uint64_t macs = 0, mac_slots = 0, outputs = 0, silu_ops = 0, x_read_bits = 0, w_read_bits = 0,
             p_read_bits = 0, r_read_bits = 0, y_write_bits = 0;
  } events_;
  hls::unit_saturations saturations_;
};

}  // namespace scansim
