// The convolutions on a CUDA device: y within the published tolerances of double precision, states equal to
// those of the emulated kernel bit for bit. Without a device each case says so in a line and passes.
#include <catch2/catch.hpp>
#include <cstdio>

#include "tests/host/cuda/conv/conv_case.h"
#include "tests/host/cuda/conv/device_conv.h"

using namespace scansim;

namespace {

bool device_absent() {
  static const std::string reason = why_no_device();
  static const bool said =
      !reason.empty() && std::printf("causal_conv1d on a device: skipped, %s\n", reason.c_str());
  return said;
}

void check_forward(const conv_case& shape, unsigned seed) {
  INFO(described(shape, seed));
  conv_memory device(shape, seed), emulated(shape, seed);
  device_conv(device.call());
  run_emulated(emulated.call());
  CHECK(outside_tolerance(device.y_values(), device.reference(), shape.precision) == 0);
  CHECK((device.final_state == emulated.final_state));
}

void check_update(const conv_case& shape, unsigned seed) {
  INFO(described(shape, seed));
  conv_memory device(shape, seed), emulated(shape, seed);
  const std::vector<double> expected = device.reference();  // before the state changes
  device_conv(device.update_call());
  run_emulated(emulated.update_call());
  CHECK(outside_tolerance(device.y_values(), expected, shape.precision) == 0);
  CHECK((device.state == emulated.state));
}

}  // namespace

TEST_CASE("causal_conv1d device agrees on the published grid and at edge lengths", "[accuracy][gpu]") {
  if (device_absent()) return;
  unsigned seed = 700;
  for (const gpu_precision precision : float_precisions)
    for (const int width : {2, 3, 4})
      for (const bool on : {false, true}) {
        for (const int length : {1, 2, 3, 5, 8, 31, 33, 197, 372, 784, 1134, 2048, 4096})
          check_forward({.channels = 65,
                         .length = length,
                         .width = width,
                         .bias = on,
                         .silu = on,
                         .initial_state = !on,
                         .precision = precision},
                        seed++);
        check_forward(
            {.channels = 4128, .length = 64, .width = width, .bias = on, .silu = !on, .precision = precision},
            seed++);
      }
}

TEST_CASE("causal_conv1d_update device agrees and leaves the same state", "[accuracy][gpu]") {
  if (device_absent()) return;
  unsigned seed = 800;
  for (const gpu_precision precision : float_precisions)
    for (const int width : {2, 3, 4})
      for (const int length : {1, 4, 5})
        check_update({.channels = 4128, .length = length, .width = width, .precision = precision}, seed++);
}
