// Quamba's int8 scan on a CUDA device against its twin, bit for bit, on the grids of the emulated test and on
// the published shapes. Without a device each case says so in a line and passes.
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstring>

#include "tests/host/cuda/scan/device_quamba_scan.h"
#include "tests/host/cuda/scan/int8_case.h"

using namespace scansim;

namespace {

bool device_absent() {
  static const std::string reason = why_no_device();
  static const bool said =
      !reason.empty() && std::printf("quamba_scan on a device: skipped, %s\n", reason.c_str());
  return said;
}

void check_device(const int8_case& shape, int8_inputs inputs, unsigned seed) {
  INFO(described(shape, seed));
  const quamba_scan_operands operands = quamba_scan_quantise(random_tensors(shape, inputs, seed), "random");
  for (const gpu_precision precision : {gpu_precision::fp32, gpu_precision::fp16}) {
    INFO("y " << precision_name(precision));
    const int8_outputs twin = run_twin(operands, precision);
    int8_outputs device = twin;
    std::fill(device.y.begin(), device.y.end(), -1.0f);
    std::fill(device.y_half.begin(), device.y_half.end(), uint16_t{0xffff});
    std::fill(device.h_last.begin(), device.h_last.end(), int8_t{99});
    void* const y = device.y.empty() ? static_cast<void*>(device.y_half.data()) : device.y.data();
    device_quamba_scan(operands.call(precision, y, device.h_last.data()));
    REQUIRE(device.y.size() == twin.y.size());
    CHECK(std::memcmp(device.y.data(), twin.y.data(), twin.y.size() * sizeof(float)) == 0);
    CHECK((device.y_half == twin.y_half));
    CHECK((device.h_last == twin.h_last));
  }
}

}  // namespace

TEST_CASE("quamba_scan device is bit-identical to the twin at edge lengths and for every kind of N",
          "[bit_exact][gpu]") {
  if (device_absent()) return;
  unsigned seed = 400;
  for (const int length : {1, 2, 15, 16, 17, 33, 65, 197, 784, 1134})
    for (const bool reverse : {false, true}) {
      int8_case shape{.batch = 2, .length = length, .channels = 11, .states = 16};
      shape.reverse = reverse;
      check_device(shape, int8_inputs::normal, seed++);
    }
  for (const int states : {1, 5, 15, 17, 64, 127, 128, 129, 200, 256})
    check_device({.batch = 2, .length = 37, .channels = 9, .states = states}, int8_inputs::normal, seed++);
}

TEST_CASE("quamba_scan device is bit-identical to the twin with options, groups and both directions",
          "[bit_exact][gpu]") {
  if (device_absent()) return;
  unsigned seed = 500;
  for (const bool optional : {false, true})
    for (const bool reverse : {false, true})
      for (const bool softplus : {false, true})
        for (const int groups : {1, 2, 5})
          check_device({2, 48, 10, 16, groups, optional, reverse, softplus}, int8_inputs::normal, seed++);
}

TEST_CASE("quamba_scan device is bit-identical to the twin on published shapes, the larger with D cut to 64",
          "[bit_exact][gpu]") {
  if (device_absent()) return;
  check_device({1, 33, 1536, 16, 1}, int8_inputs::published, 600);
  check_device({4, 1024, 64, 128, 1}, int8_inputs::published, 601);
}

TEST_CASE("quamba_scan device with exps by the unit keeps the published error", "[grid][gpu]") {
  if (device_absent()) return;
  for (const int states : {1, 16, 17, 128, 200}) {
    const int8_case shape{.batch = 2, .length = 197, .channels = 9, .states = states};
    quamba_scan_operands operands =
        quamba_scan_quantise(random_tensors(shape, int8_inputs::normal, 700), "random");
    const int8_outputs twin = run_twin(operands, gpu_precision::fp32);
    int8_outputs device = twin;
    operands.exps = exp_method::unit;
    device_quamba_scan(operands.call(gpu_precision::fp32, device.y.data(), device.h_last.data()));
    CHECK(relative_error(device.y, twin.y) < 1e-6);
    CHECK(relative_error(device.h_last, twin.h_last) < 1e-3);
  }
}

TEST_CASE("quamba_update device agrees with double precision that rounds the state", "[grid][gpu]") {
  if (device_absent()) return;
  unsigned seed = 800;
  for (const int states : {1, 5, 16, 17, 32, 64, 128, 200, 256})
    for (const bool optional : {false, true}) {
      const int8_case shape{.batch = 3,
                            .length = 5,
                            .channels = 300,
                            .states = states,
                            .groups = 2,
                            .optional_operands = optional};
      const quamba_decode_operands operands =
          quamba_decode_quantise(random_tensors(shape, int8_inputs::normal, seed++), "random");
      const int8_decode_outputs device = run_decode(operands, gpu_precision::fp16, device_quamba_update),
                                twin = run_decode(operands, gpu_precision::fp16, quamba_update_twin);
      CHECK(relative_error(device.y, int8_decode_reference(operands)) < 1e-3);
      CHECK(relative_error(device.state, twin.state) < 1e-3);  // a tie may fall the other way
    }
}
