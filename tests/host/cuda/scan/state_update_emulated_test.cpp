// state_update, the kernel source on the CPU and the twin, against double precision at the published
// tolerances.
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
