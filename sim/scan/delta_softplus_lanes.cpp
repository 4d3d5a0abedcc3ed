#include "sim/scan/counted_kernels.h"
#include "sim/scan/lane_words.h"
#include "sim/scan/word_steps.h"

namespace scansim {
namespace {

// Softplus, Plain: the descriptor's flags. Rounding: every shift is at least 1, which spares a case in every
// rounding shift.
template <class Operand, bool Softplus, bool Rounding, bool Plain = false>
[[gnu::always_inline]] inline void delta_loop(const machine_shape& shape, const hls::scan_shifts shifts,
                                              const delta_kernel_row& row,
                                              hls::saturation_counts& saturations) {
  if (Rounding &&
      (shifts.delta == 0 || shifts.bias == 0 || shifts.dt2 == 0 || shifts.du == 0 || shifts.skip == 0))
    __builtin_unreachable();
  hls::widths widths = shape.widths;
  widths.operand_bits = 8 * static_cast<int>(sizeof(Operand));
  const int lanes = shape.lanes;
  const auto* __restrict u = reinterpret_cast<const Operand*>(row.u);
  const auto* __restrict delta = reinterpret_cast<const Operand*>(row.delta);
  const auto* __restrict db = reinterpret_cast<const int16_t*>(row.db);
  uint32_t* __restrict dt2 = row.dt->dt2;
  int32_t* __restrict du = row.dt->du;
  int64_t* __restrict skip = row.skip->value;
  uint64_t delta_count = 0, du_count = 0, skip_count = 0;
  for (int lane = 0; lane < lanes; ++lane) {
    hls::saturation_counts counts;
    const hls::delta_result r = hls::delta_softplus(delta[lane], u[lane], db[2 * lane], db[2 * lane + 1],
                                                    Softplus, shifts, widths, counts, Plain);
    dt2[lane] = r.dt2;
    du[lane] = r.du;
    skip[lane] = r.skip;
    delta_count += counts.delta;
    du_count += counts.du;
    skip_count += counts.skip;
  }
  saturations.delta += delta_count;
  saturations.du += du_count;
  saturations.skip += skip_count;
}

template <class Operand>
[[gnu::always_inline]] inline void delta_lanes(const machine_shape& shape, const tile_command& command,
                                               const delta_kernel_row& row,
                                               hls::saturation_counts& saturations) {
  const hls::scan_shifts& s = command.shifts;
  const bool rounding = s.delta > 0 && s.bias > 0 && s.dt2 > 0 && s.du > 0 && s.skip > 0;
  if (command.plain_drive)
    command.softplus ? delta_loop<Operand, true, false, true>(shape, s, row, saturations)
                     : delta_loop<Operand, false, false, true>(shape, s, row, saturations);
  else if (command.softplus && rounding)
    delta_loop<Operand, true, true>(shape, s, row, saturations);
  else if (command.softplus)
    delta_loop<Operand, true, false>(shape, s, row, saturations);
  else
    delta_loop<Operand, false, false>(shape, s, row, saturations);
}

template <class Operand>
[[gnu::flatten]] void delta_lanes_any(const machine_shape& shape, const tile_command& command,
                                      const delta_kernel_row& row, hls::saturation_counts& saturations) {
  delta_lanes<Operand>(shape, command, row, saturations);
}

template <class Operand>
[[gnu::flatten, gnu::target("avx2,bmi2")]] void delta_lanes_avx2(const machine_shape& shape,
                                                                 const tile_command& command,
                                                                 const delta_kernel_row& row,
                                                                 hls::saturation_counts& saturations) {
  delta_lanes<Operand>(shape, command, row, saturations);
}

template <class Operand>
void delta_lanes_of_words(const machine_shape& shape, const tile_command& command,
                          const delta_kernel_row& row, hls::saturation_counts& saturations) {
  const auto operands = [](const uint8_t* from) { return reinterpret_cast<const Operand*>(from); };
  delta_lanes_by_words<Operand>(
      {shape.lanes, command.softplus, command.plain_drive, operands(row.u), operands(row.delta),
       reinterpret_cast<const int16_t*>(row.db), row.dt->dt2, row.dt->du, row.skip->value},
      *row.constants, saturations);
}

template <class Operand>
delta_kernel select_delta_build(const machine_shape& shape, bool vectorised) {
  if (!vectorised) return delta_lanes_any<Operand>;
  const bool words = wide_vectors_present() && shape.lanes % lane_word_lanes == 0;
  return words ? delta_lanes_of_words<Operand> : delta_lanes_avx2<Operand>;
}

}  // namespace

delta_kernel select_delta_kernel(const machine_shape& shape, bool vectorised) {
  if (shape.switching != nullptr) return delta_lanes_counted;
  return shape.operand_bytes == 1 ? select_delta_build<int8_t>(shape, vectorised)
                                  : select_delta_build<int16_t>(shape, vectorised);
}

}  // namespace scansim
