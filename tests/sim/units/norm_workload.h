// norm_workload: commands of rms_norm with random rows, as port words, and the y that hls says must come out.
#pragma once
#include "sim/units/unit_streams.h"
#include "tests/support/stream_contract.h"

namespace scansim::test {

struct norm_workload {
  int lanes, row_beats;
  std::vector<entry_words> cmd, x, w, y;  // y: expected
  uint64_t saturations = 0;
};

norm_command random_command(const norm_workload& work, std::mt19937_64& random);
// The row has `values` of its beats * lanes values; the last beat is filled with zeros.
void append_command(norm_workload& work, const norm_command& command, int values, std::mt19937_64& random);
stream_stimulus stimulus_of(const norm_workload& work, pace in, pace out, std::mt19937_64& random);
// In a child process; schedule_seed not 0 varies the order of processes.
stream_trace systemc_trace(const norm_workload& work, const stream_stimulus& stimulus, int scale_depth,
                           int y_depth, uint64_t schedule_seed);

}  // namespace scansim::test
