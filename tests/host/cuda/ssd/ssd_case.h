// SSD calls for the tests of kernels: a generated call in its storage type in one piece of memory, what runs
// it (twin, emulated kernels, device), and how its outputs differ from double precision.
#pragma once
#include <functional>
#include <string>

#include "host/cuda/ssd/gpu_ssd.h"
#include "traces/calls/ssd.h"
#include "traces/expect_tolerance.h"

namespace scansim {

// Of the published suites: chunk states of test_ssd for float, a state update with heads for the rest.
expect_tolerance ssd_tolerance(gpu_precision precision);

// Called with host memory; every byte of the outputs and of what is between the kernels is a NaN before.
using ssd_runner = std::function<void(const gpu_ssd&)>;

// "" or what differs first: y, final states and, where `pieces` are run, steps and entering states of every
// chunk.
std::string ssd_difference(const ssd_call& call, gpu_precision precision, int chunk_tokens,
                           const ssd_runner& run, bool pieces = false);

// The same of a call as Quamba2's int8 one (ssd_quantise): relative MSE against double precision on the
// values that the operands stand for, of y, of the final states, and of steps and entering states where they
// were run; and the final states as they are.
struct ssd_int8_result {
  double y = 0, final_states = 0, steps = 0, entering_states = 0;
  std::vector<int8_t> states;
  std::vector<float> values;  // y
  double against_float = 0;   // y against the call as it was before it was quantised
};
ssd_int8_result run_ssd_int8(const ssd_call& call, int chunk_tokens, const ssd_runner& run);

void emulated_ssd(const gpu_ssd& call);

}  // namespace scansim
