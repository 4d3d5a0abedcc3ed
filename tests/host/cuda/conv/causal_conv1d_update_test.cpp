// The rolling update: kernel source under emulation, twin, double precision, and the whole sequence's
// convolution.
#include <catch2/catch.hpp>

#include "host/cuda/conv/causal_conv1d_dispatch.h"
#include "host/cuda/conv/causal_conv1d_twin.h"
#include "tests/host/cuda/conv/conv_case.h"

using namespace scansim;

namespace {

void check_update(const conv_case& shape, unsigned seed) {
  INFO(described(shape, seed));
  conv_memory kernel(shape, seed), twin(shape, seed), forward(shape, seed);
  const std::vector<double> expected = kernel.reference();
  run_emulated(kernel.update_call());
  causal_conv1d_update_twin(twin.update_call());
  causal_conv1d_twin(forward.call());
  CHECK(kernel.y == twin.y);
  CHECK(kernel.state == twin.state);
  CHECK(kernel.y == forward.y);
  CHECK(kernel.state == forward.final_state);
  CHECK(outside_tolerance(kernel.y_values(), expected, shape.precision) == 0);
}

}  // namespace

TEST_CASE(
    "causal_conv1d_update agrees on the published grid, L {1, 4, 5}, D {2048, 2064, 4096} at batch 2 of 64",
    "[accuracy][gpu]") {
  unsigned seed = 1;
  for (const gpu_precision precision : {gpu_precision::fp32, gpu_precision::fp16, gpu_precision::bf16})
    for (const int length : {1, 4, 5})
      for (const int channels : {2048, 2064, 4096})
        for (const int width : {2, 3, 4}) {
          const bool bias = seed % 2, silu = seed % 3 != 0;
          check_update({2, channels, length, width, bias, silu, true, precision}, seed++);
        }
}

TEST_CASE("causal_conv1d_update token by token ends as the whole sequence does", "[accuracy][gpu]") {
  for (const int width : {2, 3, 4}) {
    const conv_case whole{
        .batch = 1, .channels = 1, .length = 23, .width = width, .precision = gpu_precision::bf16};
    conv_memory sequence(whole, 50), steps(whole, 50);
    run_emulated(sequence.call());
    causal_conv1d_update_call step = steps.update_call();
    for (int t = 0; t < whole.length; ++t) {
      step.length = 1;
      step.x = steps.x.data() + 2 * t;
      step.y = steps.y.data() + 2 * t;
      run_emulated(step);
    }
    CHECK(steps.y == sequence.y);
    CHECK(steps.state == sequence.final_state);
  }
}
