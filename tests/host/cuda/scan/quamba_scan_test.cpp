// Quamba's int8 scan: the kernel source under emulation against its twin, bit for bit.
#include <catch2/catch.hpp>

#include "host/cuda/numerics/cuda_target.h"
#include "tests/host/cuda/scan/int8_case.h"

using namespace scansim;

namespace {

std::vector<uint32_t> bits_of(const std::vector<float>& values) {
  std::vector<uint32_t> bits;
  for (const float value : values) bits.push_back(float_to_bits(value));
  return bits;
}

void check_kernel(const int8_case& shape, int8_inputs inputs, unsigned seed) {
  INFO(described(shape, seed));
  const quamba_scan_operands operands = quamba_scan_quantise(random_tensors(shape, inputs, seed), "random");
  for (const gpu_precision precision : {gpu_precision::fp32, gpu_precision::fp16}) {
    INFO("y " << precision_name(precision));
    const int8_outputs twin = run_twin(operands, precision), kernel = run_emulated(operands, precision);
    REQUIRE(bits_of(kernel.y) == bits_of(twin.y));
    REQUIRE(kernel.y_half == twin.y_half);
    REQUIRE(kernel.h_last == twin.h_last);
  }
}

}  // namespace

TEST_CASE("quamba_scan kernel is bit-identical to its twin at every edge length", "[bit_exact][gpu]") {
  unsigned seed = 1;
  for (const int length : {1, 2, 3, 5, 15, 16, 17, 31, 32, 33, 65, 127, 129, 197, 372, 730, 784, 1134}) {
    int8_case shape{.batch = 1, .length = length, .channels = 3, .states = 16};
    shape.reverse = seed % 2;
    check_kernel(shape, int8_inputs::normal, seed++);
  }
}

TEST_CASE("quamba_scan kernel is bit-identical to its twin for every kind of N", "[bit_exact][gpu]") {
  unsigned seed = 100;
  for (const int states : {1, 2, 5, 15, 16, 17, 24, 64, 127, 128, 129, 200, 256})
    for (const int length : {32, 37})
      check_kernel({.batch = 2, .length = length, .channels = 9, .states = states}, int8_inputs::normal,
                   seed++);
}

TEST_CASE("quamba_scan kernel is bit-identical to its twin with options, groups and both directions",
          "[bit_exact][gpu]") {
  unsigned seed = 200;
  for (const bool optional : {false, true})
    for (const bool reverse : {false, true})
      for (const bool softplus : {false, true})
        for (const int groups : {1, 2, 5})
          check_kernel({2, 48, 10, 16, groups, optional, reverse, softplus}, int8_inputs::normal, seed++);
}

TEST_CASE(
    "quamba_scan kernel is bit-identical to its twin on the published shape (1, 33, 1536, 16), all channels",
    "[bit_exact][gpu]") {
  check_kernel({1, 33, 1536, 16, 1}, int8_inputs::published, 300);
  check_kernel({1, 33, 1536, 16, 1}, int8_inputs::normal, 301);
}

TEST_CASE(
    "quamba_scan kernel is bit-identical to its twin on the published shape (4, 1024, D, 128), D cut to 8",
    "[bit_exact][gpu]") {
  check_kernel({4, 1024, 8, 128, 1}, int8_inputs::published, 310);
  check_kernel({4, 1024, 8, 128, 1}, int8_inputs::normal, 311);
}

TEST_CASE("quamba_scan kernel reads B and C from any address", "[bit_exact][gpu]") {
  const int8_case shape{.batch = 1, .length = 64, .channels = 2, .states = 16};
  quamba_scan_operands operands =
      quamba_scan_quantise(random_tensors(shape, int8_inputs::normal, 320), "random");
  const int8_outputs aligned = run_emulated(operands, gpu_precision::fp32);
  operands.b.insert(operands.b.begin(), 1);  // one byte further on
  std::vector<float> y(aligned.y.size());
  quamba_scan_call call = operands.call(gpu_precision::fp32, y.data(), nullptr);
  call.b = operands.b.data() + 1;
  run_emulated_call(call);
  CHECK(bits_of(y) == bits_of(aligned.y));
}

TEST_CASE("quamba_scan rounds ties of the last state away from zero", "[bit_exact][gpu]") {
  // delta = 0 keeps h0 as it is, and scales of 1/2 and 1 make every odd q a tie.
  quamba_scan_operands operands;
  operands.sizes = {.batch = 1, .channels = 1, .states = 256, .groups = 1, .length = 1};
  operands.delta_softplus = false;
  operands.scales.h0 = 0.5f;
  operands.u = operands.delta = {0};
  operands.b.assign(256, 0);
  operands.c = operands.a_log = operands.b;
  std::vector<int8_t> expected;
  for (int q = -128; q < 128; ++q) {
    operands.h0.push_back(int8_t(q));
    expected.push_back(int8_t((q + (q > 0) - (q < 0)) / 2));
  }
  CHECK(run_twin(operands, gpu_precision::fp32).h_last == expected);
  CHECK(run_emulated(operands, gpu_precision::fp32).h_last == expected);
}

TEST_CASE("quamba_scan with exps by the unit has its twin's bits under emulation, and the published error",
          "[bit_exact][gpu]") {
  unsigned seed = 400;
  for (const int states : {1, 16, 17, 128, 200})
    for (const bool options : {false, true}) {
      const int8_case shape{
          .batch = 2, .length = 37, .channels = 9, .states = states, .optional_operands = options};
      INFO(described(shape, seed));
      quamba_scan_operands operands =
          quamba_scan_quantise(random_tensors(shape, int8_inputs::normal, seed++), "random");
      const int8_outputs bit_true = run_twin(operands, gpu_precision::fp32);
      operands.exps = exp_method::unit;
      const int8_outputs twin = run_twin(operands, gpu_precision::fp32),
                         kernel = run_emulated(operands, gpu_precision::fp32);
      CHECK(bits_of(kernel.y) == bits_of(twin.y));
      CHECK(kernel.h_last == twin.h_last);
      CHECK(relative_error(kernel.y, bit_true.y) < 1e-9);
      CHECK(relative_error(kernel.h_last, bit_true.h_last) < 1e-3);
      CHECK(bits_of(kernel.y) != bits_of(bit_true.y));
    }
}
