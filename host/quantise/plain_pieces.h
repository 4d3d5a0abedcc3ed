// A set of a scan_sets call as plain scans, one behind the other: a machine that knows no order, no reset and
// no hold runs these on rows that the host has put in order.
//   a piece ends in front of a reset, and where a stretch of held tokens whose output is read begins or ends;
//   held tokens that nobody reads are left out; a held piece runs with A = 0 and B = 0: its state stays
// Contract: the pieces of a set, each from zero, from h0 or from the state of the one before, give every
// output and the last state that the walk gives, bit for bit, in the arithmetic of one scan.
#pragma once
#include <vector>

#include "traces/calls/scan_sets_view.h"

namespace scansim {

enum class piece_start { zero, h0, before };  // before: the state that the piece before it left

struct plain_piece {
  piece_start start = piece_start::zero;
  bool held = false;
  std::vector<scan_step> steps;
};

std::vector<plain_piece> pieces_of(const std::vector<scan_step>& steps, bool has_h0);

// The rows of a piece out of those of its set: (batch, D, L) or, of z, (batch, D, R) each. A muted step takes
// a gate of 0. Scan: scan_tensors or quantised_scan; `output_rows`: R.
template <class Scan>
Scan rows_of_piece(const Scan& set, const plain_piece& piece, int64_t output_rows) {
  const auto gather = [&](const auto& values, int64_t rows, int64_t scan_step::*row) {
    std::remove_cvref_t<decltype(values)> out;
    if (values.empty()) return out;
    out.reserve(values.size() / static_cast<size_t>(rows) * piece.steps.size());
    for (auto line = values.begin(); line != values.end(); line += rows)
      for (const scan_step& step : piece.steps)
        out.push_back(step.*row < 0 ? typename std::remove_cvref_t<decltype(values)>::value_type{}
                                    : *(line + step.*row));
    return out;
  };
  const int64_t length = set.shape.length;
  Scan scan;
  scan.shape = set.shape, scan.options = set.options;
  scan.shape.length = static_cast<int64_t>(piece.steps.size());
  scan.u = gather(set.u, length, &scan_step::u);
  scan.delta = gather(set.delta, length, &scan_step::p);
  scan.b = gather(set.b, length, &scan_step::p), scan.c = gather(set.c, length, &scan_step::p);
  scan.z = gather(set.z, output_rows, &scan_step::out);
  scan.a = set.a, scan.d = set.d, scan.delta_bias = set.delta_bias;
  if (piece.start == piece_start::h0) scan.h0 = set.h0;
  if (piece.held) scan.a.assign(scan.a.size(), 0), scan.b.assign(scan.b.size(), 0);
  return scan;
}

}  // namespace scansim
