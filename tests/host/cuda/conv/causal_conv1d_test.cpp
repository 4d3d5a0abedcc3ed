// The convolution's kernel source under emulation against its twin (bit for bit there) and against double
// precision with the published tolerances; the final state bit for bit.
#include <catch2/catch.hpp>
#include <stdexcept>

#include "host/cuda/conv/causal_conv1d_dispatch.h"
#include "host/cuda/conv/causal_conv1d_twin.h"
#include "tests/host/cuda/conv/conv_case.h"

using namespace scansim;

namespace {

// The last W - 1 tokens of (initial state, x), by bytes.
std::vector<uint8_t> expected_final_state(const conv_memory& memory) {
  const conv_case& s = memory.shape;
  const size_t bytes = size_t(precision_bytes(s.precision)), halo = size_t(s.width - 1) * bytes;
  const size_t row_bytes = size_t(s.length) * bytes;
  std::vector<uint8_t> result;
  for (size_t row = 0; row < size_t(s.batch) * s.channels; ++row) {
    std::vector<uint8_t> sequence(halo, 0);
    const auto state = memory.state.begin() + std::ptrdiff_t(row * halo);
    if (s.initial_state) sequence.assign(state, state + std::ptrdiff_t(halo));
    const auto x = memory.x.begin() + std::ptrdiff_t(size_t(s.misalignment) * bytes + row * row_bytes);
    sequence.insert(sequence.end(), x, x + std::ptrdiff_t(row_bytes));
    result.insert(result.end(), sequence.end() - std::ptrdiff_t(halo), sequence.end());
  }
  return result;
}

void check(const conv_case& shape, unsigned seed) {
  INFO(described(shape, seed));
  conv_memory kernel(shape, seed), twin(shape, seed);
  run_emulated(kernel.call());
  causal_conv1d_twin(twin.call());
  CHECK(kernel.y == twin.y);
  CHECK(kernel.final_state == twin.final_state);
  CHECK(kernel.final_state == expected_final_state(kernel));
  CHECK(outside_tolerance(kernel.y_values(), kernel.reference(), shape.precision) == 0);
}

}  // namespace

TEST_CASE("causal_conv1d kernel agrees on the published grid, D {64, 4128 cut to 130}, L 8 to 784",
          "[accuracy][gpu]") {
  unsigned seed = 1;
  for (const gpu_precision precision : float_precisions)
    for (const int channels : {64, 130})
      for (const int width : {2, 3, 4})
        for (const bool bias : {false, true})
          for (const bool silu : {false, true})
            for (const bool initial : {false, true}) {
              const int length = seed % 8 == 0 ? 784 : seed % 3 == 0 ? 129 : 8;
              check({2, channels, length, width, bias, silu, initial, precision}, seed++);
            }
}

TEST_CASE("causal_conv1d kernel agrees from the last token to the first", "[accuracy][gpu]") {
  unsigned seed = 300;
  for (const gpu_precision precision : float_precisions)
    for (const int width : {2, 3, 4})
      for (const int length : {1, 2, 3, 4, 5, 8, 16, 33, 64, 197, 784})
        for (const int misalignment : {0, 1}) {
          const conv_case shape{.channels = 5,
                                .length = length,
                                .width = width,
                                .silu = seed % 2 == 0,
                                .initial_state = false,
                                .precision = precision,
                                .misalignment = misalignment,
                                .reverse = true};
          INFO(described(shape, seed));
          conv_memory kernel(shape, seed), twin(shape, seed);
          run_emulated(kernel.call());
          causal_conv1d_twin(twin.call());
          CHECK(kernel.y == twin.y);
          CHECK(outside_tolerance(kernel.y_values(), kernel.reference(), precision) == 0);
          ++seed;
        }
  conv_memory memory({.length = 4, .reverse = true}, 1);
  causal_conv1d_call call = memory.call();
  call.initial_state = memory.state.data();
  CHECK_THROWS_AS(run_emulated(call), std::invalid_argument);
}

TEST_CASE("causal_conv1d kernel agrees at every edge length", "[accuracy][gpu]") {
  unsigned seed = 500;
  for (const gpu_precision precision : float_precisions)
    for (const int width : {2, 3, 4})
      for (const int length :
           {1, 2, 3, 4, 5, 7, 8, 16, 31, 33, 65, 127, 128, 129, 197, 372, 730, 1134, 2048, 2056, 4096})
        check({.batch = 2, .channels = 3, .length = length, .width = width, .precision = precision}, seed++);
}

TEST_CASE("causal_conv1d kernel reads and writes rows at any address", "[accuracy][gpu]") {
  unsigned seed = 700;
  for (const gpu_precision precision : float_precisions)
    for (const int misalignment : {1, 3})
      check({.channels = 3, .length = 64, .precision = precision, .misalignment = misalignment}, seed++);
}

TEST_CASE("causal_conv1d chooses vectors for aligned rows only and covers every token", "[choice][gpu]") {
  const auto choose = [](int length, gpu_precision precision, uintptr_t x) {
    causal_conv1d_call call;
    call.channels = 100;
    call.length = length;
    call.precision = precision;
    call.x = reinterpret_cast<const void*>(x);
    call.y = reinterpret_cast<void*>(uintptr_t{4096});
    return causal_conv1d_choose(call);
  };
  CHECK(choose(2048, gpu_precision::fp16, 4096).vectors);
  CHECK_FALSE(choose(2048, gpu_precision::fp16, 4098).vectors);
  CHECK_FALSE(choose(2044, gpu_precision::fp16, 4096).vectors);
  CHECK(choose(2044, gpu_precision::fp32, 4096).vectors);
  for (const int length : {1, 31, 64, 197, 2048, 100000}) {
    const causal_conv1d_shape shape = choose(length, gpu_precision::fp32, 4096);
    const int items = shape.vectors ? length / 4 : length;
    CHECK(shape.time_threads * shape.channel_threads == causal_conv1d_threads);
    CHECK(shape.time_threads * shape.time_blocks >= items);
    CHECK(shape.channel_threads * shape.channel_blocks >= 100);
  }
}

TEST_CASE("causal_conv1d refuses widths that no kernel serves, int8 and empty calls", "[input][gpu]") {
  for (const conv_case& shape : {conv_case{.width = 5}, conv_case{.precision = gpu_precision::int8}}) {
    conv_memory memory(shape, 1);
    CHECK_THROWS_AS(causal_conv1d_twin(memory.call()), std::invalid_argument);
  }
  conv_memory memory(conv_case{}, 1);
  causal_conv1d_call empty = memory.call();
  empty.length = 0;
  CHECK_THROWS_AS(causal_conv1d_twin(empty), std::invalid_argument);
}
