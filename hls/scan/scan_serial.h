// scan_serial: one step of the recurrence for consecutive states of one channel, and their readout.
//   e  = dt2 * (max(-A, 0) << rate_shift) >> (exponent_frac - 18), rounded up;  a = exp_pwl(e), 0 beyond e =
//   16 s  = (a * h >> (25 - guard)) + du * B << left,   h' = clamp( s >> guard, state_bits )  (last shift
//   rounded) result: sum over the states of C * h'
// guard = state_guard(), left = max(-drive_guard(), 0). Sums are exact: splitting the states into passes
// changes nothing. Operand, State, Wide: int8/int16, int16/int32, int32 when operand_bits = 8 and state_bits
// = 16, else int64. Written so that a compiler vectorises the loop; saturations of the state are counted.
// Rows must not overlap h.
#pragma once
#include <type_traits>

#include "hls/formats.h"
#include "hls/nonlin/exp_pwl.h"

namespace scansim::hls {

inline constexpr int max_states = 256;

// Constants of the step, fixed per design point and align_a of the descriptor.
struct scan_constants {
  const uint32_t* table;
  int index_bits, exponent_shift, product_shift, guard, left, round_product;
  int32_t state_max;
  constexpr scan_constants(const widths& w, int align_a)
      : table(exp_pwl_table(w.exp_segments)),
        index_bits(w.exp_index_bits()),
        exponent_shift(w.exponent_frac() - exponent_lsb - w.rate_shift(align_a)),
        product_shift(exp_frac - w.state_guard()),
        guard(w.state_guard()),
        left(w.drive_guard() < 0 ? -w.drive_guard() : 0),
        round_product(w.state_guard() == 0 ? 1 << (exp_frac - 1) : 0),
        state_max(static_cast<int32_t>((int64_t{1} << (w.state_bits - 1)) - 1)) {}
};

// decay * h >> shift, the product rounded by `half`. In 32 bits the low bits of the decay are multiplied
// apart.
template <class Wide>
inline Wide kept_state(Wide decay, Wide h, Wide half, int shift) {
  if constexpr (sizeof(Wide) > sizeof(int32_t)) return (decay * h + half) >> shift;
  constexpr int low = decay_bits - 16;
  const Wide rest = (decay & ((1 << low) - 1)) * h + half;
  return ((decay >> low) * h + (rest >> low)) >> (shift - low);
}

template <class Operand, class State, class Wide>
inline Wide scan_step(int states, uint32_t dt2, int32_t du, const Operand* __restrict a_row,
                      const Operand* __restrict b_row, const Operand* __restrict c_row, State* __restrict h,
                      const scan_constants& k, uint64_t& saturated) {
  using unsigned_wide = std::make_unsigned_t<Wide>;
  const auto limit = static_cast<unsigned_wide>(exponent_beyond);
  const Wide hi = k.state_max;
  const Wide lo = -hi - 1;
  const Wide half = k.guard == 0 ? 0 : Wide{1} << (k.guard - 1);
  const auto exponent_up = static_cast<unsigned_wide>((unsigned_wide{1} << k.exponent_shift) - 1);
  Wide sum = 0;
  uint32_t clipped = 0;
  for (int n = 0; n < states; ++n) {
#pragma HLS UNROLL
    const Wide a = a_row[n];
    const auto rate = static_cast<unsigned_wide>(-(a < 0 ? a : Wide{0}));
    const unsigned_wide exponent = (dt2 * rate + exponent_up) >> k.exponent_shift;
    const auto e = static_cast<uint32_t>(exponent < limit ? exponent : limit);
    const Wide decay = exp_pwl(e, k.table, k.index_bits);
    const Wide kept = kept_state<Wide>(decay, h[n], k.round_product, k.product_shift);
    const Wide drive = (static_cast<Wide>(du) * static_cast<Wide>(b_row[n])) << k.left;
    const Wide next = (kept + drive + half) >> k.guard;
    const Wide state = next > hi ? hi : next < lo ? lo : next;
    clipped += static_cast<uint32_t>(state != next);
    h[n] = static_cast<State>(state);
    sum += static_cast<Wide>(c_row[n]) * state;
  }
  saturated += clipped;
  return sum;
}

}  // namespace scansim::hls
