// time_line: the cycles t_0, t_1, ... of one sequence of events (pops of a FIFO, releases of a slot), written
// by one process and read by one other, both running ahead of each other as far as their inputs allow:
//   record(t)  appends t_i, never blocks;   at(i) = t_i, suspends the calling process until it is recorded
// Results do not depend on the order in which the host runs the processes: a time_line has one writer and
// one reader, reading blocks and cannot ask whether something is there, so the blocks form a Kahn process
// network, whose streams are functions of its inputs alone. Only the last `window` times are kept. The time
// of a simulation kernel is not used; cycles travel as data.
#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "sim/mem/time_state.h"
#include "sim/stream/process.h"

namespace scansim {

// Hears of every time of a sequence, while it is recorded.
class time_listener {
 public:
  virtual ~time_listener() = default;
  virtual void hear(cycle_t time) = 0;
};

class time_line {
 public:
  explicit time_line(int window)
      : times_(std::bit_ceil(static_cast<size_t>(window))), mask_(times_.size() - 1) {}

  // Back to an empty sequence. Only while no process waits.
  void reset() {
    count_ = 0;
    wanted_ = nobody;
    closed_ = false;
  }

  int64_t count() const { return count_; }
  cycle_t newest() const { return times_[static_cast<size_t>(count_ - 1) & mask_]; }  // of at least one

  // From now on every time is kept in `all` too; nullptr: no more.
  void keep(std::vector<cycle_t>* all) {
    all_ = all;
    is_heard_ = all_ != nullptr || listener_ != nullptr;
  }
  // From now on `to` hears of every time; nullptr: no more.
  void listen(time_listener* to) {
    listener_ = to;
    is_heard_ = all_ != nullptr || listener_ != nullptr;
  }

  [[gnu::always_inline]] void record(cycle_t time) {
    times_[static_cast<size_t>(count_) & mask_] = time;
    if (is_heard_) [[unlikely]]
      keep_too(time);
    if (count_++ == wanted_) wake();
  }

  // t_i; -1 for i < 0 (so that at(i) + 1 is cycle 0). Precondition: i > last recorded index - window.
  [[gnu::always_inline]] cycle_t at(int64_t i) {
    if (i < 0) return -1;
    if (i >= count_ || schedule_noise::on()) [[unlikely]]
      block(i);
    return times_[static_cast<size_t>(i) & mask_];
  }

  // How many, and those that somebody may still ask for. Apart from what a reader waits for.
  void append_to(time_state& to, event_unit unit) const {
    to.add_count(count_, unit);
    for (int64_t i = std::max<int64_t>(0, count_ - window()); i < count_; ++i)
      to.add_time(times_[static_cast<size_t>(i) & mask_]);
  }

  // Nothing more will be recorded.
  void close() {
    closed_ = true;
    if (wanted_ != nobody) wake();
  }

  // True when t_i will never exist; suspends until that is known.
  bool ended(int64_t i) {
    if (i >= count_) block(i);
    return i >= count_;
  }

 private:
  static constexpr int64_t nobody = INT64_MAX;

  int64_t window() const { return static_cast<int64_t>(times_.size()); }

  // Apart, so that what happens at every time is small enough to stand where it is called.
  [[gnu::noinline]] void wake() {
    wanted_ = nobody;
    waiting_->resume();
  }

  [[gnu::noinline]] void keep_too(cycle_t time) {
    if (all_ != nullptr) all_->push_back(time);
    if (listener_ != nullptr) listener_->hear(time);
  }

  [[gnu::noinline]] void block(int64_t i) {
    schedule_noise::maybe_yield();
    while (i >= count_ && !closed_) {
      wanted_ = i;
      waiting_ = &process::running();
      waiting_->suspend();
    }
  }

  std::vector<cycle_t> times_;
  size_t mask_;
  int64_t count_ = 0;
  int64_t wanted_ = nobody;
  bool closed_ = false;
  process* waiting_ = nullptr;  // the reader, while wanted_ says for what
  std::vector<cycle_t>* all_ = nullptr;
  time_listener* listener_ = nullptr;
  bool is_heard_ = false;
};

}  // namespace scansim
