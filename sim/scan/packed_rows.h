// packed_rows: what a beat reads of a row of A, B or C that is packed (hls/scan/state_packing.h) or holds
// states that do not live, spread to the row of S states a lane that the arithmetic takes; all others are 0.
// `live`: states of the beat that live. Contract: one beat at a time; a row given back is valid until the
// next of its kind.
#pragma once
#include <cstring>
#include <vector>

#include "hls/scan/state_packing.h"
#include "sim/stream/machine_shape.h"

namespace scansim {

class packed_rows {
 public:
  explicit packed_rows(const machine_shape& shape)
      : lanes_(shape.lanes),
        bytes_(static_cast<size_t>(shape.operand_bytes)),
        lane_bytes_(static_cast<size_t>(shape.bc_row())),
        a_(static_cast<size_t>(shape.a_row())),
        b_(lane_bytes_),
        c_(lane_bytes_) {}

  const uint8_t* b(const uint8_t* row, const hls::state_packing& packing, int token, int live) {
    return of_token(row, packing, token, live, b_);
  }
  const uint8_t* c(const uint8_t* row, const hls::state_packing& packing, int token, int live) {
    return of_token(row, packing, token, live, c_);
  }
  // `row`: where the row of lane group `group` begins.
  const uint8_t* a(const uint8_t* row, const hls::state_packing& packing, int group, int live) {
    for (int lane = 0; lane < lanes_; ++lane)
      spread(row, lane * packing.lane_width() + packing.group_first(group), live,
             a_.data() + static_cast<size_t>(lane) * lane_bytes_);
    return a_.data();
  }

 private:
  const uint8_t* of_token(const uint8_t* row, const hls::state_packing& packing, int token, int live,
                          std::vector<uint8_t>& to) const {
    spread(row, packing.token_first(token), live, to.data());
    return to.data();
  }
  void spread(const uint8_t* row, int first, int live, uint8_t* to) const {
    const size_t bytes = static_cast<size_t>(live) * bytes_;
    std::memcpy(to, row + static_cast<size_t>(first) * bytes_, bytes);
    std::memset(to + bytes, 0, lane_bytes_ - bytes);
  }

  int lanes_;
  size_t bytes_, lane_bytes_;
  std::vector<uint8_t> a_, b_, c_;
};

}  // namespace scansim
