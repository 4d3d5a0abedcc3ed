// The rows of one lane of the scan array in the order of the machine, and what hls makes of them. Contract:
// sequence 0 of the call from its first chunk on; a channel beyond the call's is zeros, as the machine pads.
// Internal to host/energy.
#pragma once
#include <map>
#include <vector>

#include "hls/scan/delta_softplus.h"
#include "hls/scan/scan_serial.h"
#include "host/quantise/quantised_scan.h"
#include "models/configs/design_point.h"

namespace scansim {

struct scan_row {
  int64_t channel = 0, token = 0;    // as stored, whatever the direction
  int group = 0;                     // in its tile: the slot is group * passes + pass
  bool first = false, last = false;  // token of the tile
};

// At most `rows`.
std::vector<scan_row> rows_of_lane(const quantised_scan& scan, const design_point& point, int lane,
                                   uint64_t rows);

struct scan_operands {
  int32_t delta = 0, u = 0, z = 0, bias = 0, d = 0;
};

// Runs the recurrence of channels row by row, in whatever order the rows of different channels come.
class scan_values {
 public:
  scan_values(const quantised_scan& scan, const design_point& point);

  struct step {  // of one state
    int32_t a = 0, b = 0, c = 0, before = 0, after = 0;
    uint32_t exponent = 0;
    int64_t product = 0;
    bool saturated = false;
  };
  struct row_values {
    scan_operands operands;
    hls::delta_result dt;
    hls::saturation_counts saturations;
    int64_t acc = 0;
    std::vector<step> steps;  // by state, padded to whole passes
  };
  row_values next(const scan_row& row);
  const hls::scan_shifts& shifts() const { return shifts_; }
  int passes() const { return passes_; }
  // The initial state, or zero.
  int32_t h0(int64_t channel, int64_t state) const;

 private:
  const quantised_scan& scan_;
  hls::widths widths_;
  hls::scan_shifts shifts_;
  int passes_, states_;
  std::map<int64_t, std::vector<int32_t>> h_;
};

}  // namespace scansim
