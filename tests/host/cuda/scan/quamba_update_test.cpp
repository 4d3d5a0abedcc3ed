// Quamba's int8 decode: the kernel source under emulation against its twin, the state bit for bit, and
// against double precision that rounds the state at every token.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/host/cuda/scan/int8_case.h"

using namespace scansim;

namespace {

void check_decode(const int8_case& shape, int8_inputs inputs, unsigned seed) {
  INFO(described(shape, seed));
  const quamba_decode_operands operands =
      quamba_decode_quantise(random_tensors(shape, inputs, seed), "random");
  const std::vector<double> want = int8_decode_reference(operands);
  for (const gpu_precision precision : {gpu_precision::fp32, gpu_precision::fp16}) {
    INFO("y " << precision_name(precision));
    const int8_decode_outputs twin = run_decode(operands, precision, quamba_update_twin),
                              kernel = run_decode(operands, precision, emulated_quamba_update);
    REQUIRE(kernel.state == twin.state);
    REQUIRE(relative_error(twin.y, want) < 1e-3);
    REQUIRE(relative_error(kernel.y, want) < 1e-3);
    REQUIRE(relative_error(kernel.y, twin.y) < (precision == gpu_precision::fp32 ? 1e-12 : 1e-7));
  }
}

}  // namespace

TEST_CASE("quamba_update agrees for every N that changes the shape", "[int8][gpu]") {
  unsigned seed = 1;
  for (const int states : {1, 2, 5, 8, 15, 16, 17, 31, 32, 33, 48, 64, 65, 127, 128, 129, 200, 256})
    for (const int channels : {1, 9})
      check_decode({.batch = 2, .length = 3, .channels = channels, .states = states}, int8_inputs::normal,
                   seed++);
}

TEST_CASE("quamba_update agrees with options, groups and both directions", "[int8][gpu]") {
  unsigned seed = 100;
  for (const bool optional : {false, true})
    for (const bool reverse : {false, true})
      for (const bool softplus : {false, true})
        for (const int groups : {1, 2, 5})
          check_decode({2, 6, 10, 16, groups, optional, reverse, softplus}, int8_inputs::normal, seed++);
}

TEST_CASE("quamba_update agrees on the published shapes' channels, one token", "[int8][gpu]") {
  for (const int8_inputs inputs : {int8_inputs::published, int8_inputs::normal}) {
    check_decode({1, 1, 1536, 16, 1}, inputs, 200);
    check_decode({4, 1, 520, 128, 1}, inputs, 201);  // of 5120 and 8192
  }
}

TEST_CASE("quamba_update reads rows at any address", "[int8][gpu]") {
  const int8_case shape{.batch = 1, .length = 1, .channels = 5, .states = 16};
  quamba_decode_operands operands =
      quamba_decode_quantise(random_tensors(shape, int8_inputs::normal, 300), "random");
  const int8_decode_outputs aligned = run_decode(operands, gpu_precision::fp32, emulated_quamba_update);
  std::vector<int8_t> state(operands.state.size() + 1);
  std::copy(operands.state.begin(), operands.state.end(), state.begin() + 1);
  std::vector<float> y(aligned.y.size());
  emulated_quamba_update(operands.step(0, gpu_precision::fp32, state.data() + 1, y.data()));
  CHECK(y == aligned.y);
  CHECK(std::equal(aligned.state.begin(), aligned.state.end(), state.begin() + 1));
}

TEST_CASE("quamba_update clamps the state and rounds its ties to even", "[int8][gpu]") {
  // delta = 0 keeps the state as it is; x B of 1.5 scales is added where delta is 1.
  quamba_decode_operands operands;
  operands.call.states = 256;
  operands.call.dt_softplus = false;
  operands.x = {1}, operands.dt = {1};
  operands.call.scales.b = 0.5f;
  for (int q = -128; q < 128; ++q) {
    operands.state.push_back(int8_t(q));
    operands.b.push_back(3);        // 1.5 on top of what decays to nothing
    operands.a_log.push_back(127);  // exp(-exp(127 s)) = 0
  }
  operands.c = operands.b;
  operands.call.scales.a_log = 0.05f;
  std::vector<float> y(1);
  std::vector<int8_t> twin = operands.state, kernel = operands.state;
  quamba_update_twin(operands.step(0, gpu_precision::fp32, twin.data(), y.data()));
  emulated_quamba_update(operands.step(0, gpu_precision::fp32, kernel.data(), y.data()));
  CHECK(twin == std::vector<int8_t>(256, 2));  // 1.5: to even
  CHECK(kernel == twin);
  operands.x = {127};
  emulated_quamba_update(operands.step(0, gpu_precision::fp32, kernel.data(), y.data()));
  CHECK(kernel == std::vector<int8_t>(256, 127));
  operands.x = {-128};
  emulated_quamba_update(operands.step(0, gpu_precision::fp32, kernel.data(), y.data()));
  CHECK(kernel == std::vector<int8_t>(256, -128));
}

TEST_CASE("quamba_update refuses what no kernel takes", "[errors][gpu]") {
  quamba_update_call call;
  CHECK_NOTHROW(check_quamba_update(call));
  call.y_precision = gpu_precision::bf16;
  CHECK_THROWS_AS(check_quamba_update(call), std::invalid_argument);
  call.y_precision = gpu_precision::fp16, call.states = 257;
  CHECK_THROWS_AS(quamba_update_twin(call), std::invalid_argument);
}
