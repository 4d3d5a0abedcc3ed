// conv1d_silu: rows of x -> rows of u, the causal depthwise convolution in front of the scan (sim/UNITS.md,
// conv1d_silu; arithmetic in hls/units/conv1d_silu.h). One row of NL channels per cycle, tokens outer, lane
// groups inner:
//   issue = max(issue before + 1, command, x; first token: p, s; credit of u; last token: credit of h)
//   u visible at issue + 10, h at issue + 2
#pragma once

#include "sim/stream/block_process.h"
#include "sim/stream/timed_fifo.h"
#include "sim/switching/unit_switching.h"
#include "sim/units/unit_streams.h"

namespace scansim {

class conv1d_silu : public block_process {
 public:
  struct ports {
    timed_fifo<conv_command>& commands;
    timed_fifo<conv_row>& x;
    timed_fifo<conv_parameters>& p;
    timed_fifo<conv_state>& s;  // has_state
    timed_fifo<conv_row>& u;
    timed_fifo<conv_state>& h;  // store_state
  };
  static constexpr int latency_cycles = 10, state_latency_cycles = 2;

  conv1d_silu(std::string name, int lanes, int max_groups, const ports& connected);

  void begin();
  // From now on tells of every operation; nullptr: of none.
  void count_switching(operand_switching* to) { switching_ = to; }
  block_counters counters(cycle_t cycles);

 private:
  struct group_memory {
    conv_parameters p;
    conv_state state;
  };
  void process();
  cycle_t run_command(const conv_command& command, cycle_t visible);
  cycle_t run_row(const conv_command& command, bool first, bool last, group_memory& memory, cycle_t visible);
  void load(const conv_command& command, group_memory& memory) const;
  void convolve(const conv_command& command, group_memory& memory, conv_row& u);
  void count(const conv_command& command);

  int lanes_;
  ports ports_;
  std::vector<group_memory> memory_;
  struct events {
    uint64_t macs = 0, outputs = 0, silu_ops = 0, x_read_bits = 0, u_write_bits = 0, p_read_bits = 0,
             p_memory_read_bits = 0, s_read_bits = 0, state_memory_read_bits = 0, state_memory_write_bits = 0,
             h_write_bits = 0;
  } events_;
  hls::unit_saturations saturations_;
  operand_switching* switching_ = nullptr;
};

}  // namespace scansim
