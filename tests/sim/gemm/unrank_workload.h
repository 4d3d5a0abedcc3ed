// unrank_workload: commands of index_unrank with random ranks, as port words, and the positions that hls says
// must come out.
#pragma once
#include "tests/support/stream_contract.h"

namespace scansim::test {

struct unrank_workload {
  int groups;
  std::vector<entry_words> cmd, ranks, positions;  // positions: expected
};

void append_command(unrank_workload& work, int n, int m, int beats, std::mt19937_64& random);
stream_stimulus stimulus_of(const unrank_workload& work, pace in, pace out, std::mt19937_64& random);
// In a child process; schedule_seed not 0 varies the order of processes.
stream_trace systemc_trace(const unrank_workload& work, const stream_stimulus& stimulus, int out_depth,
                           uint64_t schedule_seed);

}  // namespace scansim::test
