// The choice of schedule: always something that is compiled, and the published shapes get what they need.
#include <catch2/catch.hpp>
#include <stdexcept>

#include "host/cuda/scan/selective_scan_launch.h"
#include "tests/host/cuda/scan/emulated_scan.h"

using namespace scansim;

namespace {

bool same(const scan_configuration& a, const scan_configuration& b) {
  return a.schedule == b.schedule && a.threads == b.threads && a.items == b.items &&
         a.channels_per_block == b.channels_per_block && a.lanes_per_channel == b.lanes_per_channel;
}

}  // namespace

TEST_CASE("selective_scan_choose always returns a compiled configuration", "[choice][gpu]") {
  for (int states = 1; states <= 256; ++states) {
    const auto all = selective_scan_configurations(states);
    for (const int batch : {1, 4, 64})
      for (const int channels : {1, 384, 1536, 5120})
        for (const int length : {1, 63, 64, 197, 600, 2048, 100000})
          for (const int multiprocessors : {1, 16, 108, 132}) {
            const auto choice = selective_scan_choose({batch, channels, states, 1, length}, multiprocessors);
            const auto found = std::find_if(all.begin(), all.end(), [&](auto& c) { return same(c, choice); });
            REQUIRE(found != all.end());
          }
  }
}

TEST_CASE("selective_scan_choose scans over time where channels are few and in time where they are many",
          "[choice][gpu]") {
  const auto schedule = [](scan_sizes sizes) { return selective_scan_choose(sizes, 132).schedule; };
  CHECK(schedule({1, 1536, 16, 1, 2048}) == scan_schedule::over_time);  // mamba-130m
  CHECK(schedule({1, 384, 16, 1, 197}) == scan_schedule::over_time);    // Vim-Ti, one image
  CHECK(schedule({64, 384, 16, 1, 197}) == scan_schedule::in_time);     // Vim-Ti, batch 64
  CHECK(schedule({64, 5120, 16, 1, 2048}) == scan_schedule::in_time);   // mamba-2.8b, batch 64
  CHECK(schedule({1, 5120, 16, 1, 1}) == scan_schedule::in_time);       // a single token
  CHECK(selective_scan_choose({64, 5120, 16, 1, 2048}, 132).lanes_per_channel == 1);
  CHECK(selective_scan_choose({64, 384, 16, 1, 197}, 132).lanes_per_channel == 4);
}

TEST_CASE(
    "selective_scan_choose lets four channels share B and C as soon as a warp each keeps the machine busy",
    "[choice][gpu]") {
  const auto block = [](int channels, int multiprocessors, int batch = 1) {
    return selective_scan_choose({batch, channels, 16, 1, 2048}, multiprocessors);
  };
  // mamba-130m on an H100: 384 blocks of a single wave, in place of 1536 that fetch B and C for themselves.
  CHECK(same(block(1536, 132), {scan_schedule::over_time, 128, 16, 4, 1}));
  CHECK(same(block(2048, 132), {scan_schedule::over_time, 128, 16, 4, 1}));  // mamba-370m
  CHECK(same(block(1056, 132), {scan_schedule::over_time, 128, 16, 4, 1}));
  CHECK(same(block(264, 132, 4), {scan_schedule::over_time, 128, 16, 4, 1}));
  CHECK(same(block(1055, 132), {scan_schedule::over_time, 128, 16, 1, 1}));
  CHECK(same(block(384, 132), {scan_schedule::over_time, 128, 16, 1, 1}));
}

TEST_CASE("selective_scan has every serial shape with two channels to a lane, for --tune alone",
          "[choice][gpu]") {
  for (const int states : {1, 4, 8, 16, 32, 64, 128, 256}) {
    std::vector<scan_configuration> one, two;
    for (const scan_configuration& c : selective_scan_configurations(states))
      if (c.schedule == scan_schedule::in_time)
        (c.channels_per_block * c.lanes_per_channel == c.threads ? one : two).push_back(c);
    for (const scan_configuration& c : one)
      CHECK(std::any_of(two.begin(), two.end(), [&](const scan_configuration& other) {
        return other.lanes_per_channel == c.lanes_per_channel &&
               other.channels_per_block == 2 * c.channels_per_block;
      }));
    for (const int batch : {1, 64}) {
      const scan_configuration c = selective_scan_choose({batch, 5120, states, 1, 2048}, 132);
      CHECK((c.schedule == scan_schedule::over_time ||
             c.channels_per_block * c.lanes_per_channel == c.threads));
    }
  }
}

TEST_CASE("selective_scan refuses sizes that no kernel serves", "[errors][gpu]") {
  CHECK_THROWS_AS(selective_scan_choose({1, 1, 257, 1, 1}, 132), std::invalid_argument);
  CHECK_THROWS_AS(selective_scan_choose({1, 4, 16, 3, 1}, 132), std::invalid_argument);
  CHECK_THROWS_AS(selective_scan_choose({1, 4, 16, 1, 0}, 132), std::invalid_argument);
  scan_call call;
  CHECK_THROWS_AS(emulated_selective_scan(call, {scan_schedule::over_time, 128, 12, 4, 1}),
                  std::invalid_argument);
  CHECK_THROWS_AS(emulated_selective_scan(call, {scan_schedule::in_time, 128, 32, 64, 3}),
                  std::invalid_argument);
  call.precision = gpu_precision::int8;
  CHECK_THROWS_AS(emulated_selective_scan(call, selective_scan_choose({}, 1)), std::invalid_argument);
}
