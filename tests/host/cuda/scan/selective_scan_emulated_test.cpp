// selective_scan of both schedules, the kernel source on the CPU, against the double-precision reference at
// the published tolerances: the published grid, all options, edge lengths, every N that changes the shape.
#include <catch2/catch.hpp>

#include "host/cuda/scan/scan_rows.h"
#include "host/cuda/scan/selective_scan_launch.h"
#include "host/cuda/scan/selective_scan_twin.h"
#include "tests/host/cuda/scan/emulated_scan.h"
#include "tests/host/cuda/scan/scan_cases.h"

using namespace scansim;

namespace {

// Empty if the twin and every compiled configuration agree with the reference.
std::string difference_of_all(const scan_case& scan) {
  std::string found = scan_difference(scan, selective_scan_twin);
  if (!found.empty()) return "twin: " + found;
  for (const scan_configuration& c : selective_scan_configurations(scan.sizes.states)) {
    found = scan_difference(scan, [&](const scan_call& call) { emulated_selective_scan(call, c); });
    if (!found.empty())
      return std::string(schedule_name(c.schedule)) + " items " + std::to_string(c.items) + " lanes " +
             std::to_string(c.lanes_per_channel) + " channels " + std::to_string(c.channels_per_block) +
             ": " + found;
  }
  return {};
}

// One configuration, taken in turn, where a grid is too large for all.
std::string difference_in_turn(const scan_case& scan) {
  static size_t turn = 0;
  const auto all = selective_scan_configurations(scan.sizes.states);
  const scan_configuration c = all[turn++ % all.size()];
  std::string found = scan_difference(scan, [&](const scan_call& call) { emulated_selective_scan(call, c); });
  return found.empty() ? found : std::string(schedule_name(c.schedule)) + ": " + found;
}

}  // namespace

TEST_CASE("selective_scan twin agrees on the whole published grid", "[grid][gpu]") {
  for (const int length : {128, 256, 512, 1024, 2048, 4096})
    for (const int groups : {1, 2})
      for (const gpu_precision precision : float_precisions)
        CHECK(scan_difference({.sizes = {2, 4, 8, groups, length}, .precision = precision},
                              selective_scan_twin) == "");
}

TEST_CASE("selective_scan kernels agree on the published grid, one configuration in turn above L 1024",
          "[grid][gpu]") {
  for (const int groups : {1, 2}) {
    for (const int length : {128, 256, 512, 1024})
      CHECK(difference_of_all({.sizes = {2, 4, 8, groups, length}}) == "");
    for (const gpu_precision precision : float_precisions)
      for (const int length : {2048, 4096})
        CHECK(difference_in_turn({.sizes = {2, 4, 8, groups, length}, .precision = precision}) == "");
  }
}

TEST_CASE("selective_scan kernels agree in every storage type, inputs normal", "[random][gpu]") {
  for (const gpu_precision precision : float_precisions)
    for (const int length : {64, 197}) {
      scan_case scan{.sizes = {2, 6, 16, 2, length}, .precision = precision, .inputs = scan_inputs::normal};
      scan.has_h0 = true;
      CHECK(difference_of_all(scan) == "");
      scan.reverse = true;
      CHECK(difference_of_all(scan) == "");
    }
}

TEST_CASE("selective_scan kernels agree with every option on and off", "[options][gpu]") {
  for (unsigned bits = 0; bits < 128; ++bits) {
    const auto on = [&](unsigned i) { return (bits >> i & 1u) != 0; };
    scan_case scan{.sizes = {1, 2, 5, 1, 70}, .has_d = on(0), .has_z = on(1), .has_bias = on(2)};
    scan.softplus = on(3), scan.has_h0 = on(4), scan.last_state = on(5), scan.reverse = on(6);
    scan.seed = bits + 1;
    CHECK(difference_in_turn(scan) == "");
  }
}

TEST_CASE("selective_scan kernels agree at every edge length, forward and reverse", "[edges][gpu]") {
  for (const int length : {1, 2, 3, 5, 31, 33, 65, 127, 129, 197, 372})
    for (const bool reverse : {false, true}) {
      scan_case scan{.sizes = {1, 2, 4, 1, length}, .has_h0 = true, .reverse = reverse};
      CHECK(difference_of_all(scan) == "");
      scan.precision = gpu_precision::bf16;
      CHECK(difference_in_turn(scan) == "");
    }
  for (const int length : {730, 784, 1134})
    for (const bool reverse : {false, true})
      CHECK(difference_of_all({.sizes = {1, 1, 2, 1, length}, .has_h0 = true, .reverse = reverse}) == "");
}

TEST_CASE("selective_scan kernels agree for every number of states that changes the shape", "[edges][gpu]") {
  for (const int states : {1, 2, 3, 8, 15, 16, 17, 33, 64, 65, 128, 256})
    CHECK(difference_of_all(
              {.sizes = {1, 3, states, 1, 37}, .inputs = scan_inputs::normal, .has_h0 = true}) == "");
}

TEST_CASE("selective_scan kernels agree where groups and tiles of channels do not meet", "[edges][gpu]") {
  CHECK(difference_of_all({.sizes = {2, 6, 4, 6, 9}}) == "");    // a group per channel
  CHECK(difference_of_all({.sizes = {2, 7, 4, 1, 9}}) == "");    // a tile that is not full
  CHECK(difference_of_all({.sizes = {1, 262, 4, 2, 9}}) == "");  // groups of more channels than a tile has
  CHECK(difference_of_all({.sizes = {3, 30, 16, 3, 40}}) == "");
}

TEST_CASE("selective_scan kernels agree where a row starts off a vector's boundary", "[edges][gpu]") {
  const scan_case scan{.sizes = {1, 2, 4, 1, 8}};
  for (const scan_configuration& c : selective_scan_configurations(4))
    CHECK(scan_difference(scan, [&](scan_call call) {
            std::vector<float> moved(17);
            std::copy_n(static_cast<const float*>(call.u), 16, moved.begin() + 1);
            call.u = moved.data() + 1;
            CHECK(!rows_are_packed(call));
            emulated_selective_scan(call, c);
          }) == "");
}
