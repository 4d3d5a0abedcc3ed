#include <cstring>
#include <type_traits>

#include "hls/scan/gate_silu.h"
#include "hls/scan/quantise_shift.h"
#include "sim/scan/lane_kernels.h"

namespace scansim {
namespace {

template <class Operand, class Output>
[[gnu::always_inline]] inline void gate_lanes(const machine_shape& shape, const tile_command& command,
                                              const gate_kernel_row& row, hls::saturation_counts& saturations) {
  hls::widths widths = shape.widths;
  widths.operand_bits = 8 * static_cast<int>(sizeof(Operand));
  const hls::scan_shifts shifts = command.shifts;
  const auto lanes = static_cast<size_t>(shape.lanes);
  Operand z[max_lanes] = {};
  Output y[max_lanes];
  const bool has_z = row.z != nullptr;
  if (has_z) std::memcpy(z, row.z, lanes * sizeof(Operand));
  hls::saturation_counts counts;
  for (size_t lane = 0; lane < lanes; ++lane) {
    int32_t value =
        hls::gate_silu(row.acc->value[lane], row.skip->value[lane], z[lane], has_z, shifts, widths, counts);
    if constexpr (sizeof(Output) == 1) value = hls::quantise_shift(value, shifts.quant, counts);
    y[lane] = static_cast<Output>(value);
  }
  std::memcpy(row.y, y, lanes * sizeof(Output));
  saturations.v += counts.v;
  saturations.y += counts.y;
  saturations.quant += counts.quant;
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

template <class Operand>
gate_kernel select_output(const machine_shape& shape, bool vectorised) {
  if (shape.output_bytes == 1) return vectorised ? gate_lanes_avx2<Operand, int8_t> : gate_lanes_any<Operand, int8_t>;
  return vectorised ? gate_lanes_avx2<Operand, int16_t> : gate_lanes_any<Operand, int16_t>;
}

}  // namespace

gate_kernel select_gate_kernel(const machine_shape& shape, bool vectorised) {
  return shape.operand_bytes == 1 ? select_output<int8_t>(shape, vectorised)
                                  : select_output<int16_t>(shape, vectorised);
}

}  // namespace scansim
