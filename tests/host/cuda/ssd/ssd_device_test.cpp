// The grids of the emulated SSD tests, whole, on a CUDA device. Without one each case says so in a line and
// passes.
#include <catch2/catch.hpp>
#include <cstdio>

#include "tests/host/cuda/ssd/device_ssd.h"
#include "tests/host/cuda/ssd/ssd_case.h"
#include "tests/host/cuda/ssd/ssd_update_case.h"
#include "tests/traces/generated_ssd.h"

using namespace scansim;

namespace {

bool device_absent() {
  static const std::string reason = why_no_ssd_device();
  static const bool said =
      !reason.empty() && std::printf("ssd kernels on a device: skipped, %s\n", reason.c_str());
  return said;
}

void check_all(const std::map<std::string, int64_t>& flags, uint64_t seed) {
  const ssd_call call = test::generated_ssd(flags, seed);
  for (const gpu_precision precision : float_precisions)
    for (const int q : {64, 128, 256}) CHECK(ssd_difference(call, precision, q, device_ssd, true) == "");
}

}  // namespace

TEST_CASE("ssd device agrees on ssd_minimal's shape and on a layer of Mamba-2", "[grid][gpu]") {
  if (device_absent()) return;
  check_all({{"--heads", 32}, {"--head-channels", 64}, {"--states", 64}, {"--length", 2048}}, 1);
  check_all({{"--heads", 24}, {"--head-channels", 64}, {"--states", 128}, {"--length", 1000}, {"--h0", 1}},
            2);
}

TEST_CASE("ssd device agrees on packed sequences", "[grid][gpu]") {
  if (device_absent()) return;
  for (const int groups : {1, 2, 8})
    check_all({{"--heads", 8},
               {"--head-channels", 64},
               {"--states", 32},
               {"--groups", groups},
               {"--length", 5000},
               {"--sequences", 50},
               {"--cu-seqlens", 1},
               {"--h0", 1}},
              3);
}

TEST_CASE("ssd device agrees for sizes that fill no tile", "[edges][gpu]") {
  if (device_absent()) return;
  for (const int channels : {1, 7, 65})
    for (const int states : {1, 17, 129, 256})
      check_all({{"--heads", 4},
                 {"--head-channels", channels},
                 {"--states", states},
                 {"--groups", 2},
                 {"--length", 197},
                 {"--batch", 2},
                 {"--sequences", 3}},
                4);
}

TEST_CASE("ssd_state_update device agrees on the published grid, an int8 state too", "[grid][gpu]") {
  if (device_absent()) return;
  for (const gpu_precision precision : float_precisions)
    for (const int states : {1, 16, 31, 32, 64, 128, 256}) {
      ssd_update_case update{.heads = 64, .groups = 2, .states = states, .steps = 3, .precision = precision};
      update.state_precision = precision;
      CHECK(run_update_case(update, device_ssd_update).difference == "");
      update.state_precision = gpu_precision::int8;
      CHECK(run_update_case(update, device_ssd_update).relative_mse < 1e-3);
    }
}

TEST_CASE("ssd device agrees on Quamba2's int8 calls and their decode", "[grid][int8][gpu]") {
  if (device_absent()) return;
  for (const int groups : {1, 8})
    for (const int q : {64, 256}) {
      const ssd_call call = test::generated_ssd({{"--heads", 32},
                                                 {"--head-channels", 64},
                                                 {"--states", 128},
                                                 {"--groups", groups},
                                                 {"--length", 1000},
                                                 {"--h0", 1}},
                                                5);
      const ssd_int8_result result = run_ssd_int8(call, q, device_ssd);
      CHECK(result.y < 1e-3);
      CHECK(result.final_states < 1e-3);
      CHECK(result.steps < 1e-6);
      CHECK(result.entering_states < 1e-3);
    }
  for (const int states : {1, 16, 31, 128, 256}) {
    ssd_update_case update{.heads = 64, .groups = 2, .states = states, .steps = 3};
    update.precision = update.state_precision = gpu_precision::int8;
    CHECK(run_update_case(update, device_ssd_update).relative_mse < 1e-3);
  }
}
