#include "hls/scan/gate_silu.h"
#include "hls/scan/quantise_shift.h"
#include "sim/scan/counted_kernels.h"
#include "sim/scan/lane_words.h"
#include "sim/scan/word_steps.h"

namespace scansim {
namespace {

// Rounding: every shift is at least 1, which spares a case in every rounding shift.
template <class Operand, class Output, hls::gate_kind Gate, bool Rounding>
[[gnu::always_inline]] inline void gate_loop(const machine_shape& shape, const hls::scan_shifts shifts,
                                             const gate_kernel_row& row,
                                             hls::saturation_counts& saturations) {
  if (Rounding && (shifts.v == 0 || shifts.y == 0 || shifts.z == 0 || shifts.quant == 0))
    __builtin_unreachable();
  hls::widths widths = shape.widths;
  widths.operand_bits = 8 * static_cast<int>(sizeof(Operand));
  const int lanes = shape.lanes;
  const int64_t* __restrict acc = row.acc->value;
  const int64_t* __restrict skip = row.skip->value;
  const auto* __restrict z = reinterpret_cast<const Operand*>(row.z);
  auto* __restrict y = reinterpret_cast<Output*>(row.y);
  uint64_t v_count = 0, y_count = 0, quant_count = 0;
  for (int lane = 0; lane < lanes; ++lane) {
    hls::saturation_counts counts;
    const int32_t gate_input = Gate == hls::gate_kind::none ? 0 : z[lane];
    int32_t value = hls::gate_silu(acc[lane], skip[lane], gate_input, Gate, shifts, widths, counts);
    if constexpr (sizeof(Output) == 1) value = hls::quantise_shift(value, shifts.quant, counts);
    y[lane] = static_cast<Output>(value);
    v_count += counts.v;
    y_count += counts.y;
    quant_count += counts.quant;
  }
  saturations.v += v_count;
  saturations.y += y_count;
  saturations.quant += quant_count;
}

template <class Operand, class Output>
[[gnu::always_inline]] inline void gate_lanes(const machine_shape& shape, const tile_command& command,
                                              const gate_kernel_row& row,
                                              hls::saturation_counts& saturations) {
  hls::scan_shifts s = command.shifts;
  if (sizeof(Output) != 1) s.quant = 1;  // unused
  const bool rounding = s.v > 0 && s.y > 0 && s.z > 0 && s.quant > 0;
  if (row.z == nullptr)
    gate_loop<Operand, Output, hls::gate_kind::none, false>(shape, s, row, saturations);
  else if (command.linear_gate)
    gate_loop<Operand, Output, hls::gate_kind::linear, false>(shape, s, row, saturations);
  else if (rounding)
    gate_loop<Operand, Output, hls::gate_kind::silu, true>(shape, s, row, saturations);
  else
    gate_loop<Operand, Output, hls::gate_kind::silu, false>(shape, s, row, saturations);
}

template <class Operand, class Output>
[[gnu::flatten]] void gate_lanes_any(const machine_shape& shape, const tile_command& command,
                                     const gate_kernel_row& row, hls::saturation_counts& saturations) {
  gate_lanes<Operand, Output>(shape, command, row, saturations);
}

template <class Operand, class Output>
[[gnu::flatten, gnu::target("avx2,bmi2")]] void gate_lanes_avx2(const machine_shape& shape,
                                                                const tile_command& command,
                                                                const gate_kernel_row& row,
                                                                hls::saturation_counts& saturations) {
  gate_lanes<Operand, Output>(shape, command, row, saturations);
}

template <class Operand, class Output>
void gate_lanes_of_words(const machine_shape& shape, const tile_command& command, const gate_kernel_row& row,
                         hls::saturation_counts& saturations) {
  const auto* z = reinterpret_cast<const Operand*>(row.z);
  gate_lanes_by_words<Operand, Output>({shape.lanes, hls::gate_of(z != nullptr, command.linear_gate),
                                        row.acc->value, row.skip->value, z, reinterpret_cast<Output*>(row.y)},
                                       *row.constants, saturations);
}

template <class Operand, class Output>
gate_kernel select_gate_build(const machine_shape& shape, bool vectorised) {
  if (!vectorised) return gate_lanes_any<Operand, Output>;
  const bool words = wide_vectors_present() && shape.lanes % lane_word_lanes == 0;
  return words ? gate_lanes_of_words<Operand, Output> : gate_lanes_avx2<Operand, Output>;
}

template <class Operand>
gate_kernel select_output(const machine_shape& shape, bool vectorised) {
  return shape.output_bytes == 1 ? select_gate_build<Operand, int8_t>(shape, vectorised)
                                 : select_gate_build<Operand, int16_t>(shape, vectorised);
}

}  // namespace

gate_kernel select_gate_kernel(const machine_shape& shape, bool vectorised) {
  if (shape.switching != nullptr) return gate_lanes_counted;
  return shape.operand_bytes == 1 ? select_output<int8_t>(shape, vectorised)
                                  : select_output<int16_t>(shape, vectorised);
}

}  // namespace scansim
