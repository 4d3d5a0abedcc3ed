// packed_rows: what a beat reads of a packed row of A, B or C (hls/scan/state_packing.h), spread to the row
// of S states a lane that the arithmetic takes. Contract: one beat at a time; a row given back is valid until
// the next of its kind.
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

  const uint8_t* b(const uint8_t* row, const hls::state_packing& packing, int token) {
    return of_token(row, packing, token, b_);
  }
  const uint8_t* c(const uint8_t* row, const hls::state_packing& packing, int token) {
    return of_token(row, packing, token, c_);
  }
  // `row`: where the row of lane group `group` begins.
  const uint8_t* a(const uint8_t* row, const hls::state_packing& packing, int group) {
    for (int lane = 0; lane < lanes_; ++lane) {
      const int from = lane * packing.lane_width() + packing.group_first(group);
      std::memcpy(a_.data() + static_cast<size_t>(lane) * lane_bytes_,
                  row + static_cast<size_t>(from) * bytes_, static_cast<size_t>(packing.width()) * bytes_);
    }
    return a_.data();
  }

  // Before a tile: values beyond the width are 0.
  void clear() {
    for (std::vector<uint8_t>* row : {&a_, &b_, &c_}) std::fill(row->begin(), row->end(), uint8_t{0});
  }

 private:
  const uint8_t* of_token(const uint8_t* row, const hls::state_packing& packing, int token,
                          std::vector<uint8_t>& to) const {
    std::memcpy(to.data(), row + static_cast<size_t>(packing.token_first(token)) * bytes_,
                static_cast<size_t>(packing.width()) * bytes_);
    return to.data();
  }

  int lanes_;
  size_t bytes_, lane_bytes_;
  std::vector<uint8_t> a_, b_, c_;
};

}  // namespace scansim
