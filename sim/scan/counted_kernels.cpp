#include "sim/scan/counted_kernels.h"

#include "hls/scan/scan_top.h"
#include "sim/scan/word_steps.h"
#include "sim/switching/unit_switching.h"

namespace scansim {
namespace {

machine_shape uncounted(const machine_shape& shape) {
  machine_shape plain = shape;
  plain.switching = nullptr;
  return plain;
}

// Of every slot of a lane what it multiplies; x_at(lane, slot).
template <class Taken>
void see_slots(const gemm_lane_beat& beat, const int32_t* acc, const Taken& x_at) {
  for (int lane = 0; lane < beat.lanes; ++lane) {
    int32_t sum = acc[lane];
    for (int slot = 0; slot < beat.n * beat.groups; ++slot) {
      const int8_t x = x_at(lane, slot), w = beat.w[lane * beat.depth + slot];
      sum += x * w;
      beat.switching->see(switching_unit::gemm_nm, lane * beat.depth + slot, {x, w, sum});
    }
  }
}

}  // namespace

void delta_lanes_counted(const machine_shape& shape, const tile_command& command, const delta_kernel_row& row,
                         hls::saturation_counts& saturations) {
  select_delta_kernel(uncounted(shape), vector_unit_present())(shape, command, row, saturations);
  for (int lane = 0; lane < shape.lanes; ++lane) {
    const auto operand = [&](const uint8_t* from) {
      return hls::load_signed(from + lane * shape.operand_bytes, shape.operand_bytes);
    };
    shape.switching->see(
        switching_unit::delta_softplus, lane,
        delta_operands(operand(row.delta), operand(row.u), hls::load_signed(row.db + 4 * lane, 2),
                       hls::load_signed(row.db + 4 * lane + 2, 2),
                       {row.dt->dt2[lane], row.dt->du[lane], row.skip->value[lane]}));
  }
}

void gate_lanes_counted(const machine_shape& shape, const tile_command& command, const gate_kernel_row& row,
                        hls::saturation_counts& saturations) {
  select_gate_kernel(uncounted(shape), vector_unit_present())(shape, command, row, saturations);
  for (int lane = 0; lane < shape.lanes; ++lane) {
    const int32_t z =
        row.z == nullptr ? 0 : hls::load_signed(row.z + lane * shape.operand_bytes, shape.operand_bytes);
    shape.switching->see(switching_unit::gate_silu, lane,
                         gate_operands(row.acc->value[lane], row.skip->value[lane], z, command.shifts));
  }
}

scan_kernel counted_scan_kernel(const machine_shape& shape, scan_kernel uncounted) {
  return [shape, uncounted = std::move(uncounted)](int lanes, int states, const hls::scan_constants& k,
                                                   const scan_kernel_beat& beat, uint64_t& saturated) {
    const std::vector<uint8_t> before(beat.h, beat.h + int64_t{lanes} * states * shape.state_bytes);
    uncounted(lanes, states, k, beat, saturated);
    if (beat.undriven) return;
    const auto operand = [&](const uint8_t* from, int i) {
      return hls::load_signed(from + i * shape.operand_bytes, shape.operand_bytes);
    };
    const auto state = [&](const uint8_t* from, int i) {
      return hls::load_signed(from + i * shape.state_bytes, shape.state_bytes);
    };
    for (int lane = 0; lane < lanes; ++lane)
      for (int s = 0; s < states; ++s) {
        const int place = lane * states + s;
        shape.switching->see(
            switching_unit::scan_serial, place,
            step_operands(beat.dt->dt2[lane], beat.dt->du[lane], operand(beat.a, place), operand(beat.b, s),
                          operand(beat.c, s), state(before.data(), place), state(beat.h, place), k));
      }
  };
}

void dense_lanes_counted(const gemm_lane_beat& beat, int32_t* acc) {
  see_slots(beat, acc,
            [&](int, int slot) { return beat.x[slot % beat.groups * beat.m + slot / beat.groups]; });
  dense_lanes(beat, acc);
}

void nm_lanes_counted(const gemm_lane_beat& beat, int32_t* acc) {
  see_slots(beat, acc, [&](int lane, int slot) {
    return beat.x[slot % beat.groups * beat.m + (beat.position[lane * beat.depth + slot] & (beat.m - 1))];
  });
  nm_lanes(beat, acc);
}

}  // namespace scansim
