// Scans with sets on the hls device: every bit of y and of the final states, every saturation and every event
// against loops of this file, which index the tensors directly and take the leaf functions alone from hls/.
#include <catch2/catch.hpp>
#include <map>

#include "hls/scan/add_output.h"
#include "hls/scan/gate_silu.h"
#include "hls/scan/quantise_shift.h"
#include "hls/scan/scan_serial.h"
#include "models/configs/widths.h"
#include "tests/sim/rungs/set_case.h"
#include "tests/support/design_points.h"

namespace scansim::test {
namespace {

struct sets_result {
  std::vector<int32_t> y;                    // [row][channel]
  std::vector<std::vector<int32_t>> h_last;  // of each set, [channel][state]
  hls::saturation_counts saturations;
  uint64_t sums_cut = 0;  // of saturations.y
};

// Channel by channel: tiles, lane groups and passes do not matter to a result, nor do operands of states that
// do not live, whose h_last is 0.
class plain_evaluation {
 public:
  plain_evaluation(const set_case& c, const design_point& point) : case_(c), w_(widths_of(point)) {}

  sets_result run() {
    result_.y.assign(size(case_.rest * case_.channels), 0);
    for (size_t k = 0; k < case_.sets.size(); ++k) {
      result_.h_last.emplace_back(size(case_.channels * case_.states));
      for (int c = 0; c < case_.channels; ++c) scan_channel(k, c);
    }
    return result_;
  }

 private:
  void scan_channel(size_t k, int c) {
    const hls::set_descriptor& set = case_.sets[k];
    const set_operands& of = case_.operands[k];
    const auto n = static_cast<size_t>(case_.states), live = static_cast<size_t>(set.states);
    const auto row_of = [&](const std::vector<int32_t>& from, int row) {
      const auto first = from.begin() + static_cast<std::ptrdiff_t>(size(row) * n);
      return std::vector<int16_t>(first, first + set.states);
    };
    const std::vector<int16_t> a = row_of(of.a, c);
    std::vector<int32_t> h(live, 0);
    if (set.has_h0) std::copy_n(of.h0.begin() + static_cast<std::ptrdiff_t>(size(c) * n), live, h.begin());
    for (const token_row& t : case_.walks[k]) {
      if (t.reset) std::fill(h.begin(), h.end(), 0);
      const int32_t u = case_.u[at(t.u, c)];
      hls::delta_result d =
          hls::delta_softplus(of.delta[at(t.p, c)], u, of.bias[size(c)], of.d[size(c)], set.softplus,
                              set.shifts, w_, result_.saturations, set.plain_drive);
      if (t.hold) d.dt2 = 0, d.du = 0;
      const std::vector<int16_t> b = row_of(of.b, t.p), c_row = row_of(of.c, t.p);
      const int64_t before = kept_readout(d.dt2, a, c_row, h, set.shifts.align_a);
      const int64_t behind = hls::scan_step<int16_t, int32_t, int64_t>(
          set.states, d.dt2, d.du, a.data(), b.data(), c_row.data(), h.data(),
          hls::scan_constants(w_, set.shifts.align_a), result_.saturations.state);
      const int64_t acc = set.tap_pre ? before : behind;
      if (!t.mute) write(set, acc, d.skip, at(t.out, c));
    }
    std::copy(h.begin(), h.end(), result_.h_last[k].begin() + static_cast<std::ptrdiff_t>(size(c) * n));
  }

  // Sum of C times what the decay leaves of each state, rounded to its format.
  int64_t kept_readout(uint32_t dt2, const std::vector<int16_t>& a, const std::vector<int16_t>& c,
                       const std::vector<int32_t>& h, int align) const {
    const hls::scan_constants k(w_, align);
    int64_t sum = 0;
    for (size_t n = 0; n < h.size(); ++n) {
      const uint64_t rate = a[n] < 0 ? static_cast<uint64_t>(-a[n]) : 0;
      const uint64_t up = (uint64_t{1} << k.exponent_shift) - 1;
      const uint64_t e = std::min<uint64_t>((dt2 * rate + up) >> k.exponent_shift, hls::exponent_beyond);
      const int64_t decay = hls::exp_pwl(static_cast<uint32_t>(e), k.table, k.index_bits);
      sum += c[n] * ((decay * h[n] + (int64_t{1} << (hls::exp_frac - 1))) >> hls::exp_frac);
    }
    return sum;
  }

  void write(const hls::set_descriptor& set, int64_t acc, int64_t skip, size_t to) {
    hls::saturation_counts& counts = result_.saturations;
    int32_t out = hls::gate_silu(acc, skip, set.gate ? case_.z[to] : 0,
                                 hls::gate_of(set.gate, set.linear_gate), set.shifts, w_, counts);
    if (w_.output_bits == 8) out = hls::quantise_shift(out, set.shifts.quant, counts);
    const int32_t sum = hls::add_output(result_.y[to], out, w_.output_bits);
    result_.sums_cut += sum != result_.y[to] + out;
    counts.y += sum != result_.y[to] + out;
    result_.y[to] = sum;
  }

  size_t at(int row, int channel) const { return size(row * case_.channels + channel); }

  const set_case& case_;
  const hls::widths w_;
  sets_result result_;
};

using event_map = std::map<std::string, uint64_t>;

// Event by event in the order of the machine: tile, set, token, lane group, pass.
class plain_counting {
 public:
  plain_counting(const set_case& c, const design_point& point) : case_(c), p_(point) {}

  event_map run(const placed_case& placed, uint64_t descriptors) {
    for (int first = 0; first < case_.scan.lane_groups; first += p_.interleave) {
      std::vector<bool> written(size(case_.rest));
      for (size_t k = 0; k < case_.sets.size(); ++k)
        count_set(k, std::min(p_.interleave, case_.scan.lane_groups - first), written);
    }
    for (const memory_job& job : placed.reads) count_job("read", job);
    for (const memory_job& job : placed.writes) count_job("write", job);
    count_job("read", {0, 128});
    count_job("read", {128, 128 * (descriptors - 1)});  // the records, at once
    return events_;
  }

 private:
  void count_set(size_t k, int groups, std::vector<bool>& written) {
    const hls::set_descriptor& set = case_.sets[k];
    const std::vector<token_row>& walk = case_.walks[k];
    for (size_t i = 0; i < walk.size(); ++i) {
      const bool first = i == 0, last = i + 1 == walk.size();
      events_["scan_tokens.tokens"] += 1;
      if (set.has_list) events_["scan_tokens.list_read_bits"] += 32;
      if (walk[i].reset) events_["scan_tokens.resets"] += 1;
      if (walk[i].hold) events_["scan_tokens.holds"] += 1;
      for (int g = 0; g < groups; ++g) {
        count_delta_row(set);
        for (int pass = 0; pass < case_.scan.passes; ++pass)
          count_beat(set, pass, first, last, walk[i].reset);
        count_gate_row(set, walk[i], written);
      }
      if (!walk[i].mute) written[size(walk[i].out)] = true;
    }
  }

  void count_delta_row(const hls::set_descriptor& set) {
    const uint64_t nl = u64(p_.num_lanes);
    events_["delta_softplus.softplus_ops"] += nl;
    events_["delta_softplus.mac_delta"] += (set.plain_drive ? 2 : 3) * nl;
    events_["delta_softplus.buffer_read_bits"] += 2 * nl * 8 * u64(p_.operand_bytes());
    events_["delta_softplus.param_read_bits"] += 32 * nl;
  }

  void count_beat(const hls::set_descriptor& set, int pass, bool first, bool last, bool reset) {
    const uint64_t pe = u64(p_.num_pe());
    const uint64_t live = u64(std::clamp(set.states - pass * p_.states_per_lane, 0, p_.states_per_lane));
    events_["scan_serial.state_updates"] += live * u64(p_.num_lanes);
    events_["scan_serial.exp_ops"] += live * u64(p_.num_lanes);
    events_["scan_serial.param_read_bits"] += live * u64(p_.num_lanes) * 8 * u64(p_.operand_bytes());
    events_["scan_serial.bc_read_bits"] += 2 * live * 8 * u64(p_.operand_bytes());
    if (!first && !reset) events_["scan_serial.slot_read_bits"] += pe * u64(p_.state_bits);
    if (!last) events_["scan_serial.slot_write_bits"] += pe * u64(p_.state_bits);
    if (first && set.has_h0) events_["scan_serial.buffer_read_bits"] += pe * 8 * u64(p_.state_bytes());
    if (last && set.store_state) events_["scan_serial.buffer_write_bits"] += pe * 8 * u64(p_.state_bytes());
  }

  void count_gate_row(const hls::set_descriptor& set, const token_row& token,
                      const std::vector<bool>& written) {
    const uint64_t nl = u64(p_.num_lanes);
    if (token.mute) {
      events_["gate_silu.muted_rows"] += 1;
      return;
    }
    const bool silu = set.gate && !set.linear_gate;
    if (silu) events_["gate_silu.silu_ops"] += nl;
    if (set.gate) events_["gate_silu.buffer_read_bits"] += nl * 8 * u64(p_.operand_bytes());
    events_["gate_silu.mac_gate"] += nl * (silu ? 2 : 1);
    events_["gate_silu.buffer_write_bits"] += nl * 8 * u64(p_.output_bytes());
    if (!written[size(token.out)]) return;
    events_["gate_silu.y_add_ops"] += nl;
    events_["gate_silu.buffer_read_bits"] += nl * 8 * u64(p_.output_bytes());
  }

  // Beat by beat: a burst ends at 4 KiB and after axi_max_burst beats.
  void count_job(const std::string& way, const memory_job& job) {
    const bool read = way == "read";
    const uint64_t w = u64(p_.axi_bytes());
    uint64_t beats = 0;
    for (uint64_t address = job.address; address < job.address + job.bytes; address += w) {
      if (beats == 0 || address % 4096 == 0 || beats == u64(p_.axi_max_burst)) {
        events_["dma." + way + "_bursts"] += 1;
        beats = 0;
      }
      ++beats;
      events_["dma.dram_" + way + "_bytes"] += w;
      events_[read ? "dma.buffer_write_bits" : "dma.buffer_read_bits"] += 8 * w;
    }
  }

  const set_case& case_;
  const design_point& p_;
  event_map events_;
};

int32_t stored(const std::vector<uint8_t>& bytes, size_t index, int width) {
  uint32_t word = 0;
  for (size_t i = 0; i < size(width); ++i) word |= uint32_t{bytes[index * size(width) + i]} << (8 * i);
  const int unused = 8 * (4 - width);
  return static_cast<int32_t>(word << unused) >> unused;
}

// y and h_last as they lie in memory, back in the order of sets_result.
class placed_results {
 public:
  placed_results(const set_case& c, device_bench& bench) : case_(c), bench_(bench), p_(bench.point) {}

  std::vector<int32_t> y() {
    std::vector<int32_t> values(size(case_.rest * case_.channels));
    read(case_.scan.addr_y, case_.rest, p_.num_lanes, p_.output_bytes(), [&](int row, int group, int lane) {
      return &values[size(row * case_.channels + group * p_.num_lanes + lane)];
    });
    return values;
  }
  std::vector<int32_t> h_last(size_t k) {
    std::vector<int32_t> values(size(case_.channels * case_.states));
    const int s = p_.states_per_lane;
    uint64_t at = case_.sets[k].addr_ht;
    each_tile([&](int first, int groups) {
      const int count = groups * case_.scan.passes * p_.num_lanes * s;
      const std::vector<uint8_t> bytes = bench_.read(at, size(count * p_.state_bytes()));
      for (int i = 0; i < count; ++i) {
        const int n = i % s, lane = i / s % p_.num_lanes, pass = i / (s * p_.num_lanes) % case_.scan.passes;
        const int group = first + i / (s * p_.num_lanes * case_.scan.passes);
        const int32_t state = stored(bytes, size(i), p_.state_bytes());
        if (pass * s + n < case_.states)
          values[size((group * p_.num_lanes + lane) * case_.states + pass * s + n)] = state;
        else
          CHECK(state == 0);
      }
      at += job_bytes(count * p_.state_bytes());
    });
    return values;
  }

 private:
  template <class Function>
  void each_tile(Function f) const {
    for (int first = 0; first < case_.scan.lane_groups; first += p_.interleave)
      f(first, std::min(p_.interleave, case_.scan.lane_groups - first));
  }
  uint64_t job_bytes(int bytes) const {
    const int w = p_.axi_bytes();
    return u64((bytes + w - 1) / w * w);
  }
  template <class Place>
  void read(uint64_t at, int rows, int lanes, int width, Place place) {
    each_tile([&](int first, int groups) {
      const int count = rows * groups * lanes;
      const std::vector<uint8_t> bytes = bench_.read(at, size(count * width));
      for (int i = 0; i < count; ++i)
        *place(i / (groups * lanes), first + i / lanes % groups, i % lanes) = stored(bytes, size(i), width);
      at += job_bytes(count * width);
    });
  }

  const set_case& case_;
  device_bench& bench_;
  const design_point& p_;
};

void check_saturations(device_bench& bench, const hls::saturation_counts& want) {
  CHECK(bench.counter("delta_softplus", "saturations_delta") == want.delta);
  CHECK(bench.counter("delta_softplus", "saturations_du") == want.du);
  CHECK(bench.counter("delta_softplus", "saturations_skip") == want.skip);
  CHECK(bench.counter("scan_serial", "saturations_state") == want.state);
  CHECK(bench.counter("gate_silu", "saturations_v") == want.v);
  CHECK(bench.counter("gate_silu", "saturations_y") == want.y);
  CHECK(bench.counter("gate_silu", "saturations_quant") == want.quant);
}

// Every counter of an event, also those that have to stay 0.
void check_events(device_bench& bench, event_map want) {
  for (const counter_name& name : counter_names) {
    if (name.kind != counter_class::event) continue;
    CAPTURE(name.block, name.event);
    CHECK(bench.counter(name.block, name.event) ==
          want[std::string(name.block) + "." + std::string(name.event)]);
  }
}

struct seen_sets {
  uint64_t packed = 0, taps = 0, plain_drives = 0, linear_gates = 0, sums_cut = 0, adds = 0, muted = 0,
           holds = 0, resets = 0, lists = 0, unwritten = 0;
};

void check_case(device_bench& bench, std::mt19937_64& random, seen_sets& seen) {
  set_case c = random_set_case(bench.point, random);
  const placed_case placed = place_case(c, bench, random);
  add_case(c, bench);
  const uint64_t descriptors = 1 + c.sets.size();
  CAPTURE(c.sets.size(), c.tokens, c.rest, c.scan.lane_groups, c.scan.passes, c.scan.log2_packed);
  REQUIRE(bench.run() == csr::status_done);
  const sets_result want = plain_evaluation(c, bench.point).run();
  placed_results got(c, bench);
  CHECK(got.y() == want.y);
  for (size_t k = 0; k < c.sets.size(); ++k)
    if (c.sets[k].store_state) CHECK(got.h_last(k) == want.h_last[k]);
  check_saturations(bench, want.saturations);
  event_map events = plain_counting(c, bench.point).run(placed, descriptors);
  check_events(bench, events);
  seen.packed += c.scan.log2_packed > 0;
  for (const hls::set_descriptor& set : c.sets) {
    seen.taps += set.tap_pre, seen.plain_drives += set.plain_drive, seen.linear_gates += set.linear_gate;
  }
  seen.sums_cut += want.sums_cut, seen.adds += events["gate_silu.y_add_ops"];
  seen.muted += events["gate_silu.muted_rows"], seen.holds += events["scan_tokens.holds"];
  seen.resets += events["scan_tokens.resets"], seen.lists += events["scan_tokens.list_read_bits"];
  seen.unwritten += u64(static_cast<int>(std::count(want.y.begin(), want.y.end(), 0)));
}

void check_cases(const design_point& point, int cases, std::mt19937_64& random, seen_sets& seen) {
  CAPTURE(point.name, point.num_lanes, point.states_per_lane, point.interleave, point.operand_bits,
          point.state_bits, point.output_bits, point.exp_segments, point.axi_data_bits, point.max_sets);
  for (int i = 0; i < cases; ++i) {
    device_bench bench(point);
    bench.resize(size_t{32} << 20);
    check_case(bench, random, seen);
  }
}

}  // namespace

TEST_CASE("hls_sets hls y, h_last, saturations and events are those of plain loops over channels",
          "[property][hls]") {
  const uint64_t seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  seen_sets seen;
  for (const design_point& point : corner_points())
    check_cases(with_sets(point, pick(random, 1, 8)), 10, random, seen);
  check_cases(with_sets(square_point(), 8), 3, random, seen);
  for (int i = 0; i < 60; ++i) {
    const design_point point = coin(random) ? random_low_point(random) : random_wide_point(random);
    check_cases(with_sets(point, pick(random, 1, 8)), 1, random, seen);
  }
  CHECK(seen.packed > 0);
  CHECK(seen.taps > 0);
  CHECK(seen.plain_drives > 0);
  CHECK(seen.linear_gates > 0);
  CHECK(seen.sums_cut > 0);
  CHECK(seen.adds > 0);
  CHECK(seen.muted > 0);
  CHECK(seen.holds > 0);
  CHECK(seen.resets > 0);
  CHECK(seen.lists > 0);
  CHECK(seen.unwritten > 0);
}

TEST_CASE("hls_sets hls a machine with units runs them too", "[property][hls]") {
  const uint64_t seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  seen_sets seen;
  for (const char* name : unit_points)
    check_cases(with_sets(load_design_point(name, config_directory()), 4), 3, random, seen);
}

}  // namespace scansim::test
