// The block of memory of one call, and rows packed per token.
#include "host/cuda/measure/call_image.h"

#include <catch2/catch.hpp>
#include <cstring>

#include "host/cuda/measure/bit_true_check.h"
#include "host/cuda/measure/token_major.h"
#include "traces/input_error.h"

using namespace scansim;

TEST_CASE("call_image places operands on 256-byte boundaries and leaves absent ones out", "[unit][gpu]") {
  call_image image;
  CHECK(image.add_floats({}) == call_image::none);
  CHECK(image.add_floats({1, 2, 3}) == 0);
  CHECK(image.add_floats({1.5f, -2}, gpu_precision::fp16) == 256);
  CHECK(image.reserve(257) == 512);
  CHECK(call_image().add_int8({}) == call_image::none);
  CHECK(call_image().add_int8({-1, 2}) == 0);
  CHECK(image.bytes().size() == 512 + 512);
  uint16_t halves[2];
  std::memcpy(halves, image.bytes().data() + 256, sizeof halves);
  CHECK(halves[0] == 0x3e00);
  CHECK(halves[1] == 0xc000);
  CHECK(image.bytes().back() == std::byte{0});
}

TEST_CASE("call_image converts to storage and back", "[unit][gpu]") {
  const std::vector<float> exact = {0, 1, -0.5f, 96, 0.0078125f};
  for (const gpu_precision precision : {gpu_precision::fp32, gpu_precision::fp16, gpu_precision::bf16}) {
    CHECK(to_storage(exact, precision).size() == exact.size() * storage_bytes(precision));
    CHECK(from_storage(to_storage(exact, precision), precision) == exact);
  }
  CHECK_THROWS_AS(to_storage(exact, gpu_precision::int8), std::invalid_argument);
}

TEST_CASE("token_major turns rows of tokens into one packed row per token, and back", "[unit][gpu]") {
  const std::vector<float> rows = {1, 2, 3, 11, 12, 13};  // two rows of three tokens
  CHECK(to_token_major(rows, 2, 3) == std::vector<float>{1, 11, 2, 12, 3, 13});
  CHECK(from_token_major(to_token_major(rows, 2, 3), 2, 3) == rows);
  CHECK(to_token_major({}, 0, 3).empty());
  CHECK_THROWS_AS(to_token_major(rows, 2, 2), std::invalid_argument);
}

TEST_CASE("checked_against_bit_true tells both errors and refuses one of 1e-3", "[unit][gpu]") {
  const gpu_outputs want{{3, 4}, {10}};
  CHECK(checked_against_bit_true("k", {{3, 4}, {10}}, want) == "relative error of y 0, of the last state 0");
  CHECK(checked_against_bit_true("k", {{3, 4.05f}, {10}}, want) ==
        "relative error of y 0.0001, of the last state 0");
  CHECK_THROWS_AS(checked_against_bit_true("k", {{3, 4.2f}, {10}}, want), tool_error);
  CHECK_THROWS_AS(checked_against_bit_true("k", {{3, 4}, {11}}, want), tool_error);
  CHECK_THROWS_AS(checked_against_bit_true("k", {{3, std::nanf("")}, {10}}, want), tool_error);
  CHECK_THROWS_AS(checked_against_bit_true("k", {{3}, {10}}, want), tool_error);
}
