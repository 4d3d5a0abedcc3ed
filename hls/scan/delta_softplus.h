// delta_softplus: the per-(token, channel) work before the state.
//   x    = clamp17( delta << 16 >> sh.delta  +  bias << 16 >> sh.bias )          (each rounded)
//   dt   = softplus_pwl(x), or max(x, 0) when softplus is off
//   dt2  = clamp24u( dt * log2e >> sh.dt2 ),   du = clamp( dt * u >> sh.du, du_bits ), of a plain drive with
//   dt = 1
//   skip = clamp( (D * u) << 16 >> sh.skip, acc_bits )
// Saturations counted: delta (x, negative dt, dt2), du, skip.
#pragma once
#include "hls/formats.h"
#include "hls/nonlin/softplus_pwl.h"
#include "hls/scan/scan_descriptor.h"

namespace scansim::hls {

struct saturation_counts {
  uint64_t delta = 0, du = 0, skip = 0, state = 0, v = 0, y = 0, quant = 0;
};

inline constexpr int32_t dt_one = 1 << dt_frac;

// Word: of 32 bits an element (hls/words.h). clipped_*: 1 where the value was not kept.
template <class Word>
struct delta_words {
  unsigned_word<Word> dt2;  // dt2_bits
  Word du;                  // signed, du_bits
  wide_word<Word> skip;     // signed, acc_bits
  wide_word<Word> clipped_delta, clipped_du, clipped_skip;
};

// Shifts, Widths: scan_shifts and widths, or what a host has made of them once for many rows.
template <class Word, class Shifts, class Widths, class Rows = softplus_rows>
[[gnu::always_inline]] inline delta_words<Word> delta_of(Word delta, Word u, Word bias, Word d, bool softplus,
                                                         const Shifts& sh, const Widths& w, bool plain_drive,
                                                         const Rows& rows = {}) {
  using types = word_types<Word>;
  using Wide = wide_word<Word>;
  const Wide none{}, one = none + 1;
  const Wide sum = round_shift(types::widen(delta) << shift_bias, sh.delta) +
                   round_shift(types::widen(bias) << shift_bias, sh.bias);
  const Wide x_wide = clamp_signed(sum, x_bits);
  const Word x = types::narrow(x_wide);
  Word dt = softplus ? softplus_pwl(x, rows) : x < 0 ? Word{} : x << (dt_frac - x_frac);
  Wide clipped = x_wide != sum ? one : none;
  if (!softplus) clipped = x_wide < 0 ? one : clipped;
  const Wide dt2_wide = round_shift(types::product(dt, Word{} + log2e_q), sh.dt2);
  const Wide dt2 = clamp_unsigned(dt2_wide, dt2_bits);
  clipped = dt2 != dt2_wide ? one : clipped;
  if (plain_drive) dt = Word{} + dt_one;
  const Wide du_wide = round_shift(types::product(dt, u), sh.du);
  const Wide du = clamp_signed(du_wide, w.du_bits());
  const Wide skip_wide = round_shift(types::product(d, u) << shift_bias, sh.skip);
  const Wide skip = clamp_signed(skip_wide, w.acc_bits());
  return {word_cast<unsigned_word<Word>>(types::narrow(dt2)),
          types::narrow(du),
          skip,
          clipped,
          du != du_wide ? one : none,
          skip != skip_wide ? one : none};
}

struct delta_result {
  uint32_t dt2 = 0;  // unsigned, dt2_bits
  int32_t du = 0;    // signed, du_bits
  int64_t skip = 0;  // signed, acc_bits
};

inline delta_result delta_softplus(int32_t delta, int32_t u, int32_t bias, int32_t d, bool softplus,
                                   const scan_shifts& sh, const widths& w, saturation_counts& sat,
                                   bool plain_drive = false) {
  const delta_words<int32_t> one = delta_of(delta, u, bias, d, softplus, sh, w, plain_drive);
  sat.delta += static_cast<uint64_t>(one.clipped_delta);
  sat.du += static_cast<uint64_t>(one.clipped_du);
  sat.skip += static_cast<uint64_t>(one.clipped_skip);
  return {one.dt2, one.du, one.skip};
}

}  // namespace scansim::hls
