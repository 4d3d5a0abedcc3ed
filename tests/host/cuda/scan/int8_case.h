// Inputs and runs of the int8 scan's tests: random tensors, the kernel under emulation, and the error measure
// of the published suite, r2 = mean((y' - y)^2) / mean(y^2).
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "host/cuda/scan/quamba_scan_quantise.h"
#include "traces/scan_tensors.h"

namespace scansim {

// published: everything from [0, 1). normal: u, B, C, z standard normal, delta normal around -1, A =
// -exp(normal).
enum class int8_inputs { published, normal };

struct int8_case {
  int batch = 1, length = 1, channels = 1, states = 1, groups = 1;
  bool optional_operands = true;  // D, z, delta_bias, h0
  bool reverse = false, delta_softplus = true;
};

scan_tensors random_tensors(const int8_case& shape, int8_inputs inputs, unsigned seed);
std::string described(const int8_case& shape, unsigned seed);

struct int8_outputs {
  std::vector<float> y;
  std::vector<uint16_t> y_half;
  std::vector<int8_t> h_last;
};
int8_outputs run_twin(const quamba_scan_operands& operands, gpu_precision y_precision);
int8_outputs run_emulated(const quamba_scan_operands& operands, gpu_precision y_precision);

void run_emulated_call(const quamba_scan_call& call);

void emulated_quamba_update(const quamba_update_call& call);

using quamba_update_runner = std::function<void(const quamba_update_call&)>;
// All tokens of a decode by the runner: y (L, batch, D) as float or half as the call has it, the state as
// left.
struct int8_decode_outputs {
  std::vector<float> y;
  std::vector<int8_t> state;
};
int8_decode_outputs run_decode(const quamba_decode_operands& operands, gpu_precision y_precision,
                               const quamba_update_runner& run);
// The same in double precision, the state rounded at every token.
std::vector<double> int8_decode_reference(const quamba_decode_operands& operands);

template <typename A, typename B>
double relative_error(const std::vector<A>& got, const std::vector<B>& expected) {
  double error = 0, power = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    const double difference = double(got[i]) - double(expected[i]);
    error += difference * difference;
    power += double(expected[i]) * double(expected[i]);
  }
  return error / power;
}

}  // namespace scansim
