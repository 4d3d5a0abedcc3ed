// State updates per second of the hls rung, start to done, at both operand widths. Bar: 5e8 per second on one
// core with AVX2 at 8-bit operands.
#include <benchmark/benchmark.h>

#include "host/bench/bench_scan.h"
#include "host/program/program_driver.h"
#include "host/program/scan/scan_program.h"
#include "sim/rungs/device.h"

namespace scansim::bench {
namespace {

void hls_scan(benchmark::State& state, const std::string& config) {
  const design_point point = bench_point(config);
  const quantised_scan scan = bench_scan(point);
  const program compiled = make_scan_program(scan, point);
  const auto machine = make_hls_device(point);
  for (auto _ : state) state.SetIterationTime(run_program(*machine, compiled, point).wall_s);
  state.counters["state_updates"] =
      benchmark::Counter(state_updates(scan.shape), benchmark::Counter::kIsIterationInvariantRate);
}

BENCHMARK_CAPTURE(hls_scan, base, "base")->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(hls_scan, base16, "base16")->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace scansim::bench

BENCHMARK_MAIN();
