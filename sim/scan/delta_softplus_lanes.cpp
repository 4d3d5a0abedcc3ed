#include <cstring>

#include "sim/scan/lane_kernels.h"

namespace scansim {
namespace {

template <class Operand>
[[gnu::always_inline]] inline void delta_lanes(const machine_shape& shape, const tile_command& command,
                                               const delta_kernel_row& row, hls::saturation_counts& saturations) {
  hls::widths widths = shape.widths;
  widths.operand_bits = 8 * static_cast<int>(sizeof(Operand));
  const hls::scan_shifts shifts = command.shifts;
  const bool softplus = command.softplus;
  Operand u[max_lanes], delta[max_lanes];
  int16_t db[2 * max_lanes];
  const auto lanes = static_cast<size_t>(shape.lanes);
  std::memcpy(u, row.u, lanes * sizeof(Operand));
  std::memcpy(delta, row.delta, lanes * sizeof(Operand));
  std::memcpy(db, row.db, lanes * 2 * sizeof(int16_t));
  hls::saturation_counts counts;
  for (size_t lane = 0; lane < lanes; ++lane) {
    const hls::delta_result r = hls::delta_softplus(delta[lane], u[lane], db[2 * lane], db[2 * lane + 1], softplus,
                                                    shifts, widths, counts);
    row.dt->dt2[lane] = r.dt2;
    row.dt->du[lane] = r.du;
    row.skip->value[lane] = r.skip;
  }
  saturations.delta += counts.delta;
  saturations.du += counts.du;
  saturations.skip += counts.skip;
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

}  // namespace

delta_kernel select_delta_kernel(const machine_shape& shape, bool vectorised) {
  if (shape.operand_bytes == 1) return vectorised ? delta_lanes_avx2<int8_t> : delta_lanes_any<int8_t>;
  return vectorised ? delta_lanes_avx2<int16_t> : delta_lanes_any<int16_t>;
}

}  // namespace scansim
