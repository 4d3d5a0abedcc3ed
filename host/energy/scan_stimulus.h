// Vectors of the units of a scan, in the order in which the machine issues them (sim/README.md): chunks of
// tokens, in a chunk tiles of `interleave` lane groups, in a tile token by token, group by group, pass by
// pass; of one lane, and in it one state.
//   exp_pwl, scan_pe: an operation is a state update;  delta_lane, gate_lane: a row of a channel
// Contract: sequence 0, so many beats of each of several lanes and states; the same integers as on hls.
// Errors: input_error if the call has what the unit alone cannot show (sets).
#pragma once
#include "host/energy/unit_data.h"
#include "host/energy/unit_stimulus.h"

namespace scansim {

struct drive_size {
  uint64_t beats = 600;  // counted cycles in which operations begin, in all
  int places = 4;        // lanes and states that they are of
};

// Slots of the states beside a processing element.
int scan_slots(const design_point& point);

unit_stimulus drive_scan_pe(const unit_data& data, const design_point& point, const drive_size& size);
unit_stimulus drive_exp_pwl(const unit_data& data, const design_point& point, const drive_size& size);
unit_stimulus drive_delta_lane(const unit_data& data, const design_point& point, const drive_size& size);
unit_stimulus drive_gate_lane(const unit_data& data, const design_point& point, const drive_size& size);

// A lane's share of the queue between delta_softplus and scan_serial, one entry in and one out a cycle.
unit_stimulus drive_dt_fifo(const unit_data& data, const design_point& point, const drive_size& size);

}  // namespace scansim
