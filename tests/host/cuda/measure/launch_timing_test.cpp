// Timing of launches: percentiles, rotation over buffer sets, short calls.
#include "host/cuda/measure/launch_timing.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "tests/host/cuda/measure/scripted_gpu.h"
#include "traces/input_error.h"

using namespace scansim;
using namespace scansim::test;

namespace {

const scan_tensors small = [] {
  scan_tensors tensors;
  tensors.shape = {1, 1, 1, 1, 2};
  tensors.u = {1, 2};
  tensors.a = {-1};
  return tensors;
}();

struct timed {
  launch_times times;
  std::vector<int> sets, launches_a_call;
};

timed time_scan(const gpu_script& script, int warm_up, int repetitions, int buffer_sets) {
  scripted_gpu gpu(script);
  const auto kernel = gpu.prepare_scan(small, gpu_precision::fp32, buffer_sets);
  rotating_kernel launches(gpu, *kernel, buffer_sets);
  timed result;
  result.times = time_launches(launches, warm_up, repetitions);
  result.sets = gpu.sets;
  result.launches_a_call = gpu.launches_a_call;
  return result;
}

}  // namespace

TEST_CASE("percentile interpolates linearly between ranks of the sorted sample", "[unit][gpu]") {
  CHECK(percentile({3, 1, 2}, 0.5) == 2);
  CHECK(percentile({4, 1, 3, 2}, 0.5) == 2.5);
  CHECK(percentile({10, 20}, 0.05) == Approx(10.5));
  CHECK(percentile({10, 20}, 1) == 20);
  CHECK(percentile({7}, 0.95) == 7);
  std::vector<double> hundred_and_one(101);
  std::iota(hundred_and_one.begin(), hundred_and_one.end(), 0);
  std::reverse(hundred_and_one.begin(), hundred_and_one.end());
  const sample_summary summary = summarise(hundred_and_one);
  CHECK(summary.median == 50);
  CHECK(summary.low == Approx(5));
  CHECK(summary.high == Approx(95));
  CHECK_THROWS_AS(percentile({}, 0.5), std::invalid_argument);
  CHECK_THROWS_AS(percentile({1, NAN}, 0.5), std::invalid_argument);
  CHECK_THROWS_AS(percentile({1}, 1.5), std::invalid_argument);
}

TEST_CASE("launch_timing reports the median and leaves the warm-up out", "[unit][gpu]") {
  gpu_script script;
  // 20 slow launches while it warms up; then every tenth takes ten times as long: mean 1900, median 1000.
  script.scan_us = [](int k) { return k < 20 ? 9000.0 : k % 10 == 9 ? 10000.0 : 1000.0; };
  const timed result = time_scan(script, 20, 100, 4);
  CHECK(result.times.call_us.median == 1000);
  CHECK(result.times.call_us.low == 1000);
  CHECK(result.times.call_us.high == 10000);
  CHECK(result.times.samples == 100);
  CHECK(result.times.launches_per_sample == 1);
  CHECK(result.times.aggregation == "median of 100 launches");
  CHECK(result.sets.size() == 120);
}

TEST_CASE("launch_timing takes the buffer sets in turn, from warm-up to the last repetition", "[unit][gpu]") {
  for (const double call_us : {4.0, 100.0}) {  // several launches to a sample, and one
    gpu_script script;
    script.scan_us = [call_us](int) { return call_us; };
    const timed result = time_scan(script, 3, 50, 7);
    for (size_t k = 0; k < result.sets.size(); ++k) REQUIRE(result.sets[k] == static_cast<int>(k % 7));
  }
}

TEST_CASE("launch_timing goes on with the next buffer set after untimed launches", "[unit][gpu]") {
  scripted_gpu gpu({});
  scan_tensors tensors;
  tensors.u = {1};
  const auto kernel = gpu.prepare_scan(tensors, gpu_precision::fp32, 5);
  rotating_kernel launches(gpu, *kernel, 5);
  launches.run(3);
  launches.time_us(4);
  launches.run(6);
  REQUIRE(gpu.sets.size() == 13);
  for (size_t k = 0; k < gpu.sets.size(); ++k) CHECK(gpu.sets[k] == static_cast<int>(k % 5));
  CHECK(launches.last_set() == 2);
}

TEST_CASE("launch_timing groups calls under 200 us and says so", "[unit][gpu]") {
  gpu_script script;
  script.scan_us = [](int) { return 4.0; };
  const timed result = time_scan(script, 10, 60, 3);
  CHECK(result.times.launches_per_sample == 50);
  CHECK(result.times.call_us.median == Approx(4));
  CHECK(result.times.aggregation == "median of 60 samples, each the mean of 50 back-to-back launches");
  CHECK(std::count(result.launches_a_call.begin(), result.launches_a_call.end(), 50) == 60);
  for (const auto& [call_us, launches] :
       {std::pair{20.0, 10}, {150.0, 2}, {199.0, 2}, {200.0, 1}, {900.0, 1}}) {
    script.scan_us = [call_us = call_us](int) { return call_us; };
    CAPTURE(call_us);
    CHECK(time_scan(script, 10, 60, 3).times.launches_per_sample == launches);
  }
}

TEST_CASE("launch_timing begins every sample at a group of sets and times whole groups", "[unit][gpu]") {
  gpu_script script;
  script.scan_us = [](int) { return 4.0; };
  script.grouped_sets = 16;
  scripted_gpu gpu(script);
  const auto kernel = gpu.prepare_scan(small, gpu_precision::fp32, 40);  // two whole groups and 8 more
  rotating_kernel launches(gpu, *kernel, 40);
  const launch_times times = time_launches(launches, 5, 60);
  CHECK(times.launches_per_sample == 64);  // 50 would do
  size_t begin = 0, samples = 0;
  for (const int count : gpu.launches_a_call) {
    if (count == 64) {
      CAPTURE(samples);
      CHECK(gpu.sets[begin] % 16 == 0);
      ++samples;
    }
    begin += static_cast<size_t>(count);
  }
  CHECK(samples == 60);
  for (size_t k = 0; k + 1 < gpu.sets.size(); ++k) REQUIRE(gpu.sets[k + 1] == (gpu.sets[k] + 1) % 40);
}

TEST_CASE("launch_timing refuses a time that drifts by more than 2 % from half to half", "[unit][gpu]") {
  const auto timed_with = [](double second_us) {
    gpu_script script;
    script.scan_us = [second_us](int k) { return k < 10 + 50 ? 1000.0 : second_us; };
    return time_scan(script, 10, 100, 3).times.call_us.median;
  };
  CHECK(timed_with(1019) == Approx(1009.5));
  CHECK(timed_with(981.5) == Approx(990.75));
  CHECK_THROWS_AS(timed_with(1021), tool_error);
  CHECK_THROWS_AS(timed_with(979), tool_error);
  CHECK_THROWS_WITH(timed_with(2000),
                    Catch::Contains("1000 us") && Catch::Contains("2000 us") && Catch::Contains("2 %"));
}

TEST_CASE("launch_timing warms up until the clock is steady and returns it", "[unit][gpu]") {
  const auto warmed = [](const std::function<std::optional<double>(double)>& mhz, double& seconds) {
    gpu_script script;
    script.sm_clock_mhz = [mhz](double now_s) { return mhz(now_s - 100); };
    scripted_gpu gpu(script);
    const auto kernel = gpu.prepare_scan(small, gpu_precision::fp32, 2);
    rotating_kernel launches(gpu, *kernel, 2);
    const auto clock = warm_until_steady(gpu, launches, gpu.clock());
    seconds = gpu.now_s - 100;
    return clock;
  };
  double seconds = 0;
  CHECK(warmed([](double) { return 1755.0; }, seconds) == 1755.0);
  CHECK(seconds >= 0.3);
  CHECK(seconds < 0.6);
  // Ramps for two seconds, by 3 % and more a look.
  CHECK(warmed([](double t) { return t < 2 ? 700 + 500 * t : 1700.0; }, seconds) == 1700.0);
  CHECK(seconds >= 2.1);
  CHECK(seconds < 2.6);
  CHECK(warmed([n = 0](double) mutable { return 1000.0 + 100 * (n++ % 2); }, seconds));  // never is
  CHECK(seconds >= 5);
  CHECK(seconds < 5.5);
  CHECK_FALSE(warmed([](double) { return std::optional<double>(); }, seconds));
  CHECK(seconds >= 0.3);
}

TEST_CASE("launch_timing refuses a time that is none", "[unit][gpu]") {
  for (const double time : {0.0, -1.0, double{NAN}, double{INFINITY}}) {
    gpu_script script;
    script.scan_us = [time](int) { return time; };
    CHECK_THROWS_AS(time_scan(script, 1, 50, 2), tool_error);
  }
}

TEST_CASE("launch_timing chooses the fewest sets that exceed twice the L2 cache", "[unit][gpu]") {
  const uint64_t memory = uint64_t{80} << 30;
  for (const uint64_t l2 : {uint64_t{0}, uint64_t{40} << 20, uint64_t{50} << 20})
    for (const uint64_t bytes : {uint64_t{1}, uint64_t{256}, uint64_t{999999}, uint64_t{25} << 20,
                                 uint64_t{50} << 20, uint64_t{100} << 20, uint64_t{1} << 30}) {
      const auto sets = static_cast<uint64_t>(buffer_sets_needed(bytes, l2, memory));
      CAPTURE(l2, bytes, sets);
      CHECK(sets >= 2);
      CHECK(sets * bytes > 2 * l2);
      CHECK((sets == 2 || (sets - 1) * bytes <= 2 * l2));
    }
  CHECK(buffer_sets_needed(uint64_t{10} << 20, uint64_t{50} << 20, uint64_t{100} << 20) == 8);
  CHECK(buffer_sets_needed(uint64_t{70} << 30, uint64_t{50} << 20, memory) == 2);
}
