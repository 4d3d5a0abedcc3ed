// timed_fifo: a valid/ready FIFO of depth F as payload and two sequences of times (sim/README.md, section 3):
//   push(i) >= credit_time() = pop(i-F) + 1,   pop(i) >= front_time() = the cycle from which entry i is
//   visible
// Contract: one producer process, one consumer process; the producer calls credit_time, fills back(), then
// push; the consumer calls front_time, reads front(), then pop. Times given must respect the two rules; only
// the waiting for what the other side has not *processed* yet is done here, by suspending the calling
// process. A pipelined producer passes issue + latency as the visible cycle, a register FIFO push + 1. See
// time_line.h for why process order cannot matter.
#pragma once
#include "sim/stream/time_line.h"

namespace scansim {

template <class T>
class timed_fifo {
 public:
  explicit timed_fifo(int depth)
      : depth_(depth),
        entries_(std::bit_ceil(static_cast<size_t>(depth))),
        mask_(entries_.size() - 1),
        visible_(depth),
        pops_(depth) {}

  void reset() {
    pushed_ = popped_ = 0;
    visible_.reset();
    pops_.reset();
  }

  // Producer. The cycle from which the next entry may be pushed (or issued, in front of a pipeline).
  cycle_t credit_time() { return pops_.at(pushed_ - depth_) + 1; }
  // The next entry's payload, to be written in place; valid between credit_time and push.
  T& back() { return entries_[static_cast<size_t>(pushed_) & mask_]; }
  void push(cycle_t visible) {
    ++pushed_;
    visible_.record(visible);
  }
  void close() { visible_.close(); }
  // The pop of the newest entry, suspending until it is known; -1 when there was none.
  cycle_t last_pop() { return pops_.at(pushed_ - 1); }

  int64_t pushed() const { return pushed_; }
  // From now on every pop is kept in `all` too; nullptr: no more.
  void keep_pops(std::vector<cycle_t>* all) { pops_.keep(all); }

  // The cycles from which entries are visible, each told with the entry in newest(); those of the pops.
  void listen(time_listener* entries, time_listener* pops) { visible_.listen(entries), pops_.listen(pops); }

  void append_to(time_state& to, event_unit unit) const {
    visible_.append_to(to, unit), pops_.append_to(to, unit);
  }
  int64_t popped() const { return popped_; }

  // The newest entry. Precondition: there was one.
  const T& newest() const { return entries_[static_cast<size_t>(pushed_ - 1) & mask_]; }

  // Consumer. True when nothing more will come.
  bool ended() { return visible_.ended(popped_); }
  cycle_t front_time() { return visible_.at(popped_); }
  const T& front() const { return entries_[static_cast<size_t>(popped_) & mask_]; }
  void pop(cycle_t time) {
    ++popped_;
    pops_.record(time);
  }

 private:
  int64_t depth_;
  std::vector<T> entries_;
  size_t mask_;
  int64_t pushed_ = 0, popped_ = 0;
  time_line visible_, pops_;
};

}  // namespace scansim
