// State updates per second of the double-precision reference, and the time to choose scales (which runs it).
#include <benchmark/benchmark.h>

#include "host/bench/bench_scan.h"
#include "models/ref/selective_scan_ref.h"

namespace scansim::bench {
namespace {

void ref(benchmark::State& state) {
  const scan_tensors tensors = bench_tensors();
  for (auto _ : state) benchmark::DoNotOptimize(selective_scan_ref(tensors).y.data());
  state.counters["state_updates"] =
      benchmark::Counter(state_updates(tensors.shape), benchmark::Counter::kIsIterationInvariantRate);
}

void calibration(benchmark::State& state) {
  const scan_tensors tensors = bench_tensors();
  const design_point point = bench_point();
  for (auto _ : state) benchmark::DoNotOptimize(calibrate(tensors, widths_of(point)).frac_u);
}

BENCHMARK(ref)->Unit(benchmark::kMillisecond);
BENCHMARK(calibration)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace scansim::bench

BENCHMARK_MAIN();
