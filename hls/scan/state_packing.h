// state_packing: where B, C and A of a scan with sets lie when at most half of a row's S states live. 2^p
// tokens, and as many lane groups, then share one row: width = S / 2^p values of each.
//   B, C   token t: row t / 2^p, values (t mod 2^p) width ...
//   A      lane group k of a tile, g = min(interleave, 2^p): row k / g, and of lane l the values
//          l g width + (k mod g) width ...; so a row has lanes * g * width values, all others of its place
//          nothing
// Values that a beat of S states lacks are 0. p = 0: rows as they are. Contract: p > 0 with one pass alone.
#pragma once

namespace scansim::hls {

struct state_packing {
  int states_per_lane, interleave, log2_packed;

  constexpr int tokens_per_row() const { return 1 << log2_packed; }
  constexpr int width() const { return states_per_lane >> log2_packed; }
  constexpr int groups_per_row() const {
    return interleave < tokens_per_row() ? interleave : tokens_per_row();
  }
  constexpr int lane_width() const { return groups_per_row() * width(); }

  constexpr int token_row(int token) const { return token >> log2_packed; }
  constexpr int token_first(int token) const { return (token & (tokens_per_row() - 1)) * width(); }
  constexpr int group_row(int group) const { return group / groups_per_row(); }
  constexpr int group_first(int group) const { return group % groups_per_row() * width(); }

  constexpr int token_rows(int tokens) const { return token_row(tokens + tokens_per_row() - 1); }
  constexpr int group_rows(int groups) const { return group_row(groups + groups_per_row() - 1); }
};

// The packing of so many states at most: the narrowest rows that hold them.
constexpr int log2_packed_of(int states, int states_per_lane) {
  int packed = 0;
  while (states_per_lane >> (packed + 1) >= states && states_per_lane >> (packed + 1) > 0) ++packed;
  return packed;
}

}  // namespace scansim::hls
