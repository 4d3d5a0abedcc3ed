// The memory jobs of a scan descriptor with its set records (sim/SETS.md, section 3): walk_set_jobs calls
// visit(set, lane groups) for every (tile, set) and job(walk_job, set) for every region of it that is read or
// written, in the order of the items of a (tile, set). Contract: descriptor and records are legal.
#pragma once
#include <vector>

#include "hls/scan/set_descriptor.h"
#include "sim/rungs/walk_jobs.h"
#include "sim/set_check.h"

namespace scansim {

struct set_scan {
  hls::scan_descriptor descriptor;
  std::vector<hls::set_descriptor> sets;  // as many as the descriptor names
};

// One tile of such a scan: where its regions begin, behind those of the tiles before.
class set_tile {
 public:
  set_tile(const set_scan& scan, const machine_shape& shape) : scan_(scan), shape_(shape) {}

  int first_group() const { return first_group_; }
  int groups() const { return std::min(shape_.interleave, scan_.descriptor.lane_groups - first_group_); }
  void next() {
    u_ += u_bytes(), z_ += z_bytes(), y_ += y_bytes(), a_ += a_bytes(), db_ += db_bytes(), h_ += h_bytes();
    first_group_ += shape_.interleave;
  }

  template <class Job>
  void walk(int set, Job job) const {
    using enum walk_region;
    const hls::scan_descriptor& d = scan_.descriptor;
    const hls::set_descriptor& s = scan_.sets[static_cast<size_t>(set)];
    const bool first_tile = first_group_ == 0, first_set = set == 0, last_set = set + 1 == d.sets;
    const auto give = [&](walk_region region, uint64_t address, uint64_t size) {
      job(walk_job{region, false, address, size}, set);
    };
    const auto operand = [&](walk_region region, uint64_t address, uint64_t size) {
      job(walk_job{region, d.local, address, size}, set);
    };
    if (first_tile && s.has_list) give(list, s.addr_list, bytes(s.positions, hls::list_entry_bytes));
    if (!s.same_params) {
      give(db, s.addr_db + db_, db_bytes());
      give(a, s.addr_a + a_, a_bytes());
    }
    if (first_tile && !s.same_b) operand(b, s.addr_b, bc_bytes());
    if (first_tile && !s.same_c) operand(c, s.addr_c, bc_bytes());
    if (first_set || s.own_u) operand(u, (s.own_u ? s.addr_u : d.addr_u) + u_, u_bytes());
    if (!s.same_delta) operand(delta, s.addr_delta + u_, u_bytes());
    if (s.has_h0) give(h0, s.addr_h0 + h_, h_bytes());
    if (first_set && d.has_z) operand(z, d.addr_z + z_, z_bytes());
    if (s.store_state) give(ht, s.addr_ht + h_, h_bytes());
    if (last_set) operand(y, d.addr_y + y_, y_bytes());
  }

 private:
  uint64_t bytes(int64_t rows, int64_t row) const {
    return static_cast<uint64_t>(shape_.whole_beats(rows * row));
  }
  int64_t rows(int tokens) const { return int64_t{tokens} * groups(); }
  uint64_t u_bytes() const { return bytes(rows(scan_.descriptor.chunk_tokens), shape_.operand_row()); }
  uint64_t z_bytes() const { return bytes(rows(scan_.descriptor.rest_tokens), shape_.operand_row()); }
  uint64_t y_bytes() const { return bytes(rows(scan_.descriptor.rest_tokens), shape_.output_row()); }
  uint64_t a_bytes() const {
    return bytes(set_a_rows(shape_, scan_.descriptor, groups()), set_a_row(shape_, scan_.descriptor));
  }
  uint64_t h_bytes() const { return bytes(rows(scan_.descriptor.passes), shape_.state_row()); }
  uint64_t db_bytes() const { return bytes(groups(), shape_.db_row()); }
  uint64_t bc_bytes() const {
    return static_cast<uint64_t>(set_bc_rows(shape_, scan_.descriptor) * shape_.bc_row());
  }

  const set_scan& scan_;
  const machine_shape& shape_;
  int first_group_ = 0;
  uint64_t u_ = 0, z_ = 0, y_ = 0, a_ = 0, db_ = 0, h_ = 0;
};

template <class Visit, class Job>
void walk_set_jobs(const set_scan& scan, const machine_shape& shape, Visit visit, Job job) {
  for (set_tile tile(scan, shape); tile.first_group() < scan.descriptor.lane_groups; tile.next()) {
    for (int set = 0; set < scan.descriptor.sets; ++set) {
      visit(set, tile.groups());
      tile.walk(set, job);
    }
  }
}

}  // namespace scansim
