// ssd_state_update, the kernel source on the CPU and the twin, against double precision.
#include <catch2/catch.hpp>

#include "host/cuda/ssd/ssd_twin.h"
#include "tests/host/cuda/ssd/ssd_update_case.h"

using namespace scansim;

namespace {

std::string difference_of_both(const ssd_update_case& update) {
  const std::string twin = run_update_case(update, ssd_update_twin).difference;
  return twin.empty() ? run_update_case(update, emulated_ssd_update).difference : "twin: " + twin;
}

// An int8 state has the twin's bits, and y the published relative error.
void check_int8(const ssd_update_case& update) {
  const ssd_update_result twin = run_update_case(update, ssd_update_twin),
                          kernel = run_update_case(update, emulated_ssd_update);
  CHECK(kernel.state == twin.state);
  CHECK(twin.relative_mse < 1e-3);
  CHECK(kernel.relative_mse < 1e-3);
}

}  // namespace

TEST_CASE("ssd_state_update agrees on the published grid with heads, D cut from 4096 to 512", "[grid][gpu]") {
  for (const gpu_precision precision : float_precisions)
    for (const int groups : {1, 2, 4})
      for (const int states : {16, 32, 64})
        for (const bool has_z : {false, true}) {
          ssd_update_case update{.heads = 8, .groups = groups, .states = states, .precision = precision};
          update.state_precision = precision, update.has_z = has_z;
          CHECK(difference_of_both(update) == "");
        }
}

TEST_CASE("ssd_state_update agrees for every pair of types over successive tokens", "[random][gpu]") {
  for (const gpu_precision precision : float_precisions)
    for (const gpu_precision state : {precision, gpu_precision::fp32})
      CHECK(difference_of_both({.heads = 6,
                                .head_channels = 10,
                                .groups = 3,
                                .states = 40,
                                .steps = 7,
                                .precision = precision,
                                .state_precision = state}) == "");
}

TEST_CASE("ssd_state_update agrees with every option on and off", "[options][gpu]") {
  for (unsigned bits = 0; bits < 16; ++bits) {
    ssd_update_case update{.head_channels = 5, .states = 6, .steps = 3};
    update.has_d = bits & 1, update.has_z = bits & 2, update.has_bias = bits & 4, update.softplus = bits & 8;
    update.d_of_channels = bits % 3 == 0;
    if (bits % 5 == 1) update.dt_low = 0.02f, update.dt_high = 0.2f;
    update.seed = bits + 1;
    CHECK(difference_of_both(update) == "");
  }
}

TEST_CASE("ssd_state_update agrees for every size that changes the shape", "[edges][gpu]") {
  for (const gpu_precision precision : float_precisions)
    for (const int states : {1, 3, 4, 8, 15, 16, 17, 31, 32, 33, 64, 65, 127, 128, 129, 255, 256})
      for (const int channels : {1, 4, 7}) {
        ssd_update_case update{
            .heads = 3, .head_channels = channels, .states = states, .precision = precision};
        update.state_precision = precision;
        CHECK(difference_of_both(update) == "");
      }
}

TEST_CASE("ssd_state_update rounds an int8 state at every token, one scale or Quamba2's", "[int8][gpu]") {
  for (const gpu_precision precision : float_precisions)
    for (const state_scaling scaling : {state_scaling::one, state_scaling::clusters})
      for (const int states : {5, 16, 64, 128, 200}) {
        check_int8({.heads = 4,
                    .head_channels = 9,
                    .groups = 2,
                    .states = states,
                    .steps = 4,
                    .precision = precision,
                    .state_precision = gpu_precision::int8,
                    .scaling = scaling});
      }
}

TEST_CASE("ssd_state_update takes int8 activations beside an int8 state, one scale or Quamba2's",
          "[int8][gpu]") {
  for (const state_scaling scaling : {state_scaling::one, state_scaling::clusters})
    for (const int states : {1, 5, 15, 16, 17, 64, 128, 200, 256})
      for (const bool whole : {true, false}) {
        ssd_update_case update{.heads = 4,
                               .head_channels = whole ? 64 : 9,
                               .groups = 2,
                               .states = states,
                               .steps = 4,
                               .precision = gpu_precision::int8,
                               .state_precision = gpu_precision::int8,
                               .scaling = scaling};
        update.has_d = states % 2, update.has_z = whole, update.d_of_channels = !whole;
        check_int8(update);
      }
}

TEST_CASE("ssd_state_update clamps an int8 state", "[int8][gpu]") {
  ssd_update_case update{.heads = 2, .head_channels = 3, .states = 16, .steps = 9, .softplus = false};
  update.state_precision = gpu_precision::int8;  // steps of 0.5 drive it beyond 127 of its scales
  const ssd_update_result twin = run_update_case(update, ssd_update_twin);
  CHECK(run_update_case(update, emulated_ssd_update).state == twin.state);
}

TEST_CASE("ssd_state_update refuses what no kernel takes", "[errors][gpu]") {
  ssd_update call;
  CHECK_NOTHROW(check_ssd_update(call));
  call.state_precision = gpu_precision::int8;
  CHECK_THROWS_AS(check_ssd_update(call), std::invalid_argument);
  call.state_precision = gpu_precision::fp16;  // beside fp32 activations
  CHECK_THROWS_AS(ssd_update_twin(call), std::invalid_argument);
  call.precision = gpu_precision::int8,
  call.state_precision = gpu_precision::fp32;  // beside int8 activations
  const float one = 1.0f;
  call.activations = {&one, &one, &one};
  CHECK_THROWS_AS(ssd_update_twin(call), std::invalid_argument);
  call.states = 257;
  CHECK_THROWS_AS(check_ssd_update(call), std::invalid_argument);
}
