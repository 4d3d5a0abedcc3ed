// scan_tokens: the order of a scan. A walk of `positions` becomes tokens, one a position: the rows that it
// reads and writes and what happens to the state there.
//   row(map, i)   forward i;  reverse positions - 1 - i;  affine base + i2 s2 + i1 s1 + (snake and i1 odd ?
//                 n0 - 1 - i0 : i0) s0 with i = (i2 n1 + i1) n0 + i0;  list_a, list_b: of the i-th entry
//   reset         the state before is zero: by the entry's tag, or every 2^log2_segment positions from
//                 first_segment on      hold  it stays as it is      mute  nothing is written
// An entry: bits 11..0 row a, 23..12 row b, 24 reset, 25 hold, 26 mute; without a list no tag is set.
// Contract: rows count tokens of a tile, modulo 2^16; what a position costs in time is sim/SETS.md's.
#pragma once
#include <cstdint>

namespace scansim::hls {

enum class token_map : uint8_t { forward, reverse, affine, list_a, list_b };
inline constexpr int num_token_maps = 5;
inline constexpr int list_row_bits = 12, list_entry_bytes = 4;
inline constexpr uint32_t list_reset = 1u << 24, list_hold = 1u << 25, list_mute = 1u << 26;

constexpr uint32_t list_entry(int row_a, int row_b, uint32_t tags) {
  return static_cast<uint32_t>(row_a) | static_cast<uint32_t>(row_b) << list_row_bits | tags;
}

struct token_affine {
  uint16_t base = 0, n0 = 1, n1 = 1;
  int16_t s0 = 0, s1 = 0, s2 = 0;
  bool snake = false;
  bool operator==(const token_affine&) const = default;
};

struct token_walk {
  int positions = 0;
  token_map u = token_map::forward, p = token_map::forward, out = token_map::forward;
  bool has_list = false;
  int log2_segment = 0, first_segment = 0;
  token_affine affine;
};

struct scan_token {
  uint16_t row_u, row_p, row_out;
  bool first, last, reset, hold, mute;
};

// next(entry) for position 0, 1, ...; `entry` of a walk without a list is not looked at.
class token_stream {
 public:
  explicit token_stream(const token_walk& walk)
      : walk_(walk), left_(walk.first_segment), row_(walk.affine.base), line_(row_), plane_(row_) {}

  scan_token next(uint32_t entry) {
    const uint32_t used = walk_.has_list ? entry : 0;
    const bool segment = walk_.log2_segment > 0 && left_ == 0;
    const scan_token token{row_of(walk_.u, used),
                           row_of(walk_.p, used),
                           row_of(walk_.out, used),
                           position_ == 0,
                           position_ + 1 == walk_.positions,
                           segment || (used & list_reset) != 0,
                           (used & list_hold) != 0,
                           (used & list_mute) != 0};
    left_ = (segment ? 1 << walk_.log2_segment : left_) - 1;
    ++position_;
    step();
    return token;
  }

 private:
  uint16_t row_of(token_map map, uint32_t entry) const {
    constexpr uint32_t row_mask = (1u << list_row_bits) - 1;
    switch (map) {
      case token_map::forward:
        return static_cast<uint16_t>(position_);
      case token_map::reverse:
        return static_cast<uint16_t>(walk_.positions - 1 - position_);
      case token_map::affine:
        return row_;
      case token_map::list_a:
        return static_cast<uint16_t>(entry & row_mask);
      default:
        return static_cast<uint16_t>(entry >> list_row_bits & row_mask);
    }
  }

  // A snake goes on from the end of a line, every other walk from its beginning.
  void step() {
    const token_affine& a = walk_.affine;
    if (++i0_ < a.n0) {
      row_ = sum(row_, backwards_ ? -a.s0 : a.s0);
      return;
    }
    i0_ = 0;
    if (++i1_ < a.n1) {
      line_ = sum(line_, a.s1);
      backwards_ = a.snake && !backwards_;
      row_ = a.snake ? sum(row_, a.s1) : line_;
      return;
    }
    i1_ = 0;
    backwards_ = false;
    row_ = line_ = plane_ = sum(plane_, a.s2);
  }
  static uint16_t sum(uint16_t row, int step) { return static_cast<uint16_t>(row + step); }

  token_walk walk_;
  int position_ = 0, left_, i0_ = 0, i1_ = 0;
  uint16_t row_, line_, plane_;
  bool backwards_ = false;
};

}  // namespace scansim::hls
