// Where everything of one quantised scan lies in the machine's memory (sim/README.md, section 2), and its
// descriptors.
//   channels are cut into blocks that the state memory holds and that share a group's B and C;
//   one descriptor per (block, batch), batch innermost, so that A, D and bias are loaded once per block.
// Decode: chunks of one token, and a run of its own per token; the state of a (block, batch) has one place,
// which every run but the first reads and every run writes. Contract: every region starts on a 4 KiB
// boundary; nothing overlaps. Pure arithmetic, no data (pack_scan.h, scan_outputs.h).
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "hls/scan/state_packing.h"
#include "host/program/base/region_allocator.h"
#include "host/quantise/quantised_scan.h"

namespace scansim {

// What layout, traffic and time of a scan depend on: all of it but the values and their scales.
struct scan_form {
  scan_shape shape;
  scan_options options;
  bool has_z = false, has_h0 = false, has_d = false, has_delta_bias = false;
};
scan_form form_of(const quantised_scan& scan);

// Bytes of one chunk in memory, each tile rounded up to whole beats.
struct chunk_bytes {
  uint64_t u = 0, y = 0, bc = 0;
};

struct channel_slice {
  int64_t group = 0, first_channel = 0, channels = 0;  // channels of one group
  int lane_groups = 0;
  uint64_t addr_a = 0, addr_db = 0;
  uint64_t a_bytes = 0, db_bytes = 0, state_bytes = 0;  // state: of one sequence
  chunk_bytes full, rest;                               // chunks before the last one; the last one
};

// What one (block, batch) owns. B and C are shared by the blocks of a group.
struct scan_region {
  uint64_t addr_u = 0, addr_delta = 0, addr_z = 0, addr_b = 0, addr_c = 0, addr_state = 0, addr_y = 0;
};

struct scan_layout {
  scan_shape shape;
  bool has_z = false, has_h0 = false;
  int passes = 0;
  int log2_packed = 0;  // of B, C and A (hls/scan/state_packing.h); of sets alone
  int chunk_tokens = 0, rest_tokens = 0;
  int64_t num_chunks = 0, num_runs = 1;
  std::vector<channel_slice> blocks;
  std::vector<scan_region> regions;          // [block][batch]
  uint64_t addr_descriptors = 0, bytes = 0;  // [run][block][batch]; the whole image

  const scan_region& region(size_t block, int64_t batch) const {
    return regions[block * static_cast<size_t>(shape.batch) + static_cast<size_t>(batch)];
  }
  hls::state_packing packing(const design_point& point) const {
    return {point.states_per_lane, point.interleave, log2_packed};
  }
  size_t descriptors_per_run() const { return regions.size(); }
  // The last chunk may be longer than the others: token / chunk_tokens can point beyond it.
  int64_t chunk_of(int64_t token) const { return std::min(token / chunk_tokens, num_chunks - 1); }
  int64_t tokens(int64_t chunk) const { return chunk == num_chunks - 1 ? rest_tokens : chunk_tokens; }
};

// Errors: input_error naming the trace's size that the machine cannot hold (N above max_states).
scan_layout make_layout(const scan_form& form, const design_point& point);
// One of several scans of an image: its regions behind those that `memory` gave before; no descriptors.
scan_layout make_layout(const scan_form& form, const design_point& point, region_allocator& memory);
inline scan_layout make_layout(const quantised_scan& scan, const design_point& point) {
  return make_layout(form_of(scan), point);
}

// Fills in the bytes of a block of the layout, whose passes and chunks are known.
void measure_block(channel_slice& block, const scan_layout& layout, const design_point& point);

// Descriptors of one run, in their order.
std::vector<hls::scan_descriptor> make_descriptors(const quantised_scan& scan, const scan_layout& layout,
                                                   const design_point& point, int64_t run);
std::vector<hls::scan_descriptor> make_descriptors(const scan_options& options,
                                                   const hls::scan_shifts& shifts, const scan_layout& layout,
                                                   int64_t run);

// Bytes rounded up to whole beats of the memory port.
uint64_t whole_beats(const design_point& point, uint64_t bytes);

// Calls f(first lane group, lane groups) for every tile of `lane_groups`.
template <class Function>
void for_each_tile(int lane_groups, const design_point& point, Function f) {
  for (int group = 0; group < lane_groups; group += point.interleave) {
    f(group, lane_groups - group < point.interleave ? lane_groups - group : point.interleave);
  }
}

}  // namespace scansim
