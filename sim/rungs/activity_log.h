// activity_log: what happened in every start of a device, written down while it runs, for its timeline:
//   device_options.activity   what to keep, and where: the descriptor of an activity_log
//   activity_recorder         in the device: one machine_activity, filled by the machine and by port(), and
//                             appended to the log by end_start
// Contract: the descriptor serves every process that inherits it. The window is in cycles of all starts, one
// behind the other; blocks are cut at its ends, bursts and descriptors that touch it are kept whole. When a
// log has more than `most` events, starts behind are kept without theirs: so it is bounded. A log that the
// system has no room for costs the log and not the run: starts() says so.
#pragma once
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "sim/rungs/device.h"
#include "sim/top/machine_activity.h"

namespace scansim {

class activity_log {
 public:
  activity_log();  // throws tool_error if the system has no room
  ~activity_log();
  activity_log(const activity_log&) = delete;
  activity_log& operator=(const activity_log&) = delete;

  int descriptor() const { return descriptor_; }
  // Once the device is done: all `count` of them, or a tool_error.
  std::vector<recorded_start> starts(size_t count) const;

 private:
  int descriptor_;
};

class activity_recorder {
 public:
  explicit activity_recorder(const activity_request& request) : request_(request) {}

  bool wanted() const { return request_.log >= 0; }
  machine_activity& activity() { return activity_; }
  // A start: its memory, then its cycles, then what there is to keep of it.
  std::unique_ptr<memory_timing> port(std::unique_ptr<memory_timing> timing);
  void begin_start();
  void end_start();

 private:
  class recorded_port;
  void keep_read(const burst_span& read);
  void begin_write(const burst_span& write);
  void end_write(cycle_t response);
  bool in_window(cycle_t first, cycle_t last) const;

  activity_request request_;
  machine_activity activity_;
  std::deque<burst_span> open_writes_;
  uint64_t cycles_before_ = 0;  // of the starts that are over
  int64_t events_ = 0;          // kept of them
};

}  // namespace scansim
