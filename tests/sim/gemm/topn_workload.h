// topn_workload: commands of topn_select with random groups rich in ties, as port words, and the kept values
// that hls says must come out.
#pragma once
#include "tests/support/stream_contract.h"

namespace scansim::test {

struct topn_workload {
  int lanes, value_bits;
  std::vector<entry_words> cmd, values, kept;  // kept: expected
};

// value(lane, group, position in the group)
using topn_values = std::function<int16_t(int, int, int)>;
void append_command(topn_workload& work, int n, int m, int groups, const topn_values& value);
topn_values random_values(int value_bits, std::mt19937_64& random);
stream_stimulus stimulus_of(const topn_workload& work, pace in, pace out, std::mt19937_64& random);
// In a child process; schedule_seed not 0 varies the order of processes.
stream_trace systemc_trace(const topn_workload& work, const stream_stimulus& stimulus, int out_depth,
                           uint64_t schedule_seed);

}  // namespace scansim::test
