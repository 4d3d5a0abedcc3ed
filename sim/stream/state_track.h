// state_track: what every cycle of a block was, in order, equal neighbours as one run; for its timeline.
// Contract: add() is called for every cycle of a start once, from cycle 0 on; what lies in the window is
// kept, at most `most` runs of it, the first ones: events() counts on to the one that is too many. A run
// takes one to three bytes as a rule: groups of 7 bits, the lowest first, the highest bit says that more
// follow; the value is length * 4 + state. state_cursor reads them again.
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/mem/memory_timing.h"

namespace scansim {

// As in the counters of a block (hls/map/counter_map.h).
enum class block_state : uint8_t { busy, wait_in, wait_out, idle };

struct state_run {
  block_state state = block_state::idle;
  cycle_t first = 0, cycles = 0;
  cycle_t end() const { return first + cycles; }
  bool operator==(const state_run&) const = default;
};

// `first` to `last` of a start, both included, and of one kind of event so many.
struct track_window {
  cycle_t first = 0, last = INT64_MAX;
  int64_t most = INT64_MAX;
};

class state_track {
 public:
  // Empty, before cycle 0.
  void restart(const track_window& window) {
    *this = {};
    window_ = window;
  }

  void add(block_state state, cycle_t cycles) {
    const cycle_t from = std::max(next_, window_.first), end = next_ + cycles;
    next_ = end;
    const cycle_t kept = (end > window_.last ? window_.last + 1 : end) - from;
    if (kept <= 0) return;
    if (state != state_) close();
    state_ = state;
    length_ += kept;
  }
  // After the last cycle.
  void finish() { close(); }

  int64_t events() const { return events_; }  // runs that are not idle
  const std::vector<uint8_t>& bytes() const { return bytes_; }

 private:
  void close() {
    if (length_ == 0) return;
    if (events_ <= window_.most) {
      put(static_cast<uint64_t>(length_) * 4 + static_cast<uint64_t>(state_));
      if (state_ != block_state::idle) ++events_;
    }
    length_ = 0;
  }
  void put(uint64_t value) {
    for (; value >= 128; value >>= 7) bytes_.push_back(static_cast<uint8_t>(value | 128));
    bytes_.push_back(static_cast<uint8_t>(value));
  }

  track_window window_;
  cycle_t next_ = 0;
  block_state state_ = block_state::idle;  // of the run that is open
  cycle_t length_ = 0;
  int64_t events_ = 0;
  std::vector<uint8_t> bytes_;
};

// The runs that are not idle, one after the other.
class state_cursor {
 public:
  // `first`: the cycle of the first run.
  state_cursor(const std::vector<uint8_t>& bytes, cycle_t first) : bytes_(&bytes) {
    run_.first = first;
    next();
  }
  bool ended() const { return ended_; }
  const state_run& run() const { return run_; }
  void next() {
    do {
      run_.first = run_.end();
      run_.cycles = 0;
      ended_ = at_ >= bytes_->size();
      if (ended_) return;
      const uint64_t value = take();
      run_.state = static_cast<block_state>(value & 3);
      run_.cycles = static_cast<cycle_t>(value >> 2);
    } while (run_.state == block_state::idle);
  }

 private:
  uint64_t take() {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const uint8_t byte = (*bytes_)[at_++];
      value |= uint64_t{byte & 127u} << shift;
      if (byte < 128) return value;
    }
  }

  const std::vector<uint8_t>* bytes_;
  size_t at_ = 0;
  state_run run_;
  bool ended_ = false;
};

}  // namespace scansim
