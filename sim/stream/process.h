// process: what runs a block's code. It suspends itself until somebody has made what it waits for, and that
// somebody resumes it; the block knows no more of who schedules it: fibers (fiber_group.h) that take turns,
// in one thread (fiber_host.h) or in threads of SystemC (systemc_host.h). Contract: suspend and yield are
// called by the process itself, resume by another of the same host. What a process computes does not depend
// on the order in which processes run (time_line.h).
#pragma once
#include <cstdint>

namespace scansim {

class process {
 public:
  process() = default;
  process(const process&) = delete;
  process& operator=(const process&) = delete;
  virtual ~process() = default;

  // The one that calls.
  static process& running() { return *running_; }

  virtual void suspend() = 0;
  virtual void resume() = 0;
  virtual void yield() = 0;  // lets the others run first

 protected:
  static inline thread_local process* running_ = nullptr;
};

// Test hook: not 0 makes processes yield at random points, so that their order differs from seed to seed.
class schedule_noise {
 public:
  static void seed(uint64_t value) { state_ = value; }
  static void maybe_yield() {
    if (state_ == 0) return;
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    for (uint64_t i = state_ >> 61; i > 4; --i) process::running().yield();
  }
  static bool on() { return state_ != 0; }

 private:
  static inline uint64_t state_ = 0;
};

}  // namespace scansim
