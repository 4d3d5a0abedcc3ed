// The rows and tags of a walk, position by position, by divisions and remainders of the position: what
// hls/scan/scan_tokens.h steps through, written a second time without it. `list` has an entry for each
// position, or is empty.
#pragma once
#include <cstdint>
#include <vector>

namespace scansim::test {

// In words of sim/SETS.md: the fields of a set record.
struct walk_fields {
  int positions = 1;
  int map_u = 0, map_p = 0, map_out = 0;
  int log2_segment = 0, first_segment = 0;
  int base = 0, n0 = 1, n1 = 1, s0 = 0, s1 = 0, s2 = 0;
  bool snake = false;
};

struct token_row {
  int u, p, out;
  bool reset, hold, mute;
};

inline int affine_row(const walk_fields& w, int i) {
  const int i0 = i % w.n0, i1 = i / w.n0 % w.n1, i2 = i / (w.n0 * w.n1);
  const int along = w.snake && i1 % 2 == 1 ? w.n0 - 1 - i0 : i0;
  return (w.base + i2 * w.s2 + i1 * w.s1 + along * w.s0) & 0xffff;
}

inline int mapped_row(const walk_fields& w, int map, int i, uint32_t entry) {
  if (map == 0) return i;
  if (map == 1) return w.positions - 1 - i;
  if (map == 2) return affine_row(w, i);
  return static_cast<int>(map == 3 ? entry % 4096 : entry / 4096 % 4096);
}

inline std::vector<token_row> token_rows(const walk_fields& w, const std::vector<uint32_t>& list) {
  std::vector<token_row> rows;
  for (int i = 0; i < w.positions; ++i) {
    const uint32_t entry = list.empty() ? 0 : list[static_cast<size_t>(i)];
    const auto tag = [&](int bit) { return entry >> bit & 1; };
    const int behind = i - w.first_segment;
    const bool segment = w.log2_segment > 0 && behind >= 0 && behind % (1 << w.log2_segment) == 0;
    rows.push_back({mapped_row(w, w.map_u, i, entry), mapped_row(w, w.map_p, i, entry),
                    mapped_row(w, w.map_out, i, entry), segment || tag(24), tag(25) != 0, tag(26) != 0});
  }
  return rows;
}

}  // namespace scansim::test
