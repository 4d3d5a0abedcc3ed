#include "sim/scan/lane_words.h"

namespace scansim {
namespace {

ready_shift ready(int by) { return {(int64_t{1} << by) >> 1, by}; }

ready_range range_of(int bits) { return {-(int64_t{1} << (bits - 1)), (int64_t{1} << (bits - 1)) - 1}; }

}  // namespace

lane_constants::lane_constants(const hls::scan_shifts& shifts, const hls::widths& widths)
    : delta(ready(shifts.delta)),
      bias(ready(shifts.bias)),
      z(ready(shifts.z)),
      dt2(ready(shifts.dt2)),
      du(ready(shifts.du)),
      skip(ready(shifts.skip)),
      v(ready(shifts.v)),
      y(ready(shifts.y)),
      quant(shifts.quant),
      du_range_(range_of(widths.du_bits())),
      acc_range_(range_of(widths.acc_bits())) {}

}  // namespace scansim
