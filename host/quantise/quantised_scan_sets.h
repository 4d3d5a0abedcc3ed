// A scan_sets call in integers: each set quantised in the order of its rows, and cut into plain scans.
// Contract: one fraction for u, one for z and one for y in all sets; everything else is a set's own. The
// output of the call is the sum of the sets' outputs, set by set, in the order of their walks, each addition
// saturating (hls/scan/add_output.h). Errors: input_error for a set that no machine runs.
#pragma once
#include "host/quantise/plain_pieces.h"
#include "host/quantise/quantised_scan.h"

namespace scansim {

struct quantised_set {
  quantised_scan rows;           // length: L; z: R rows
  std::vector<scan_step> steps;  // of its walk
  std::vector<plain_piece> pieces;
  int64_t first_channel = 0;
  bool final_state = true;  // h_last is an output

  quantised_scan piece(size_t i, int64_t output_rows) const {
    quantised_scan scan = rows_of_piece(rows, pieces[i], output_rows);
    scan.scales = rows.scales;
    return scan;
  }
};

struct quantised_scan_sets {
  int64_t batch = 0, channels = 0, output_rows = 0;
  int output_bits = 16;
  std::vector<quantised_set> sets;
};

// Scales that a machine cannot state, or that differ between sets where there is one for all: input_error.
quantised_scan_sets quantise_scan_sets(const scan_sets_call& call, const scan_sets_scales& scales,
                                       const hls::widths& w);

// The call on exactly the quantised values: every set has all weights of its own; nothing is recorded.
scan_sets_call dequantise(const scan_sets_call& call, const quantised_scan_sets& sets);

}  // namespace scansim
