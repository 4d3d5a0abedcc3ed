// conv_workload: commands of conv1d_silu with random operands, as port words, and what hls says must come
// out: u from hls::conv1d_silu_channel over a whole sequence of a channel, final states from the inputs
// themselves.
#pragma once
#include "sim/units/unit_streams.h"
#include "tests/support/stream_contract.h"

namespace scansim::test {

struct conv_workload {
  int lanes, max_groups;
  std::vector<entry_words> cmd, x, p, s, u, h;  // u and h: expected
  uint64_t saturations = 0, rows = 0;
};

conv_command random_command(const conv_workload& work, std::mt19937_64& random);
void append_command(conv_workload& work, const conv_command& command, std::mt19937_64& random);
// One sequence as several commands, each taking up the final state of the one before.
void append_pieces(conv_workload& work, conv_command command, const std::vector<int>& tokens,
                   std::mt19937_64& random);
stream_stimulus stimulus_of(const conv_workload& work, pace in, pace out, std::mt19937_64& random);
// In a child process; schedule_seed not 0 varies the order of processes.
stream_trace systemc_trace(const conv_workload& work, const stream_stimulus& stimulus, int u_depth,
                           int state_depth, uint64_t schedule_seed);

}  // namespace scansim::test
