// The scan's states that stay on chip between the descriptors of the hls rung (resume, keep in
// sim/PROGRAM.md, section 3): the state memory, rows ((first_group + lane group) · passes + pass), and the
// slot file, which has them instead when a scan is one tile and not banked. Contract: settle() after every
// scan, resume() before one with that flag; resuming rows that no scan left behind is a tool_error. `h` is
// the array of hls/scan/scan_top.h. Contents outlive a start.
#pragma once
#include <vector>

#include "sim/rungs/hls_device.h"
#include "sim/stream/machine_shape.h"

namespace scansim {

class hls_unit_states {
 public:
  explicit hls_unit_states(const machine_shape& shape);
  void resume(const hls::scan_descriptor& d, const hls::scan_machine& machine, int16_t* h) const;
  void settle(const hls::scan_descriptor& d, const hls::scan_machine& machine, const int16_t* h);
  void lose_slots();  // behind a scan with sets

 private:
  struct rows {
    std::vector<int16_t> values;
    std::vector<bool> held;
  };
  bool single(const hls::scan_descriptor& d) const { return hls::keeps_in_slots(d, interleave_); }
  size_t first_row(const hls::scan_descriptor& d) const;  // of its memory
  static void forget(rows& from, size_t first, size_t count);

  int interleave_;
  size_t row_states_;
  rows memory_, slots_;
};

}  // namespace scansim
