// scan_serial: one step of the recurrence for consecutive states of one channel, and their readout.
//   e  = dt2 * (max(-A, 0) << rate_shift) >> (exponent_frac - 18), rounded up;  a = exp_pwl(e), 0 beyond e =
//   16 s  = (a * h >> (25 - guard)) + du * B << left,   h' = clamp( s >> guard, state_bits )  (last shift
//   rounded) result: sum over the states of C * h'
// guard = state_guard(), left = max(-drive_guard(), 0). Sums are exact: splitting the states into passes
// changes nothing. Operand, State, Wide: int8/int16, int16/int32, int32 when operand_bits = 8 and state_bits
// = 16, else int64. Written so that a compiler vectorises the loop; saturations of the state are counted.
// Rows must not overlap h.
#pragma once
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
  bool operator==(const scan_constants&) const = default;
};

// decay * h >> shift, the product rounded by `half`. In 32 bits the low bits of the decay are multiplied
// apart.
template <class Wide>
[[gnu::always_inline]] inline Wide kept_state(Wide decay, Wide h, typename word_types<Wide>::element half,
                                              int shift) {
  if constexpr (sizeof(half) > sizeof(int32_t)) return (decay * h + half) >> shift;
  constexpr int low = decay_bits - 16;
  const Wide rest = (decay & ((1 << low) - 1)) * h + half;
  return ((decay >> low) * h + (rest >> low)) >> (shift - low);
}

// -e in 32 bits: a larger e is cut off where the decay is 0 anyway.
template <class Wide>
[[gnu::always_inline]] inline typename word_types<Wide>::exponent_word narrow_fall(Wide fall) {
  using types = word_types<Wide>;
  constexpr typename types::element beyond = exponent_beyond;
  if constexpr (sizeof(typename types::exponent_word) != sizeof fall)
    fall = fall > -beyond ? fall : Wide{} - beyond;
  return types::to_exponent(fall);
}

// h' of one state, or of as many as a word has elements. Rate, Drive: dt2 and du, one integer for all or a
// word of them. table: of k, or what looks it up for a word. `clipped` counts saturations, element by
// element.
template <class Wide, class Rate, class Drive, class Table>
[[gnu::always_inline]] inline Wide next_state(Rate dt2, Drive du, Wide a, Wide b, Wide h,
                                              const scan_constants& k, const Table& table, Wide& clipped) {
  using Element = typename word_types<Wide>::element;
  const Element half = k.guard == 0 ? 0 : Element{1} << (k.guard - 1);
  const Element hi = k.state_max;
  const Wide zero{};
  const Wide fall = (dt2 * (a < 0 ? a : Wide{})) >> k.exponent_shift;  // -e, rounded down: e, up
  const Wide decay =
      word_types<Wide>::from_exponent(exp_pwl_of_fall(narrow_fall<Wide>(fall), table, k.index_bits));
  const Wide kept = kept_state<Wide>(decay, h, k.round_product, k.product_shift);
  const Wide drive = (du * b) << k.left;
  const Wide next = (kept + drive + half) >> k.guard;
  const Wide state = clamp_between<Wide>(next, zero - hi - 1, zero + hi);
  clipped = state != next ? clipped + 1 : clipped;
  return state;
}

template <class Operand, class State, class Wide>
inline Wide scan_step(int states, uint32_t dt2, int32_t du, const Operand* __restrict a_row,
                      const Operand* __restrict b_row, const Operand* __restrict c_row, State* __restrict h,
                      const scan_constants& k, uint64_t& saturated) {
  Wide sum = 0, clipped = 0;
  for (int n = 0; n < states; ++n) {
#pragma HLS UNROLL
    const Wide state = next_state<Wide>(static_cast<Wide>(dt2), static_cast<Wide>(du), a_row[n], b_row[n],
                                        h[n], k, k.table, clipped);
    h[n] = static_cast<State>(state);
    sum += static_cast<Wide>(c_row[n]) * state;
  }
  saturated += static_cast<uint64_t>(clipped);
  return sum;
}

// The lanes of a row: dt2 and du of each; A and h as [lane][state]; B and C of the token; before: what each
// lane's readout is added to (it may be `sums`), or nullptr.
template <class Operand, class State>
struct step_row {
  int lanes, states;
  const uint32_t* dt2;
  const int32_t* du;
  const Operand *a, *b, *c;
  State* h;
  const int64_t* before;
  int64_t* sums;
};

// The steps of a row, state by state. A host may put its own in their place (sim/scan/word_steps.h).
template <class Wide>
struct lane_steps {
  template <class Operand, class State>
  void operator()(const step_row<Operand, State>& row, const scan_constants& k, uint64_t& saturated) const {
    for (int lane = 0; lane < row.lanes; ++lane) {
#pragma HLS UNROLL
      const int first = lane * row.states;
      const Wide sum = scan_step<Operand, State, Wide>(row.states, row.dt2[lane], row.du[lane], row.a + first,
                                                       row.b, row.c, row.h + first, k, saturated);
      row.sums[lane] = (row.before != nullptr ? row.before[lane] : 0) + sum;
    }
  }
};

}  // namespace scansim::hls
