// gemm_workload: random commands of gemm_nm with all their entries, as port words, and the rows that hls
// says must come out. Slots that the pattern does not use carry rubbish, and so do positions when dense.
#pragma once
#include "sim/gemm/gemm_streams.h"
#include "tests/support/stream_contract.h"

namespace scansim::test {

struct gemm_workload {
  explicit gemm_workload(const gemm_shape& of) : shape(of) {}
  gemm_shape shape;
  std::vector<gemm_command> commands;
  std::vector<entry_words> cmd, x, w, p, r, y;  // y: expected
  uint64_t saturations = 0;                     // expected
};

void append_command(gemm_workload& work, const gemm_command& command, std::mt19937_64& random);
// Every legal kind, pattern and group count, from 1 beat and 1 output on.
gemm_command random_command(const gemm_shape& shape, std::mt19937_64& random);
// K values of k, `outputs` rows, with as many groups per beat as fit.
gemm_command command_for(const gemm_shape& shape, int k, int n, int m, int outputs);

stream_stimulus stimulus_of(const gemm_workload& work, pace in, pace out, std::mt19937_64& random);
// In a child process; schedule_seed not 0 varies the order of processes.
stream_trace systemc_trace(const gemm_workload& work, const stream_stimulus& stimulus, int y_depth,
                           uint64_t schedule_seed);

}  // namespace scansim::test
