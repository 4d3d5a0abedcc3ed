// rtl_activity: one start of a Verilated machine as a machine_activity, cycle by cycle from what the library
// shows (rtl_activity_abi.h): the state of a block is the stall counter that gains. Contract: begin() before
// cycle 0, add() for every cycle, finish() behind the last; ports and cycles that do not count pass.
#pragma once
#include "models/configs/design_point.h"
#include "sim/cosim/rtl_activity_abi.h"
#include "sim/top/machine_activity.h"

namespace scansim {

class rtl_activity {
 public:
  rtl_activity(const design_point& point, machine_activity& to);

  void begin();
  void add(const scansim_rtl_activity& cycle);
  void finish();

 private:
  machine_activity& to_;
  size_t blocks_;  // that the machine has
  cycle_t next_ = 0;
  std::vector<descriptor_load> loads_;
  std::array<int64_t, num_command_queues> pushed_{};
  queue_pops pops_;
};

}  // namespace scansim
