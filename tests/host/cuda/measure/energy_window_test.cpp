// Energy per call against sums worked out by hand. Unless said otherwise a call takes 1 ms at 300 W, 20 calls
// make a batch of 20 ms, and the host leaves the device idle at 60 W for 1 ms after each batch.
#include "host/cuda/measure/energy_window.h"

#include <catch2/catch.hpp>

#include "tests/host/cuda/measure/scripted_gpu.h"
#include "traces/input_error.h"

using namespace scansim;
using namespace scansim::test;

namespace {

std::optional<profile_energy> energy_of(scripted_gpu& gpu, double call_us, double idle_w, double window_s) {
  scan_tensors tensors;
  tensors.u = {1};
  const auto kernel = gpu.prepare_scan(tensors, gpu_precision::fp32, 2);
  rotating_kernel launches(gpu, *kernel, 2);
  return measure_energy(gpu, launches, call_us, idle_w, window_s, gpu.clock());
}

}  // namespace

TEST_CASE("energy_window divides the counter's difference by the calls and subtracts the idle power",
          "[unit][gpu]") {
  scripted_gpu gpu({});
  const std::optional<profile_energy> energy = energy_of(gpu, 1000, 60, 2);
  REQUIRE(energy);
  CHECK(energy->level == "board");
  CHECK(energy->source == "NVML total energy counter");
  CHECK(energy->window_s >= 2);
  CHECK(energy->window_s < 2.03);
  CHECK(energy->calls == 96 * 20 + 2);  // 95 batches of 21 ms are 1.995 s; two calls until the counter moves
  // A batch: 20 ms x 300 W + 1 ms x 60 W = 6.06 J; the last look: 2 ms x 300 W + 1 ms x 60 W = 0.66 J.
  CHECK(energy->idle_included_uj == Approx((96 * 6.06 + 0.66) / (96 * 20 + 2) * 1e6));
  CHECK(energy->idle_subtracted_uj == Approx(240000));
  CHECK(energy->idle_w == 60);
}

TEST_CASE("energy_window integrates power samples where there is no counter", "[unit][gpu]") {
  gpu_script script;
  script.tells_energy = false;
  scripted_gpu constant(script);
  const std::optional<profile_energy> energy = energy_of(constant, 1000, 60, 2);
  REQUIRE(energy);
  CHECK(energy->source == "NVML power, 97 samples integrated");
  CHECK(energy->idle_included_uj == Approx(300 * 0.021 / 20 * 1e6));
  CHECK(energy->idle_subtracted_uj == Approx(240 * 0.021 / 20 * 1e6));

  // A power that rises by 50 W/s: its integral is that of its mean, which the trapezoid rule has exactly.
  script.busy_w = [](double time_s) { return 200 + 50 * (time_s - 100); };
  scripted_gpu rising(script);
  const std::optional<profile_energy> risen = energy_of(rising, 1000, 0, 2);
  REQUIRE(risen);
  const double end_s = rising.now_s - 100, begin_s = end_s - risen->window_s;
  const double mean_w = 200 + 50 * (begin_s + end_s) / 2;
  CHECK(risen->idle_included_uj ==
        Approx(mean_w * risen->window_s * 1e6 / static_cast<double>(risen->calls)));
}

TEST_CASE("energy_window runs a while before the window opens", "[unit][gpu]") {
  scripted_gpu gpu({});
  const std::optional<profile_energy> energy = energy_of(gpu, 1000, 60, 2);
  REQUIRE(energy);
  CHECK(gpu.sets.size() > energy->calls);
  CHECK(gpu.now_s - 100 >= energy->window_s + 0.3);
}

TEST_CASE("energy_window opens and closes at a step of the counter", "[unit][gpu]") {
  // Of a board that steps every 100 ms a window of a second would be off by up to a tenth.
  for (const double step_s : {0.02, 0.05, 0.1, 0.13})
    for (const double begin_s : {0.0, 0.013, 0.07}) {
      gpu_script script;
      script.counter_step_s = step_s;
      script.gap_s = 0;
      scripted_gpu gpu(script);
      gpu.advance(begin_s, 60);
      const std::optional<profile_energy> energy = energy_of(gpu, 1000, 60, 1);
      REQUIRE(energy);
      CAPTURE(step_s, begin_s);
      CHECK(energy->idle_included_uj == Approx(300000).epsilon(0.003));
      CHECK(energy->window_s >= 1);
      CHECK(energy->window_s < 1 + step_s + 0.03);
    }
}

TEST_CASE("energy_window waits until two windows of a second agree on the idle power", "[unit][gpu]") {
  for (const bool counter : {false, true}) {
    CAPTURE(counter);
    gpu_script cooling;
    cooling.tells_energy = counter;
    cooling.idle_at = [](double now_s) { return now_s < 104 ? 60 + 30 * (104 - now_s) : 60.0; };
    scripted_gpu gpu(cooling);
    CHECK(idle_power_w(gpu, gpu.clock()) == Approx(60).epsilon(0.001));
    CHECK(gpu.now_s - 100 >= 6);
    CHECK(gpu.now_s - 100 < 7);
    gpu_script restless = cooling;  // another program's work grows
    restless.idle_at = [](double now_s) { return 60 + 3 * (now_s - 100); };
    scripted_gpu other(restless);
    CHECK_FALSE(idle_power_w(other, other.clock()));
    CHECK(other.now_s - 100 >= 10);
    CHECK(other.now_s - 100 < 12);
  }
}

TEST_CASE("energy_window reads idle power over two windows of a second", "[unit][gpu]") {
  scripted_gpu gpu({});
  CHECK(idle_power_w(gpu, gpu.clock()) == Approx(60));
  CHECK(gpu.now_s - 100 >= 2);
  CHECK(gpu.sets.empty());
  gpu_script counter_only;
  counter_only.tells_power = false;
  scripted_gpu other(counter_only);
  CHECK(idle_power_w(other, other.clock()) == Approx(60));
}

TEST_CASE("energy_window gives nothing where the board tells nothing, or less than idle", "[unit][gpu]") {
  gpu_script silent;
  silent.tells_power = silent.tells_energy = false;
  scripted_gpu gpu(silent);
  CHECK_FALSE(idle_power_w(gpu, gpu.clock()));
  CHECK_FALSE(energy_of(gpu, 1000, 60, 2));
  scripted_gpu cool({});
  CHECK_FALSE(energy_of(cool, 1000, 400, 2));
  gpu_script stuck;
  stuck.busy_w = [](double) { return 0.0; };
  stuck.idle_w = 0;
  scripted_gpu counter_stands(stuck);
  CHECK_THROWS_AS(energy_of(counter_stands, 1000, 0, 2), tool_error);
}
