// state_update, the kernel source on the CPU and the twin, against double precision at the published
// tolerances.
#include <algorithm>
#include <catch2/catch.hpp>

#include "host/cuda/scan/selective_scan_twin.h"
#include "tests/host/cuda/scan/emulated_scan.h"
#include "tests/host/cuda/scan/scan_cases.h"

using namespace scansim;

namespace {

std::string difference_of_both(const update_case& update) {
  const std::string twin = update_difference(update, state_update_twin);
  return twin.empty() ? update_difference(update, emulated_state_update) : "twin: " + twin;
}

// An int8 state has the twin's bits, and y the published relative error.
void check_int8_state(const update_case& update) {
  INFO(describe(update));
  const int8_state_result twin = run_int8_state(update, state_update_twin),
                          kernel = run_int8_state(update, emulated_state_update);
  CHECK(kernel.state == twin.state);
  CHECK(twin.relative_mse < 1e-3);
  CHECK(kernel.relative_mse < 1e-3);
}

}  // namespace

TEST_CASE("state_update agrees on the published grid, D cut from 4096 to 2064", "[grid][gpu]") {
  for (const gpu_precision precision : float_precisions)
    for (const int channels : {2048, 2064})
      for (const int states : {16, 32, 64})
        for (const bool has_z : {false, true}) {
          // All shapes in fp32; the others where the shape is the largest.
          if (precision != gpu_precision::fp32 && (channels == 2048 || states != 64)) continue;
          update_case update{.channels = channels, .states = states, .precision = precision};
          update.state_precision = precision, update.has_z = has_z;
          CHECK(difference_of_both(update) == "");
        }
}

TEST_CASE("state_update agrees for every pair of storage types over successive tokens", "[random][gpu]") {
  for (const gpu_precision precision : float_precisions)
    for (const gpu_precision state : float_precisions) {
      update_case update{.channels = 12, .states = 16, .groups = 3, .steps = 7, .precision = precision};
      update.state_precision = state;
      CHECK(difference_of_both(update) == "");
    }
}

TEST_CASE("state_update agrees with every option on and off", "[options][gpu]") {
  for (unsigned bits = 0; bits < 16; ++bits) {
    update_case update{.channels = 5, .states = 6, .steps = 3};
    update.has_d = bits & 1, update.has_z = bits & 2, update.has_bias = bits & 4, update.softplus = bits & 8;
    update.seed = bits + 1;
    CHECK(difference_of_both(update) == "");
  }
}

TEST_CASE("state_update agrees for every number of states that changes the shape", "[edges][gpu]") {
  for (const int states : {1, 2, 3, 4, 5, 8, 15, 16, 17, 31, 64, 65, 127, 128, 129, 255, 256})
    for (const int channels : {1, 7}) {
      update_case update{.channels = channels, .states = states, .steps = 2};
      CHECK(difference_of_both(update) == "");
    }
}

TEST_CASE("state_update rounds an int8 state at every token, one scale or one a channel", "[int8][gpu]") {
  for (const gpu_precision precision : float_precisions)
    for (const bool of_channels : {false, true})
      for (const int states : {1, 3, 4, 5, 8, 16, 17, 32, 64, 65, 128, 200, 256}) {
        update_case update{.channels = 10, .states = states, .groups = 2, .steps = 4, .precision = precision};
        update.state_precision = gpu_precision::int8, update.scale_of_channels = of_channels;
        update.seed = static_cast<uint32_t>(states);
        check_int8_state(update);
      }
}

TEST_CASE("state_update takes an int8 state on the published grid, D cut from 4096 to 256", "[int8][gpu]") {
  for (const gpu_precision precision : float_precisions)
    for (const int states : {16, 32, 64})
      for (const bool has_z : {false, true}) {
        update_case update{.channels = 256, .states = states, .precision = precision};
        update.state_precision = gpu_precision::int8, update.has_z = has_z;
        check_int8_state(update);
      }
}

TEST_CASE("state_update takes an int8 state with every option on and off", "[int8][gpu]") {
  for (unsigned bits = 0; bits < 32; ++bits) {
    update_case update{.channels = 5, .states = bits % 3 ? 8 : 6, .steps = bits % 2 ? 3 : 1};
    update.state_precision = gpu_precision::int8, update.scale_of_channels = bits & 16;
    update.has_d = bits & 1, update.has_z = bits & 2, update.has_bias = bits & 4, update.softplus = bits & 8;
    update.seed = bits + 1;
    check_int8_state(update);
  }
}

TEST_CASE("state_update clamps an int8 state", "[int8][gpu]") {
  update_case update{
      .channels = 9, .states = 16, .steps = 5, .low_scale = 0.001f};  // beyond 127 of its scales
  update.state_precision = gpu_precision::int8;
  const int8_state_result twin = run_int8_state(update, state_update_twin);
  CHECK(run_int8_state(update, emulated_state_update).state == twin.state);
  CHECK(std::count(twin.state.begin(), twin.state.end(), std::byte{127}) > 0);
  CHECK(std::count(twin.state.begin(), twin.state.end(), std::byte{128}) > 0);
}

TEST_CASE("state_update refuses an int8 state without a scale, and int8 activations", "[errors][gpu]") {
  state_update_call call;
  CHECK_NOTHROW(check_state_update(call));
  call.state_precision = gpu_precision::int8;
  CHECK_THROWS_AS(check_state_update(call), std::invalid_argument);
  CHECK_THROWS_AS(state_update_twin(call), std::invalid_argument);
  call.state_precision = call.precision = gpu_precision::fp32;
  call.precision = gpu_precision::int8;
  CHECK_THROWS_AS(check_state_update(call), std::invalid_argument);
}
