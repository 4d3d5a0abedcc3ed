#include "sim/rungs/analytic_device.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "hls/map/depth_map.h"
#include "hls/scan/scan_descriptor.h"
#include "sim/rungs/time_record.h"
#include "sim/rungs/value_free_device.h"

namespace scansim {
namespace {

constexpr int64_t most_period = 64;
constexpr int most_tries = 3;
constexpr size_t scan_bytes = sizeof(map::descriptor_image);

// Chunks after which a region is at the same place of a page again; 1 where it never crosses a page, since
// its chunks lie on multiples of a divisor of a page.
int64_t period_of(uint64_t address, int64_t stride, bool within_stride) {
  const auto step = static_cast<uint64_t>(std::abs(stride));
  if (step == 0 || (within_stride && burst_page_bytes % step == 0 && address % step == 0)) return 1;
  return static_cast<int64_t>(burst_page_bytes / std::gcd(burst_page_bytes, step));
}

int64_t period_of(const hls::scan_descriptor& d) {
  const bool within = d.rest_tokens <= d.chunk_tokens;
  int64_t period = 1;
  for (const uint64_t address : {d.addr_u, d.addr_delta, d.addr_z})
    period = std::lcm(period, period_of(address, d.stride_u, within));
  for (const uint64_t address : {d.addr_b, d.addr_c})
    period = std::lcm(period, period_of(address, d.stride_bc, within));
  return std::lcm(period, period_of(d.addr_y, d.stride_y, within));
}

class analytic_device final : public value_free_device {
 public:
  using value_free_device::value_free_device;
  std::string rung() const override { return "analytic"; }
  std::optional<simulated_part> simulated() const override { return part_; }

 private:
  struct short_run {
    run_outcome outcome;
    std::unique_ptr<memory_timing> memory;
    std::unique_ptr<time_record> record;
  };

  run_outcome execute() override {
    part_ = {};
    map::descriptor_image words;
    if (!one_scan(words)) return whole_run();
    const hls::scan_descriptor d = hls::decode_descriptor(words);
    part_ = {d.num_chunks, d.num_chunks};
    const std::optional<run_outcome> longer = extrapolate(d, words);
    return longer ? *longer : simulate();
  }

  run_outcome whole_run() {
    for (uint32_t i = 0; i < registers().count(); ++i) {
      map::descriptor_image words;
      if (read(i, words) && map::opcode_of(words) == static_cast<uint32_t>(map::opcode::scan))
        part_.of += hls::decode_descriptor(words).num_chunks;
    }
    part_.chunks = part_.of;
    return simulate();
  }

  bool read(uint32_t index, map::descriptor_image& words) {
    const uint64_t at = registers().first_descriptor() + uint64_t{index} * scan_bytes;
    if (at > memory().size() || memory().size() - at < scan_bytes) return false;
    std::memcpy(words, memory().data() + at, scan_bytes);
    return true;
  }

  // A list of one scan that loads all it needs, under a memory whose times depend on times alone.
  bool one_scan(map::descriptor_image& words) {
    const std::string& model = options().memory_model;
    if (registers().count() != 1 || (model != "ideal" && model != "latency") || !read(0, words)) return false;
    if (map::opcode_of(words) != static_cast<uint32_t>(map::opcode::scan)) return false;
    const hls::scan_descriptor d = hls::decode_descriptor(words);
    return d.load_params && !d.local && !d.resume && !d.keep;
  }

  std::optional<run_outcome> extrapolate(const hls::scan_descriptor& d, const map::descriptor_image& words) {
    const int64_t chunks = d.num_chunks, period = period_of(d);
    if (period > most_period) return std::nullopt;
    const int64_t lag = lag_of(d), fewest = 3 * lag + 2;
    int64_t few = chunks % period;
    if (few < fewest) few += (fewest - few + period - 1) / period * period;
    for (int i = 0; i < most_tries && 2 * (few + period) <= chunks; ++i, few += half_more(few, period)) {
      const short_run a = run_of(few, words), b = run_of(few + period, words);
      const machine_run &first = a.outcome.run, &second = b.outcome.run;
      if (first.error != csr::error_code::none || second.error != csr::error_code::none) return std::nullopt;
      if (!repeats({*a.record, few, first.cycles}, {*b.record, few + period, second.cycles}, lag)) continue;
      part_.chunks = static_cast<uint64_t>(few + period);
      return lengthened(a.outcome, b.outcome, static_cast<uint64_t>((chunks - few) / period));
    }
    return std::nullopt;
  }

  // Chunks by which a stream is ahead of another at most: B and C of the next one, the tiles of the command
  // queues and of the buffers.
  int64_t lag_of(const hls::scan_descriptor& d) const {
    const int64_t tiles = (d.lane_groups + point().interleave - 1) / point().interleave;
    return 1 + (command_depth + point().tile_buffers + tiles - 1) / tiles;
  }

  static int64_t half_more(int64_t few, int64_t period) {
    return std::max(few / (2 * period), int64_t{1}) * period;
  }

  // Writes the descriptor back, however the run with another one ends.
  struct written_back {
    uint8_t* place;
    const map::descriptor_image& words;
    ~written_back() { std::memcpy(place, words, scan_bytes); }
  };

  // The scan as it is, with so many chunks.
  short_run run_of(int64_t chunks, const map::descriptor_image& words) {
    map::descriptor_image shorter;
    std::memcpy(shorter, words, scan_bytes);
    map::put_field(shorter, map::field_of<map::scan_fields>("num_chunks").at, static_cast<uint64_t>(chunks));
    uint8_t* place = memory().data() + registers().first_descriptor();
    const written_back after{place, words};
    std::memcpy(place, shorter, scan_bytes);
    short_run run;
    run.memory = new_memory();
    run.record = std::make_unique<time_record>(blocks(), *run.memory, point().read_outstanding);
    run.outcome = simulate(run.record->port());
    return run;
  }

  static uint64_t along(uint64_t a, uint64_t b, uint64_t times) { return a + times * (b - a); }

  static run_outcome lengthened(const run_outcome& a, const run_outcome& b, uint64_t times) {
    run_outcome longer = a;
    longer.run.cycles = static_cast<cycle_t>(
        along(static_cast<uint64_t>(a.run.cycles), static_cast<uint64_t>(b.run.cycles), times));
    for (size_t i = 0; i < a.run.counters.size(); ++i)
      longer.run.counters[i] = along(a.run.counters[i], b.run.counters[i], times);
    for (size_t i = 0; i < a.memory.size(); ++i)
      longer.memory[i].second = along(a.memory[i].second, b.memory[i].second, times);
    return longer;
  }

  simulated_part part_;
};

}  // namespace

std::unique_ptr<device> make_analytic_device(const design_point& point, const device_options& options,
                                             const progress_callback& progress) {
  return std::make_unique<analytic_device>(point, options, progress);
}

}  // namespace scansim
