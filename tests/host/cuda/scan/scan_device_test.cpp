// The grids of the emulated tests, whole and in every configuration, on a CUDA device. Without one each case
// says so in a line and passes.
#include <catch2/catch.hpp>
#include <cstdio>

#include "host/cuda/scan/selective_scan_launch.h"
#include "tests/host/cuda/scan/device_scan.h"
#include "tests/host/cuda/scan/scan_cases.h"

using namespace scansim;

namespace {

bool device_absent() {
  static const std::string reason = why_no_device();
  static const bool said =
      !reason.empty() && std::printf("scan kernels on a device: skipped, %s\n", reason.c_str());
  return said;
}

void check_all(const scan_case& scan) {
  for (const scan_configuration& c : selective_scan_configurations(scan.sizes.states)) {
    INFO(schedule_name(c.schedule) << " items " << c.items << " lanes " << c.lanes_per_channel << " channels "
                                   << c.channels_per_block);
    CHECK(scan_difference(scan, [&](const scan_call& call) { device_selective_scan(call, c); }) == "");
  }
}

}  // namespace

TEST_CASE("selective_scan device agrees on the whole published grid", "[grid][gpu]") {
  if (device_absent()) return;
  for (const int length : {128, 256, 512, 1024, 2048, 4096})
    for (const int groups : {1, 2})
      for (const gpu_precision precision : float_precisions)
        check_all({.sizes = {2, 4, 8, groups, length}, .precision = precision});
}

TEST_CASE("selective_scan device agrees at edge lengths and states, inputs normal", "[edges][gpu]") {
  if (device_absent()) return;
  for (const int length : {1, 2, 3, 5, 31, 33, 65, 127, 129, 197, 372, 730, 784, 1134})
    for (const bool reverse : {false, true})
      for (const gpu_precision precision : float_precisions) {
        scan_case scan{.sizes = {2, 6, 16, 2, length}, .precision = precision, .inputs = scan_inputs::normal};
        scan.has_h0 = true, scan.reverse = reverse;
        check_all(scan);
      }
  for (const int states : {1, 2, 3, 8, 15, 16, 17, 33, 64, 65, 128, 256})
    check_all({.sizes = {2, 262, states, 2, 77}, .inputs = scan_inputs::normal, .has_h0 = true});
}

TEST_CASE("selective_scan device agrees with every option on and off", "[options][gpu]") {
  if (device_absent()) return;
  for (unsigned bits = 0; bits < 128; ++bits) {
    const auto on = [&](unsigned i) { return (bits >> i & 1u) != 0; };
    scan_case scan{.sizes = {1, 2, 5, 1, 70}, .has_d = on(0), .has_z = on(1), .has_bias = on(2)};
    scan.softplus = on(3), scan.has_h0 = on(4), scan.last_state = on(5), scan.reverse = on(6);
    check_all(scan);
  }
}

TEST_CASE("state_update device agrees on the whole published grid and over successive tokens",
          "[grid][gpu]") {
  if (device_absent()) return;
  for (const gpu_precision precision : float_precisions)
    for (const int channels : {2048, 2064, 4096})
      for (const int states : {16, 32, 64})
        for (const bool has_z : {false, true}) {
          update_case update{.channels = channels, .states = states, .precision = precision};
          update.state_precision = precision, update.has_z = has_z;
          CHECK(update_difference(update, device_state_update) == "");
        }
  for (const int states : {1, 3, 5, 17, 128, 255, 256}) {
    update_case update{.channels = 9, .states = states, .groups = 3, .steps = 5};
    CHECK(update_difference(update, device_state_update) == "");
  }
  for (const gpu_precision precision : float_precisions)
    for (const int states : {1, 16, 17, 64, 128, 256}) {
      update_case update{.channels = 600, .states = states, .groups = 3, .steps = 3, .precision = precision};
      update.state_precision = gpu_precision::int8, update.scale_of_channels = states % 2 == 0;
      CHECK(run_int8_state(update, device_state_update).relative_mse < 1e-3);
    }
}
