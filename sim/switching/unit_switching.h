// The operands of the units' operations as the counters see them, the same for every rung and for the vectors
// that gates are driven with. Contract: a row, beat or channel at a time, of values that the arithmetic of
// hls takes or gives; places as in switching_map.h.
#pragma once
#include "hls/scan/scan_serial.h"
#include "hls/units/hadamard_fwht.h"
#include "sim/switching/operand_switching.h"

namespace scansim {

// A state update.
inline std::array<int64_t, 8> step_operands(uint32_t dt2, int32_t du, int32_t a, int32_t b, int32_t c,
                                            int32_t h, int32_t next, const hls::scan_constants& k) {
  const uint64_t rate = static_cast<uint64_t>(a < 0 ? -int64_t{a} : 0);
  const uint64_t exponent =
      (uint64_t{dt2} * rate + (uint64_t{1} << k.exponent_shift) - 1) >> k.exponent_shift;
  const auto known = static_cast<uint32_t>(exponent < hls::exponent_beyond ? exponent : hls::exponent_beyond);
  const int64_t decay = hls::exp_pwl(known, k.table, k.index_bits);
  return {dt2, a, du, b, c, h, next, decay};
}

// A row of a channel.
inline std::array<int64_t, 7> delta_operands(int32_t delta, int32_t u, int32_t bias, int32_t d,
                                             const hls::delta_result& made) {
  return {delta, u, bias, d, made.dt2, made.du, made.skip};
}

inline std::array<int64_t, 4> gate_operands(int64_t acc, int64_t skip, int32_t z,
                                            const hls::scan_shifts& sh) {
  return {acc, skip, hls::clamp_signed(hls::round_shift(acc + skip, sh.v), hls::v_bits), z};
}

// One output of a channel: taps and weights from the oldest on.
std::array<int64_t, 4> conv_operands(const int8_t* taps, const int8_t* w, int width, int32_t bias, int32_t u);

// `values`: of a row of m << log2 values before the transform; a beat has `lanes`.
void see_hadamard_row(operand_switching& to, const int32_t* values, int m, int log2, int lanes);

}  // namespace scansim
