// The walk of a set as a machine with sets takes it (hls/scan/scan_tokens.h): maps by formula where rows
// follow one, else rows of a list, and tags in it. A list costs traffic: there is one only where the walk
// needs it.
//   maps      forward, reverse, one affine for the set, columns a and b of the list; equal maps share
//   resets    every 2^s positions from a first one on: by formula; others, holds and mutes: tags of the list
// Contract: expanded by token_stream the walk is the steps, position by position; a muted position has some
// row of the output. What fits no formula and no column, or a row or position too large, is not fitted.
#pragma once
#include <optional>
#include <span>
#include <vector>

#include "hls/scan/scan_tokens.h"
#include "traces/calls/scan_sets_view.h"

namespace scansim {

struct fitted_walk {
  hls::token_walk walk;
  std::vector<uint32_t> list;  // an entry a position; empty: none
};

// Without positions of which nobody reads anything: no output, and a state that is reset before its next use
// or that they hold. One is left at least.
std::vector<scan_step> read_steps(std::span<const scan_step> steps);

// `output_rows`: R, above the rows of the output.
std::optional<fitted_walk> fit_walk(std::span<const scan_step> steps, int64_t output_rows);

}  // namespace scansim
