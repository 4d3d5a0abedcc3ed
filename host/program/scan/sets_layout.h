// Where everything of a slice of channels lies that a scan with sets runs on (sim/SETS.md), and its
// descriptors with their records: each region as of a scan of one chunk (scan_layout.h).
//   channels are cut where any set's group of B and C ends; one descriptor per (cut, batch)
//   u, z and y once, for all sets; A, {bias, D}, B, C, delta, the state and the list of every set its own
// Contract: as of scan_layout.h. A set's state has one place: h0 before, h_last behind the run.
#pragma once
#include <memory>
#include <vector>

#include "hls/scan/set_descriptor.h"
#include "host/program/scan/scan_layout.h"
#include "host/program/scan/sets_fit.h"

namespace scansim {

struct slice_layout {
  // Of every set, channels of the slice, rows of u; all have the same blocks and addresses of u.
  std::vector<std::shared_ptr<const scan_layout>> sets;
  std::vector<uint64_t> lists;                // addresses, of every set; without one: 0
  std::shared_ptr<const scan_layout> shared;  // rows of z and y; their addresses alone
};

slice_layout make_slice_layout(const set_slice& slice, const quantised_scan_sets& sets,
                               const design_point& point, region_allocator& memory);

hls::scan_descriptor make_set_scan(const slice_layout& layout, size_t block, int64_t batch);
hls::set_descriptor make_set_record(const slice_layout& layout, const fitted_set& fitted, size_t number,
                                    const quantised_set& set, size_t block, int64_t batch,
                                    const design_point& point);

}  // namespace scansim
