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
  CHECK(energy->calls == 96 * 20);  // 95 batches of 21 ms are 1.995 s
  // (20 ms x 300 W + 1 ms x 60 W) / 20 calls = 303 mJ, of which 21 ms x 60 W / 20 = 63 mJ are idle.
  CHECK(energy->idle_included_uj == Approx(303000));
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

TEST_CASE("energy_window averages idle power over at least half a second", "[unit][gpu]") {
  scripted_gpu gpu({});
  CHECK(idle_power_w(gpu, gpu.clock()) == Approx(60));
  CHECK(gpu.now_s - 100 >= 0.5);
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
