// The rules of scans with sets (sim/SETS.md, section 5), once in C++: the hls device and the SystemC
// sequencer ask here. set_record_check goes through the descriptors of a run in their order. Contract: pure
// arithmetic; error_code::sets or none.
#pragma once
#include "hls/map/csr_map.h"
#include "hls/scan/set_descriptor.h"
#include "sim/stream/machine_shape.h"

namespace scansim {

// Rows of B that each set of a descriptor takes, in whole beats.
inline int64_t set_bc_rows(const machine_shape& shape, const hls::scan_descriptor& d) {
  const int64_t rows = int64_t{shape.packing(d.log2_packed).token_rows(d.chunk_tokens)} * d.passes;
  return shape.whole_beats(rows * shape.bc_row()) / shape.bc_row();
}

// Rows of A of a tile, and the bytes of one.
inline int64_t set_a_rows(const machine_shape& shape, const hls::scan_descriptor& d, int groups) {
  return int64_t{shape.packing(d.log2_packed).group_rows(groups)} * d.passes;
}
inline int64_t set_a_row(const machine_shape& shape, const hls::scan_descriptor& d) {
  return shape.packed_a_row(shape.packing(d.log2_packed));
}

// Entries that its list takes, in whole beats.
inline int64_t set_list_entries(const machine_shape& shape, int positions) {
  return shape.whole_beats(int64_t{positions} * hls::list_entry_bytes) / hls::list_entry_bytes;
}

inline csr::error_code check_scan_of_sets(const hls::scan_descriptor& d, const machine_shape& shape,
                                          uint32_t descriptors_behind) {
  const bool plain_flag = d.reverse || d.resume || d.keep || d.banked;
  const bool packing = d.log2_packed == 0 || (!d.local && d.passes == 1 && shape.states >> d.log2_packed > 0);
  const bool legal =
      d.sets <= shape.max_sets && d.sets <= descriptors_behind && d.num_chunks == 1 && !plain_flag && packing;
  return legal ? csr::error_code::none : csr::error_code::sets;
}

class set_record_check {
 public:
  // Records that are still due.
  int due() const { return due_; }

  void begin(const hls::scan_descriptor& d, const machine_shape& shape) {
    due_ = d.sets;
    first_ = true, has_z_ = d.has_z;
    scratch_bytes_ = d.local ? shape.scratch_bytes() : 0;
    rows_ = set_bc_rows(shape, d);
    states_ = d.passes * shape.packing(d.log2_packed).width();
    b_rows_ = c_rows_ = entries_ = 0;
  }

  csr::error_code take(const hls::set_descriptor& d, const machine_shape& shape) {
    const auto uses = [&](hls::token_map map) {
      const auto code = static_cast<uint8_t>(map);
      return d.map_u == code || d.map_p == code || d.map_out == code;
    };
    const bool codes = std::max({d.map_u, d.map_p, d.map_out}) < hls::num_token_maps;
    const bool list = d.has_list || (!uses(hls::token_map::list_a) && !uses(hls::token_map::list_b));
    const bool affine = !uses(hls::token_map::affine) || (d.n0 > 0 && d.n1 > 0);
    if (d.has_list) entries_ += set_list_entries(shape, d.positions);
    if (!d.same_b) b_rows_ += rows_;
    if (!d.same_c) c_rows_ += rows_;
    const bool places = scratch_bytes_ == 0 || in_scratch(d);
    const bool same = !first_ || !(d.same_delta || d.same_b || d.same_c || d.same_params);
    first_ = false;
    --due_;
    const bool states = d.states > 0 && d.states <= states_;
    const bool legal = due_ >= 0 && d.positions > 0 && states && codes && list && affine && same && places &&
                       (!d.gate || has_z_) && (!d.linear_gate || d.gate) &&
                       entries_ <= shape.set_list_capacity() &&
                       std::max(b_rows_, c_rows_) <= shape.set_bc_capacity();
    return legal ? csr::error_code::none : csr::error_code::sets;
  }

 private:
  // What a record of a local scan reads from the scratch.
  bool in_scratch(const hls::set_descriptor& d) const {
    const auto inside = [this](bool elsewhere, uint64_t address) {
      return elsewhere || address < scratch_bytes_;
    };
    return inside(!d.own_u, d.addr_u) && inside(d.same_delta, d.addr_delta) && inside(d.same_b, d.addr_b) &&
           inside(d.same_c, d.addr_c);
  }

  int due_ = 0;
  int states_ = 0;  // that a token's rows hold
  bool first_ = true, has_z_ = false;
  uint64_t scratch_bytes_ = 0;  // 0: operands lie in memory
  int64_t rows_ = 0, b_rows_ = 0, c_rows_ = 0, entries_ = 0;
};

}  // namespace scansim
