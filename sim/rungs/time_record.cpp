#include "sim/rungs/time_record.h"

#include <algorithm>

namespace scansim {

// Keeps what happens on the five channels, in the order of each.
class time_record::recorded_port final : public memory_timing {
 public:
  recorded_port(time_record& to, memory_timing& timing, int read_outstanding) : timing_(timing) {
    const int64_t bursts = std::max(timing.look_back(), read_outstanding) + 1;
    for (time_stream** stream : {&ar_, &r_last_, &aw_, &b_}) *stream = &to.add(bursts);
    for (time_stream** stream : {&r_, &w_}) *stream = &to.add(1);
    phase_ = &to.add(1, false);
  }

  cycle_t read_address(const burst& command, cycle_t valid, std::span<cycle_t> beat_valid) override {
    const cycle_t accept = timing_.read_address(command, valid, beat_valid);
    ar_->times.push_back(accept);
    r_->times.insert(r_->times.end(), beat_valid.begin(), beat_valid.begin() + command.beats);
    r_last_->times.push_back(r_->times.back());
    phase_->times.push_back(timing_.phase());
    return accept;
  }
  cycle_t write_address(const burst& command, cycle_t valid) override {
    const cycle_t accept = timing_.write_address(command, valid);
    aw_->times.push_back(accept);
    phase_->times.push_back(timing_.phase());
    return accept;
  }
  cycle_t write_data(cycle_t valid) override { return kept(*w_, timing_.write_data(valid)); }
  cycle_t write_response(cycle_t last_data) override { return kept(*b_, timing_.write_response(last_data)); }
  memory_counters counters() const override { return timing_.counters(); }

 private:
  static cycle_t kept(time_stream& stream, cycle_t time) {
    stream.times.push_back(time);
    return time;
  }

  memory_timing& timing_;
  time_stream *ar_ = nullptr, *r_ = nullptr, *r_last_ = nullptr, *aw_ = nullptr, *w_ = nullptr, *b_ = nullptr,
              *phase_ = nullptr;
};

time_stream& time_record::add(int64_t look_back, bool shifts) {
  streams_.push_back(std::make_unique<time_stream>(time_stream{{}, look_back, shifts}));
  return *streams_.back();
}

time_record::time_record(machine& blocks, memory_timing& memory, int read_outstanding) : blocks_(blocks) {
  blocks_.each_time_line([this](time_line& line) { line.keep(&add(line.window()).times); });
  port_ = std::make_unique<recorded_port>(*this, memory, read_outstanding);
}

time_record::~time_record() {
  blocks_.each_time_line([](time_line& line) { line.keep(nullptr); });
}

namespace {

// Chunks K, first and last, for which a stream repeats itself as far back as anybody looks.
struct chunk_range {
  int64_t first = 0, last = INT64_MAX;
};

int64_t ceil_div(int64_t a, int64_t b) { return a >= 0 ? (a + b - 1) / b : -(-a / b); }
int64_t floor_div(int64_t a, int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

bool narrow(chunk_range& range, const time_stream& a, const time_stream& b, const run_times& of_a,
            int64_t more_chunks, cycle_t later, int64_t lag) {
  const auto count = static_cast<int64_t>(a.times.size());
  const int64_t more = static_cast<int64_t>(b.times.size()) - count;
  if (more < 0) return false;
  const cycle_t shift = a.shifts ? later : 0;
  int64_t same = 0, same_behind = 0;
  while (same < count && a.times[same] == b.times[same]) ++same;
  while (same_behind < count &&
         a.times[count - 1 - same_behind] + shift == b.times[count + more - 1 - same_behind])
    ++same_behind;
  const int64_t first = count - same_behind;  // from here to `same` B repeats itself
  if (more == 0) return first <= same;        // only in front of, or behind, what repeats
  if (more % more_chunks != 0) return false;
  const int64_t each = more / more_chunks, at_ends = count - of_a.chunks * each;
  const int64_t low = std::min<int64_t>(0, at_ends), high = std::max<int64_t>(0, at_ends);
  range.first = std::max(range.first, ceil_div(first + a.look_back - low, each) + lag);
  range.last = std::min(range.last, floor_div(same - high, each) - lag);
  return range.first <= range.last;
}

}  // namespace

bool repeats(const run_times& a, const run_times& b, int64_t lag) {
  const auto& before = a.times.streams();
  const auto& after = b.times.streams();
  if (before.size() != after.size() || b.chunks <= a.chunks) return false;
  chunk_range range;
  for (size_t i = 0; i < before.size(); ++i)
    if (!narrow(range, *before[i], *after[i], a, b.chunks - a.chunks, b.cycles - a.cycles, lag)) return false;
  return true;
}

}  // namespace scansim
