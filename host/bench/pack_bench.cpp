// Bytes per second of what the driver does around a run: quantise, pack into the machine's order, unpack y.
#include <benchmark/benchmark.h>

#include "host/bench/bench_scan.h"
#include "host/program/scan/pack_scan.h"
#include "host/program/scan/scan_outputs.h"

namespace scansim::bench {
namespace {

void set_bytes(benchmark::State& state, size_t bytes) {
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes));
}

void quantise_tensors(benchmark::State& state) {
  const scan_tensors tensors = bench_tensors();
  const scan_scales scales = calibrate(tensors, widths_of(bench_point()));
  for (auto _ : state) benchmark::DoNotOptimize(quantise(tensors, scales).u.data());
  set_bytes(state, sizeof(float) * (tensors.u.size() + tensors.delta.size() + tensors.z.size() +
                                    tensors.b.size() + tensors.c.size()));
}

struct packed_scan {
  design_point point = bench_point();
  quantised_scan scan = bench_scan(point);
  scan_layout layout = make_layout(scan, point);
  std::vector<uint8_t> memory = std::vector<uint8_t>(layout.bytes);
};

void pack_image(benchmark::State& state) {
  packed_scan packed;
  for (auto _ : state) {
    pack(packed.scan, packed.layout, packed.point, packed.memory);
    benchmark::ClobberMemory();
  }
  set_bytes(state, packed.memory.size());
}

void unpack_outputs(benchmark::State& state) {
  const packed_scan packed;
  const auto layout = std::make_shared<const scan_layout>(packed.layout);
  const program_output y = rows_output("y", layout, packed.point);
  for (auto _ : state) benchmark::DoNotOptimize(y.order->read(packed.memory).data());
  set_bytes(state, packed.scan.u.size() * static_cast<size_t>(packed.point.output_bytes()));
}

BENCHMARK(quantise_tensors)->Unit(benchmark::kMillisecond);
BENCHMARK(pack_image)->Unit(benchmark::kMillisecond);
BENCHMARK(unpack_outputs)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace scansim::bench

BENCHMARK_MAIN();
