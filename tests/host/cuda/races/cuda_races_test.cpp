// No two threads of a block touch one place in memory, one of them writing, without a barrier between:
// every kernel's source, each thread a thread to the sanitizer, barriers the only order (a shuffle is none).
// It sees the accesses that are made, so each kernel runs over several tiles, in both directions.
#include <catch2/catch.hpp>

#include "host/cuda/scan/scan_sets_image.h"
#include "host/cuda/scan/selective_scan_launch.h"
#include "tests/host/cuda/conv/conv_case.h"
#include "tests/host/cuda/layer/layer_case.h"
#include "tests/host/cuda/races/planted_race.h"
#include "tests/host/cuda/scan/emulated_scan.h"
#include "tests/host/cuda/scan/int8_case.h"
#include "tests/host/cuda/scan/scan_cases.h"
#include "tests/host/cuda/ssd/ssd_case.h"
#include "tests/host/cuda/ssd/ssd_update_case.h"
#include "tests/traces/generated_sets.h"
#include "tests/traces/generated_ssd.h"

using namespace scansim;

namespace {
int races = 0;
}
extern "C" void __tsan_on_report(void*) { ++races; }

namespace {

template <typename Run>
int races_of(Run&& run) {
  const int before = races;
  run();
  return races - before;
}

void check_scan(const scan_case& scan, scan_schedule schedule) {
  for (const scan_configuration& c : selective_scan_configurations(scan.sizes.states)) {
    if (c.schedule != schedule) continue;
    INFO(describe(scan) << " items " << c.items << " lanes " << c.lanes_per_channel << " channels "
                        << c.channels_per_block);
    CHECK(races_of([&] {
            CHECK(scan_difference(scan, [&](const scan_call& call) { emulated_selective_scan(call, c); }) ==
                  "");
          }) == 0);
  }
}

}  // namespace

TEST_CASE("races planted between lanes and between warps are seen, and barriers remove them",
          "[races][gpu]") {
  using enum planted_barrier;
  for (const int partner : {1, 33}) {
    CHECK(races_of([&] { run_planted(none, partner); }) > 0);
    CHECK(races_of([&] { run_planted(shuffle, partner); }) > 0);
    CHECK(races_of([&] { run_planted(block, partner); }) == 0);
  }
  CHECK(races_of([&] { run_planted(warp, 1); }) == 0);
  CHECK(races_of([&] { run_planted(warp, 33); }) > 0);
}

TEST_CASE("selective_scan serial in time has no race", "[races][gpu]") {
  for (const bool reverse : {false, true})
    for (const int states : {1, 3, 5, 16, 17, 40, 256})
      check_scan({.sizes = {1, 3, states, 1, 77}, .has_h0 = true, .reverse = reverse},
                 scan_schedule::in_time);
}

TEST_CASE("selective_scan over time has no race", "[races][gpu]") {
  for (const bool reverse : {false, true})
    for (const int length : {70, 4100})  // two chunks of the longest and more
      check_scan({.sizes = {1, 3, length == 70 ? 9 : 2, 1, length}, .has_h0 = true, .reverse = reverse},
                 scan_schedule::over_time);
}

TEST_CASE("state_update has no race", "[races][gpu]") {
  for (const int states : {1, 5, 16, 17, 40, 128, 255})
    CHECK(races_of([&] {
            CHECK(update_difference({.channels = 9, .states = states, .groups = 3, .steps = 2},
                                    emulated_state_update) == "");
          }) == 0);
}

TEST_CASE("state_update with an int8 state has no race", "[races][gpu]") {
  for (const int states : {5, 16, 200}) {
    update_case update{.channels = 9, .states = states, .groups = 3, .steps = 2};
    update.state_precision = gpu_precision::int8;
    CHECK(races_of([&] { CHECK(run_int8_state(update, emulated_state_update).relative_mse < 1e-3); }) == 0);
  }
}

TEST_CASE("quamba_scan has no race", "[races][gpu]") {
  for (const bool reverse : {false, true})
    for (const int states : {5, 16, 40, 200}) {
      const int8_case shape{.batch = 2, .length = 55, .channels = 9, .states = states, .reverse = reverse};
      const auto operands = quamba_scan_quantise(random_tensors(shape, int8_inputs::normal, 1), "random");
      CHECK(races_of([&] { run_emulated(operands, gpu_precision::fp16); }) == 0);
    }
}

TEST_CASE("quamba_update has no race", "[races][gpu]") {
  for (const int states : {5, 16, 40, 200}) {
    const int8_case shape{.batch = 2, .length = 2, .channels = 9, .states = states};
    const auto operands = quamba_decode_quantise(random_tensors(shape, int8_inputs::normal, 1), "random");
    CHECK(races_of([&] { run_decode(operands, gpu_precision::fp16, emulated_quamba_update); }) == 0);
  }
}

TEST_CASE("causal_conv1d has no race", "[races][gpu]") {
  for (const int length : {1, 5, 64, 3000}) {
    conv_memory memory({.channels = 3, .length = length}, 1);
    CHECK(races_of([&] { run_emulated(memory.call()); }) == 0);
    CHECK(races_of([&] { run_emulated(memory.update_call()); }) == 0);
  }
}

TEST_CASE("scan_sets has no race, where sets add to each other's rows", "[races][gpu]") {
  for (const char* states : {"1", "5", "16", "70"}) {
    const scan_sets_call call =
        test::generated_sets({{"--channels", "5"},
                              {"--states", states},
                              {"--grid", "3x4"},
                              {"--sets", "raster; snake_rows reverse segment=4; transpose channels=1+3"}},
                             5);
    scan_sets_image image(call, gpu_precision::fp32);
    INFO("N " << states);
    CHECK(races_of([&] { emulated_scan_sets(image.call()); }) == 0);
  }
}

TEST_CASE("a layer of two directions has no race", "[races][gpu]") {
  for (const gpu_precision precision : {gpu_precision::fp32, gpu_precision::bf16}) {
    const mamba_block_call call =
        generated_layer({.length = 70, .d_model = 70, .channels = 66, .states = 5, .both = true});
    CHECK(races_of([&] { CHECK(layer_difference(call, precision, each_step(emulated_layer_step)) == ""); }) ==
          0);
  }
}

TEST_CASE("ssd has no race", "[races][gpu]") {
  for (const gpu_precision precision : {gpu_precision::fp32, gpu_precision::bf16}) {
    const ssd_call call = test::generated_ssd(
        {{"--heads", 2}, {"--head-channels", 70}, {"--states", 70}, {"--length", 200}, {"--h0", 1}}, 1);
    CHECK(races_of([&] { CHECK(ssd_difference(call, precision, 128, emulated_ssd, true) == ""); }) == 0);
  }
}

TEST_CASE("ssd int8 has no race", "[races][gpu]") {
  const ssd_call call = test::generated_ssd(
      {{"--heads", 2}, {"--head-channels", 70}, {"--states", 70}, {"--length", 200}, {"--h0", 1}}, 1);
  CHECK(races_of([&] { CHECK(run_ssd_int8(call, 128, emulated_ssd).y < 1e-5); }) == 0);
  const ssd_update_case update{.heads = 2,
                               .head_channels = 9,
                               .states = 70,
                               .steps = 2,
                               .precision = gpu_precision::int8,
                               .state_precision = gpu_precision::int8};
  CHECK(races_of([&] { CHECK(run_update_case(update, emulated_ssd_update).relative_mse < 1e-3); }) == 0);
}

TEST_CASE("ssd_state_update has no race", "[races][gpu]") {
  for (const gpu_precision state : {gpu_precision::fp32, gpu_precision::int8})
    for (const int states : {5, 16, 128, 200}) {
      const ssd_update_case update{
          .heads = 2, .head_channels = 9, .states = states, .steps = 2, .state_precision = state};
      CHECK(races_of([&] { CHECK(run_update_case(update, emulated_ssd_update).difference == ""); }) == 0);
    }
}
