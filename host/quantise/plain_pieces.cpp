#include "host/quantise/plain_pieces.h"

#include <algorithm>

namespace scansim {

namespace {

bool is_nothing(const scan_step& step) { return step.hold && step.out < 0 && !step.reset; }

}  // namespace

std::vector<plain_piece> pieces_of(const std::vector<scan_step>& steps, bool has_h0) {
  std::vector<plain_piece> pieces;
  const auto start = [&](const scan_step& step, bool reset) {
    plain_piece& piece = pieces.emplace_back();
    piece.held = step.hold;
    if (!reset)
      piece.start = pieces.size() > 1 ? piece_start::before : has_h0 ? piece_start::h0 : piece_start::zero;
  };
  for (const scan_step& step : steps) {
    if (is_nothing(step)) continue;
    if (pieces.empty() || step.reset || step.hold != pieces.back().held) start(step, step.reset);
    pieces.back().steps.push_back(step);
  }
  if (!pieces.empty()) return pieces;
  start(steps.front(), false);  // held and muted throughout: the state before is the last one
  pieces.back().steps.push_back(steps.front());
  return pieces;
}

}  // namespace scansim
