// Inputs and runs of the convolution's tests: random calls in each storage type, the kernels under emulation,
// the twins, and a double-precision reference on the stored (already rounded) inputs.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "host/cuda/conv/causal_conv1d_call.h"

namespace scansim {

struct conv_case {
  int batch = 2, channels = 1, length = 1, width = 4;
  bool bias = true, silu = true, initial_state = true;
  gpu_precision precision = gpu_precision::fp32;
  int misalignment = 0;  // elements by which x and y start behind an aligned address
  bool reverse = false;  // and no states
};
std::string described(const conv_case& shape, unsigned seed);

// One run's memory; activations as bytes of the storage type.
struct conv_memory {
  conv_case shape;
  std::vector<uint8_t> x, state, y, final_state;
  std::vector<float> weight, bias;

  conv_memory(const conv_case& shape, unsigned seed);
  causal_conv1d_call call();
  causal_conv1d_update_call update_call();  // the state is updated in `state`
  std::vector<double> y_values() const;
  std::vector<double> reference() const;
};

void run_emulated(const causal_conv1d_call& call);
void run_emulated(const causal_conv1d_update_call& call);

// Elements outside |got - expected| <= atol + rtol |expected| with the published tolerances of the storage
// type.
int outside_tolerance(const std::vector<double>& got, const std::vector<double>& expected,
                      gpu_precision precision);

}  // namespace scansim
