// hadamard_workload: commands of hadamard_fwht with rows of x as port words, and the rows y that hls says
// must come out.
#pragma once
#include "sim/units/hadamard_streams.h"
#include "tests/support/stream_contract.h"

namespace scansim::test {

struct hadamard_workload {
  hadamard_shape shape;
  std::vector<entry_words> cmd, x, y;  // y: expected
  uint64_t saturations = 0;            // expected
};

// value(row, index in the row)
using hadamard_values = std::function<int16_t(int, int)>;
void append_command(hadamard_workload& work, const hadamard_command& command, const hadamard_values& value);
// A command that the shape holds, with b <= most_bits.
hadamard_command random_command(const hadamard_shape& shape, int most_bits, std::mt19937_64& random);
// Uniform with the extremes of 16 or 8 bits among them.
hadamard_values random_values(std::mt19937_64& random);
stream_stimulus stimulus_of(const hadamard_workload& work, pace in, pace out, std::mt19937_64& random);
// In a child process; schedule_seed not 0 varies the order of processes.
stream_trace systemc_trace(const hadamard_workload& work, const stream_stimulus& stimulus, int y_depth,
                           uint64_t schedule_seed);

}  // namespace scansim::test
