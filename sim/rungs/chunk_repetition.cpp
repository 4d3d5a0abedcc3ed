#include "sim/rungs/chunk_repetition.h"

#include <algorithm>
#include <numeric>

namespace scansim {
namespace {

constexpr int64_t most_period = 64;
constexpr size_t most_states = 128;  // and four periods

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

// Events of so many whole chunks.
event_steps steps_of(const hls::scan_descriptor& d, int64_t tiles, int64_t chunks) {
  const int64_t jobs = tiles * (3 + (d.has_z ? 1 : 0)) + 2;  // u, delta, z and y of a tile, b and c
  const int64_t rows = int64_t{d.lane_groups} * d.chunk_tokens;
  const int64_t tokens = tiles * d.chunk_tokens;
  return {0, chunks * tiles, chunks * tokens, chunks * rows, chunks, chunks * jobs};
}

void add_times(memory_counters& sum, const memory_counters& before, const memory_counters& after,
               uint64_t times) {
  if (sum.empty())
    for (const auto& [name, value] : before) sum.emplace_back(name, 0);
  for (size_t i = 0; i < sum.size(); ++i) sum[i].second += times * (after[i].second - before[i].second);
}

}  // namespace

chunk_repetition::chunk_repetition(machine& blocks, const memory_timing& memory, int interleave)
    : blocks_(blocks), memory_(memory), interleave_(interleave) {}

void chunk_repetition::begin(const hls::scan_descriptor& d) {
  period_ = period_of(d);
  done_ = period_ > most_period;
  tiles_ = (d.lane_groups + interleave_ - 1) / interleave_;
  first_chunk_done_ = blocks_.tiles_commanded() + tiles_;
  taken_ = 0;
  if (!done_) last_.resize(static_cast<size_t>(period_) + 1);
}

uint32_t chunk_repetition::left_out(const hls::scan_descriptor& d, uint32_t chunk) {
  if (chunk == 0) begin(d);
  // The first chunk is another: it loads, and may be the short one. Nobody may be in it any more.
  const int64_t behind = int64_t{d.num_chunks} - 1 - chunk;
  if (done_ || behind < period_ || blocks_.tiles_done() < first_chunk_done_) return 0;
  const size_t places = last_.size();
  snapshot& now = last_[taken_++ % places];
  done_ = !take(d, now) || taken_ > most_states + 4 * places;
  if (done_ || taken_ < places) return 0;
  const snapshot& before = last_[taken_ % places];
  if (!later_by(before.state, now.state, steps_of(d, tiles_, period_))) return 0;
  done_ = true;
  const auto times = static_cast<uint64_t>(behind / period_);
  add(before, now, times);
  chunks_ += times * static_cast<uint64_t>(period_);
  return static_cast<uint32_t>(times * static_cast<uint64_t>(period_));
}

bool chunk_repetition::take(const hls::scan_descriptor& d, snapshot& to) {
  to.state.clear();
  if (!memory_.append_state(to.state)) return false;
  blocks_.append_state(d, to.state);
  to.counters = blocks_.counters_at(to.state.latest());
  to.events = memory_.counters();
  return true;
}

void chunk_repetition::add(const snapshot& before, const snapshot& after, uint64_t times) {
  cycles_ += static_cast<cycle_t>(times) * (after.state.latest() - before.state.latest());
  for (size_t i = 0; i < counters_.size(); ++i)
    counters_[i] += times * (after.counters[i] - before.counters[i]);
  add_times(events_, before.events, after.events, times);
}

void chunk_repetition::add_to(machine_run& run, memory_counters& events) const {
  run.cycles += cycles_;
  for (size_t i = 0; i < counters_.size(); ++i) run.counters[i] += counters_[i];
  for (size_t i = 0; i < events_.size(); ++i) events.at(i).second += events_[i].second;
}

}  // namespace scansim
