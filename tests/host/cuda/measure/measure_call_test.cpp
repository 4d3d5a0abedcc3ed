// The protocol as a whole on a scripted device.
#include "host/cuda/measure/measure_call.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "host/cuda/measure/measure_environment.h"
#include "tests/host/cuda/measure/scratch_folder.h"
#include "tests/host/cuda/measure/scripted_gpu.h"
#include "traces/input_error.h"

using namespace scansim;
using namespace scansim::test;

namespace {

measured_call measure(scripted_gpu& gpu, gpu_precision precision = gpu_precision::fp32, int repetitions = 100,
                      bool decode = false, bool tune = false) {
  const scratch_folder folder;
  const scan_trace trace = load_scan_trace(folder.trace("call", 3, decode));
  measure_protocol protocol;
  protocol.repetitions = repetitions;
  protocol.tune = tune;
  protocol.clock = gpu.clock();
  return measure_call(gpu, *gpu_call_of(trace), precision, protocol);
}

}  // namespace

TEST_CASE("measure_call fills a profile that survives its JSON", "[unit][gpu]") {
  scripted_gpu gpu({});
  const measured_call measured = measure(gpu, gpu_precision::bf16);
  const gpu_profile profile = profile_from_json(to_json(measured.profile), "profile");
  CHECK(profile.origin == "recorder");
  CHECK(profile.trace.batch == 2);
  CHECK(profile.trace.channels == 4);
  CHECK(profile.trace.states == 3);
  CHECK(profile.trace.length == 5);
  CHECK(profile.trace.mode == "prefill");
  CHECK(profile.device.name == "Scripted GPU");
  CHECK(profile.device.power_limit_w == 700);
  CHECK(profile.kernel.name == "scripted_scan");
  CHECK(profile.kernel.precision == "bf16");
  CHECK(profile.kernel.configuration == std::vector<std::pair<std::string, std::string>>{{"threads", "128"}});
  CHECK(profile.protocol->clocks_before_mhz == 1755);
  CHECK(profile.protocol->clocks_after_mhz == 1755);
  CHECK(profile.find_metric("time")->value == 1000);
  CHECK(profile.find_metric("time")->unit == "us");
  CHECK(profile.find_metric("time")->samples == 100);
  CHECK(profile.find_metric("achieved_bandwidth")->value == Approx(4e6 / 1e-3));
  CHECK(profile.find_metric("achieved_exp_rate")->value == Approx(1e6 / 1e-3));
  CHECK(profile.work->unit_ops == 1.2e6);
  CHECK(profile.work->launches == 5);
  CHECK(profile.energy->idle_subtracted_uj == Approx(240000));
  CHECK_FALSE(profile.outputs);
  CHECK(measured.outputs.y.size() == 2 * 4 * 5);
}

TEST_CASE("measure_call takes the ceilings in the same run with the same repetitions", "[unit][gpu]") {
  scripted_gpu gpu({});
  const gpu_profile profile = measure(gpu, gpu_precision::fp32, 60).profile;
  REQUIRE(profile.ceilings.size() == 4);
  CHECK(profile.ceilings[0].name == "copy_bandwidth");
  CHECK(profile.ceilings[0].value == Approx(1e9 / 500e-6));
  CHECK(profile.ceilings[1].name == "unit_rate");
  CHECK(profile.ceilings[1].value == Approx(2e9 / 500e-6));
  CHECK(profile.ceilings[2].name == "exp_rate");
  CHECK(profile.ceilings[2].value == Approx(3e9 / 500e-6));
  CHECK(profile.ceilings[3].name == "launch_floor");
  CHECK(profile.ceilings[3].unit == "us");
  CHECK(profile.ceilings[3].value == Approx(500.0 / 250));
  for (const profile_ceiling& ceiling : profile.ceilings) {
    CHECK(ceiling.basis == "measured");
    CHECK(ceiling.source.find("median of 60 launches") != std::string::npos);
  }
}

TEST_CASE("measure_call rotates over sets that together exceed twice the L2 cache", "[unit][gpu]") {
  scripted_gpu gpu({});
  const profile_protocol protocol = *measure(gpu).profile.protocol;
  CHECK(gpu.prepared_sets == std::vector<int>{2, 13});  // 13 x 8 MiB > 2 x 50 MiB
  CHECK(protocol.buffer_sets == 13);
  CHECK(protocol.bytes_per_set * static_cast<uint64_t>(protocol.buffer_sets) >
        2 * gpu.script.properties.l2_bytes);
  CHECK(std::set<int>(gpu.sets.begin(), gpu.sets.end()).size() == 13);
  // A set comes back after all others.
  for (size_t k = 13; k < gpu.sets.size(); ++k) REQUIRE(gpu.sets[k] == gpu.sets[k - 13]);
  gpu_script large;
  large.bytes_per_set = uint64_t{1} << 30;
  scripted_gpu other(large);
  measure(other);
  CHECK(other.prepared_sets == std::vector<int>{2});
  gpu_script tiny;  // more sets than launches
  tiny.bytes_per_set = 65536;
  tiny.tells_power = tiny.tells_energy = false;
  scripted_gpu third(tiny);
  CHECK(measure(third).profile.protocol->buffer_sets == 1601);
}

TEST_CASE("measure_call takes no more buffer sets than the kernel can have, and two at least",
          "[unit][gpu]") {
  for (const int most : {0, 1, 2, 5, 13, 14}) {
    gpu_script script;
    script.most_buffer_sets = most;
    scripted_gpu gpu(script);
    const int sets = std::clamp(most, 2, 13);
    CHECK(measure(gpu).profile.protocol->buffer_sets == sets);
    CHECK(gpu.prepared_sets.back() == sets);
    CHECK(*std::max_element(gpu.sets.begin(), gpu.sets.end()) == sets - 1);
  }
}

TEST_CASE("measure_call has no energy where the board tells none, or where none is asked for",
          "[unit][gpu]") {
  gpu_script silent;
  silent.tells_power = silent.tells_energy = false;
  scripted_gpu gpu(silent);
  const gpu_profile profile = measure(gpu).profile;
  CHECK_FALSE(profile.energy);
  CHECK(to_json(profile)["energy"].is_null());

  const scratch_folder folder;
  scripted_gpu telling({});
  measure_protocol protocol;
  protocol.energy_window_s = 0;
  protocol.clock = telling.clock();
  const scan_trace trace = load_scan_trace(folder.trace("call", 3));
  CHECK_FALSE(measure_call(telling, *gpu_call_of(trace), gpu_precision::fp32, protocol).profile.energy);
  CHECK(telling.now_s - 100 < 5);  // nor is it waited for idle power

  gpu_script slice;  // MIG: the board tells power and energy of all slices
  slice.shared_by_slices = true;
  scripted_gpu shared(slice);
  std::string said;
  protocol.energy_window_s = 2;
  protocol.clock = shared.clock();
  CHECK_FALSE(
      measure_call(shared, *gpu_call_of(trace), gpu_precision::fp32, protocol, [&](const std::string& what) {
        said += what + "\n";
      }).profile.energy);
  CHECK(said.find("MIG") != std::string::npos);
}

TEST_CASE("measure_call begins to time when the clock is steady, and keeps the clock under load",
          "[unit][gpu]") {
  gpu_script script;
  // From the first launch on the clock rises for a second, and with it the speed.
  script.sm_clock_mhz = [](double now_s) { return std::min(1755.0, 1000 + 50 * (now_s - 102)); };
  scripted_gpu gpu(script);
  const gpu_profile profile = measure(gpu).profile;
  CHECK(*profile.protocol->clock_under_load_mhz > *profile.protocol->clocks_before_mhz);
  CHECK(profile_from_json(to_json(profile), "p").protocol->clock_under_load_mhz ==
        profile.protocol->clock_under_load_mhz);
  gpu_script drifting;  // another program's load grows
  drifting.scan_us = [](int k) { return 1000.0 + k; };
  scripted_gpu other(drifting);
  CHECK_THROWS_AS(measure(other), tool_error);
}

TEST_CASE("measure_call refuses too few repetitions and outputs that change", "[unit][gpu]") {
  scripted_gpu gpu({});
  CHECK_THROWS_AS(measure(gpu, gpu_precision::fp32, 49), std::invalid_argument);
  CHECK(gpu.calls == 0);
  gpu_script changing;
  changing.outputs_change = true;
  scripted_gpu other(changing);
  CHECK_THROWS_AS(measure(other), tool_error);
}

TEST_CASE("measure_call tunes: the fastest configuration is measured, and the record has all times",
          "[unit][gpu]") {
  gpu_script script;
  script.alternatives_us = {900, 300, 500, 300};
  scripted_gpu gpu(script);
  const gpu_profile tuned = measure(gpu, gpu_precision::fp32, 60, false, true).profile;
  CHECK(tuned.find_metric("time")->value == 300);
  REQUIRE(tuned.kernel.configuration.size() == 2);
  CHECK(tuned.kernel.configuration[0] == std::pair<std::string, std::string>{"items", "1"});
  CHECK(tuned.kernel.configuration[1] ==
        std::pair<std::string, std::string>{
            "tuned", "300 us: items 1; 300 us: items 3; 500 us: items 2; 900 us: items 0"});
  CHECK(profile_from_json(to_json(tuned), "p").kernel.configuration == tuned.kernel.configuration);
  scripted_gpu by_rule(script);
  const gpu_profile ruled = measure(by_rule).profile;
  CHECK(ruled.find_metric("time")->value == 900);
  CHECK(ruled.kernel.configuration.size() == 1);
  scripted_gpu single({});
  CHECK(measure(single, gpu_precision::fp32, 60, false, true).profile.kernel.configuration.size() == 1);
}

TEST_CASE("measure_call keeps temperature and why clocks were held", "[unit][gpu]") {
  gpu_script script;
  script.throttle_reasons = 0x45;  // idle, power cap, thermal
  script.temperature_c = 61;
  scripted_gpu gpu(script);
  const profile_protocol kept = *measure(gpu).profile.protocol;
  CHECK(kept.throttle_reasons == "sw_power_cap, hw_thermal_slowdown");
  CHECK(kept.temperature_before_c == 61);
  CHECK(kept.temperature_after_c == 61);
  CHECK(throttle_text(0) == "none");
  CHECK(throttle_text(1) == "none");
  CHECK(throttle_text(0x8000) == "bits 32768");
  scripted_gpu silent({});
  const profile_protocol none = *measure(silent).profile.protocol;
  CHECK_FALSE(none.throttle_reasons);
  CHECK_FALSE(none.temperature_after_c);
}

TEST_CASE("measure_call refuses launches that wait and kernels of fast mathematics", "[unit][gpu]") {
  const auto refused = [](const char* flags, const char* blocking) -> std::string {
    try {
      check_measurable(flags, blocking);
    } catch (const tool_error& error) {
      return error.what();
    }
    return "";
  };
  CHECK(refused("-O3 -std=c++20", nullptr).empty());
  CHECK(refused("-O3", "0").empty());
  CHECK(refused("-O3", "").empty());
  CHECK(refused("-O3", "1").find("CUDA_LAUNCH_BLOCKING is 1") == 0);
  for (const char* flags : {"-O3 -use_fast_math", "--use_fast_math", "-ftz=true", "--prec-div=false"})
    CHECK(refused(flags, nullptr).find("the kernels were compiled with") == 0);
  setenv("CUDA_LAUNCH_BLOCKING", "1", 1);
  scripted_gpu gpu({});
  CHECK_THROWS_AS(measure(gpu), tool_error);
  unsetenv("CUDA_LAUNCH_BLOCKING");
}
