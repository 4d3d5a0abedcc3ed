// A whole layer, its kernels' source on the CPU and the twin, step by step against double precision.
#include <catch2/catch.hpp>

#include "host/cuda/layer/layer_launch.h"
#include "host/cuda/measure/layer_image.h"
#include "tests/host/cuda/layer/layer_case.h"
#include "traces/input_error.h"

using namespace scansim;

namespace {

void check_both(const layer_case& layer, gpu_precision precision) {
  const mamba_block_call given = generated_layer(layer);
  CHECK(layer_difference(given, precision, each_step(layer_step_twin)) == "");
  CHECK(layer_difference(given, precision, each_step(emulated_layer_step)) == "");
}

}  // namespace

TEST_CASE("layer agrees at every precision, from the start and behind earlier inputs", "[grid][gpu]") {
  for (const gpu_precision precision : float_precisions)
    for (const bool state : {false, true})
      check_both({.batch = 2, .length = 70, .d_model = 48, .channels = 96, .state = state}, precision);
}

TEST_CASE("layer agrees for sizes that fill no tile", "[edges][gpu]") {
  for (const gpu_precision precision : {gpu_precision::fp32, gpu_precision::bf16}) {
    check_both({.length = 1, .d_model = 1, .channels = 1, .states = 1, .width = 2}, precision);
    check_both(
        {.batch = 3, .length = 17, .d_model = 65, .channels = 67, .states = 5, .width = 3, .bias = false},
        precision);
    check_both({.length = 129, .d_model = 130, .channels = 64, .states = 33, .seed = 2}, precision);
    check_both({.batch = 2, .length = 64, .d_model = 64, .channels = 128, .states = 16, .seed = 3},
               precision);
  }
}

TEST_CASE("layer agrees in both directions, in one pass over x and z", "[grid][gpu]") {
  for (const gpu_precision precision : float_precisions) {
    check_both({.batch = 2, .length = 70, .d_model = 48, .channels = 96, .both = true}, precision);
    check_both({.length = 17, .d_model = 65, .channels = 67, .states = 5, .width = 3, .both = true},
               precision);
  }
  check_both({.batch = 2, .length = 64, .d_model = 24, .channels = 40, .both = true}, gpu_precision::bf16);
  check_both({.length = 1, .d_model = 1, .channels = 1, .states = 1, .width = 2, .both = true},
             gpu_precision::fp32);
  check_both({.length = 197, .d_model = 24, .channels = 48, .states = 16, .both = true}, gpu_precision::bf16);
}

TEST_CASE("layer takes the published test's shape, L 128, N 8, W 3, D cut from 768 to 192", "[grid][gpu]") {
  check_both({.length = 128, .d_model = 96, .channels = 192, .states = 8, .width = 3}, gpu_precision::fp32);
}

TEST_CASE("layer_image refuses what no kernel takes by the trace's name", "[errors][gpu]") {
  mamba_block_call given = generated_layer({});
  CHECK_NOTHROW(check_layer_call(given, "layer"));
  given.state_sparsity = {2, 4};
  CHECK_THROWS_WITH(check_layer_call(given, "layer"), Catch::Contains("state_sparsity"));
  layer_call call;
  call.width = 5;
  CHECK_THROWS_AS(check_layer(call), std::invalid_argument);
  CHECK_THROWS_AS(projection_of(call, layer_step::scan), std::invalid_argument);
  layer_call both;
  const float state = 0;
  both.directions = 2;
  CHECK_NOTHROW(check_layer(both));
  both.h0 = &state;
  CHECK_THROWS_AS(check_layer(both), std::invalid_argument);
  both.h0 = nullptr, both.directions = 3;
  CHECK_THROWS_AS(check_layer(both), std::invalid_argument);
}
