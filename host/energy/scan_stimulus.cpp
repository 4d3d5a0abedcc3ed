#include "host/energy/scan_stimulus.h"

#include <algorithm>
#include <bit>

#include "hls/scan/gate_silu.h"
#include "host/energy/scan_order.h"
#include "models/configs/widths.h"
#include "sim/switching/unit_switching.h"

namespace scansim {
namespace {

// The pipelines fill with rows of their own, whose energy is not counted.
constexpr uint64_t lead_in = 8;

int index_bits(int count) { return std::bit_width(static_cast<unsigned>(count) - 1u); }

struct lane_place {
  int lane, state;
};

lane_place place_of(int k, int places, const design_point& point) {
  return {k * point.num_lanes / places, (k * point.states_per_lane / places) % point.states_per_lane};
}

uint64_t share_of_place(const drive_size& size) {
  return std::max<uint64_t>(1, size.beats / static_cast<uint64_t>(size.places));
}

class pe_driver {
 public:
  pe_driver(const design_point& point, unit_stimulus& made) : made_(made) {
    const hls::widths w = widths_of(point);
    widths_ = w;
    enable = made.input("enable_i", 7);
    dt2 = made.input("dt2_i", hls::dt2_bits), a = made.input("a_i", w.operand_bits);
    align = made.input("align_i", 2), du = made.input("du_i", w.du_bits());
    b = made.input("b_i", w.operand_bits), c = made.input("c_i", w.operand_bits);
    const int slot_bits = index_bits(scan_slots(point));
    slot_read = made.input("slot_read_i", slot_bits), slot_write = made.input("slot_write_i", slot_bits);
    use_slot = made.input("use_slot_i", 1), slot_we = made.input("slot_we_i", 1);
    loaded = made.input("loaded_i", w.state_bits);
    state = made.output("state_o", w.state_bits), saturated = made.output("saturated_o", 1);
    product = made.output("product_o", w.operand_bits + w.state_bits);
  }

  // A step that begins in that cycle (rtl/scan/ssm_scan_pe.sv: which cycle takes what).
  void add(size_t cycle, const scan_row& row, const scan_values::row_values& values, int n, int slot,
           int align_a, bool counted) {
    const scan_values::step& one = values.steps[static_cast<size_t>(n)];
    for (size_t stage = 0; stage < 7; ++stage) {
      stimulus_cycle& at = made_.at(cycle + stage);
      at.in[static_cast<size_t>(enable)] |= uint64_t{1} << stage;
    }
    made_.at(cycle).ops = counted, made_.at(cycle).counted = counted;
    const std::array<int64_t, 8> seen = step_operands(values.dt.dt2, values.dt.du, one.a, one.b, one.c,
                                                      one.before, one.after, constants_of(align_a));
    made_.operands.push_back({0, counted, {seen.begin(), seen.end()}});
    made_.set(cycle, dt2, values.dt.dt2), made_.set(cycle, a, one.a), made_.set(cycle, align, align_a);
    made_.set(cycle + 4, du, values.dt.du), made_.set(cycle + 4, b, one.b);
    made_.set(cycle + 4, slot_read, slot), made_.set(cycle + 4, use_slot, !row.first);
    made_.set(cycle + 4, loaded, row.first ? one.before : 0);
    made_.set(cycle + 5, slot_write, slot), made_.set(cycle + 5, slot_we, !row.last);
    made_.set(cycle + 6, c, one.c);
    made_.expect(cycle + 5, state, one.after), made_.expect(cycle + 5, saturated, one.saturated);
    made_.expect(cycle + 7, product, one.product);
  }

 private:
  unit_stimulus& made_;
  hls::scan_constants constants_of(int align_a) const { return {widths_, align_a}; }
  hls::widths widths_;
  int enable, dt2, a, align, du, b, c, slot_read, slot_write, use_slot, slot_we, loaded, state, saturated,
      product;
};

// Calls visit(cycle, row, values, first state, counted) for the beats of several lanes and states.
template <class Visit>
void each_step(const unit_data& data, const design_point& point, const drive_size& size, size_t gap,
               const Visit& visit) {
  size_t cycle = 0;
  for (int k = 0; k < size.places; ++k) {
    const lane_place at = place_of(k, size.places, point);
    scan_values values(data.scan, point);
    uint64_t steps = 0;
    const uint64_t wanted = share_of_place(size) + lead_in;
    for (const scan_row& row : rows_of_lane(data.scan, point, at.lane, wanted)) {
      const scan_values::row_values found = values.next(row);
      for (int p = 0; p < values.passes() && steps < wanted; ++p, ++cycle, ++steps)
        visit(cycle, row, found, p * point.states_per_lane + at.state, row.group * values.passes() + p,
              values.shifts().align_a, steps >= lead_in);
    }
    cycle += gap;
  }
}

}  // namespace

int scan_slots(const design_point& point) {
  return point.interleave * point.max_states / point.states_per_lane;
}

unit_stimulus drive_scan_pe(const unit_data& data, const design_point& point, const drive_size& size) {
  unit_stimulus made;
  pe_driver driver(point, made);
  each_step(data, point, size, 8,
            [&](size_t cycle, const scan_row& row, const scan_values::row_values& values, int n, int slot,
                int align, bool counted) { driver.add(cycle, row, values, n, slot, align, counted); });
  return made;
}

unit_stimulus drive_exp_pwl(const unit_data& data, const design_point& point, const drive_size& size) {
  unit_stimulus made;
  const int enable = made.input("enable_i", 3), exponent = made.input("exponent_ni", hls::exponent_bits);
  const int one = made.input("one_i", 1), zero = made.input("zero_i", 1);
  const int decay = made.output("decay_o", hls::decay_bits);
  const hls::widths w = widths_of(point);
  each_step(data, point, size, 4,
            [&](size_t cycle, const scan_row&, const scan_values::row_values& values, int n, int, int,
                bool counted) {
              const uint32_t e = values.steps[static_cast<size_t>(n)].exponent;
              made.set(cycle, exponent, -int64_t{e});
              made.set(cycle, one, e == 0), made.set(cycle, zero, e > uint32_t{1} << hls::exponent_bits);
              for (size_t stage = 0; stage < 3; ++stage)
                made.at(cycle + stage).in[static_cast<size_t>(enable)] |= uint64_t{1} << stage;
              made.at(cycle).ops = counted, made.at(cycle).counted = counted;
              made.expect(cycle + 3, decay,
                          hls::exp_pwl(e, hls::exp_pwl_table(w.exp_segments), w.exp_index_bits()));
            });
  return made;
}

unit_stimulus drive_delta_lane(const unit_data& data, const design_point& point, const drive_size& size) {
  unit_stimulus made;
  const hls::widths w = widths_of(point);
  const int softplus = made.input("softplus_i", 1);
  const int sh_delta = made.input("sh_delta_i", 6), sh_bias = made.input("sh_bias_i", 6);
  const int sh_dt2 = made.input("sh_dt2_i", 6), sh_du = made.input("sh_du_i", 6);
  const int sh_skip = made.input("sh_skip_i", 6);
  const int delta = made.input("delta_i", w.operand_bits), u = made.input("u_i", w.operand_bits);
  const int bias = made.input("bias_i", hls::param_bits), d = made.input("d_i", hls::param_bits);
  const int dt2 = made.output("dt2_o", hls::dt2_bits), du = made.output("du_o", w.du_bits());
  const int skip = made.output("skip_o", w.acc_bits()), sat = made.output("sat_delta_o", 1);
  size_t cycle = 0;
  for (int k = 0; k < size.places; ++k) {
    scan_values values(data.scan, point);
    const hls::scan_shifts& sh = values.shifts();
    uint64_t count = 0;
    for (const scan_row& row : rows_of_lane(data.scan, point, place_of(k, size.places, point).lane,
                                            share_of_place(size) + lead_in)) {
      const scan_values::row_values found = values.next(row);
      made.set(cycle, delta, found.operands.delta), made.set(cycle, u, found.operands.u);
      made.set(cycle, bias, found.operands.bias), made.set(cycle, d, found.operands.d);
      for (size_t stage = 0; stage <= 4; ++stage) {  // of the row in the cycle of their use: the same for all
        made.set(cycle + stage, softplus, data.scan.options.delta_softplus);
        made.set(cycle + stage, sh_delta, sh.delta), made.set(cycle + stage, sh_bias, sh.bias);
        made.set(cycle + stage, sh_dt2, sh.dt2), made.set(cycle + stage, sh_du, sh.du);
        made.set(cycle + stage, sh_skip, sh.skip);
      }
      made.expect(cycle + 4, dt2, found.dt.dt2), made.expect(cycle + 4, du, found.dt.du);
      made.expect(cycle + 4, skip, found.dt.skip);
      made.expect(cycle + 4, sat, found.saturations.delta != 0);
      made.at(cycle).counted = count >= lead_in, made.at(cycle).ops = count >= lead_in;
      const std::array<int64_t, 7> seen = delta_operands(found.operands.delta, found.operands.u,
                                                         found.operands.bias, found.operands.d, found.dt);
      made.operands.push_back({0, count >= lead_in, {seen.begin(), seen.end()}});
      ++cycle, ++count;
    }
  }
  return made;
}

unit_stimulus drive_gate_lane(const unit_data& data, const design_point& point, const drive_size& size) {
  unit_stimulus made;
  const hls::widths w = widths_of(point);
  const int has_z = made.input("has_z_i", 1);
  const int sh_z = made.input("sh_z_i", 6), sh_v = made.input("sh_v_i", 6), sh_y = made.input("sh_y_i", 6);
  const int acc = made.input("acc_i", w.acc_bits()), skip = made.input("skip_i", w.acc_bits());
  const int z = made.input("z_i", w.operand_bits);
  const int y = made.output("y_o", hls::y_bits);
  const bool gated = !data.scan.z.empty();
  size_t cycle = 0;
  for (int k = 0; k < size.places; ++k) {
    scan_values values(data.scan, point);
    const hls::scan_shifts& sh = values.shifts();
    uint64_t count = 0;
    for (const scan_row& row : rows_of_lane(data.scan, point, place_of(k, size.places, point).lane,
                                            share_of_place(size) + lead_in)) {
      const scan_values::row_values found = values.next(row);
      made.set(cycle, acc, found.acc), made.set(cycle, skip, found.dt.skip);
      made.set(cycle, z, found.operands.z);
      for (size_t stage = 0; stage <= 5; ++stage) {
        made.set(cycle + stage, has_z, gated), made.set(cycle + stage, sh_z, sh.z);
        made.set(cycle + stage, sh_v, sh.v), made.set(cycle + stage, sh_y, sh.y);
      }
      hls::saturation_counts sat;
      made.expect(
          cycle + 5, y,
          hls::gate_silu(found.acc, found.dt.skip, found.operands.z, hls::gate_of(gated), sh, w, sat));
      made.at(cycle).counted = count >= lead_in, made.at(cycle).ops = count >= lead_in;
      const std::array<int64_t, 4> seen = gate_operands(found.acc, found.dt.skip, found.operands.z, sh);
      made.operands.push_back({0, count >= lead_in, {seen.begin(), seen.end()}});
      ++cycle, ++count;
    }
  }
  return made;
}

unit_stimulus drive_dt_fifo(const unit_data& data, const design_point& point, const drive_size& size) {
  unit_stimulus made;
  const hls::widths w = widths_of(point);
  const int reset_n = made.input("rst_ni", 1), push = made.input("push_i", 1), pop = made.input("pop_i", 1);
  const int dt2_in = made.input("data_i", hls::dt2_bits),
            du_in = made.input("data_i", w.du_bits(), hls::dt2_bits);
  const int ready = made.output("ready_o", 1), valid = made.output("valid_o", 1);
  const int dt2_out = made.output("data_o", hls::dt2_bits);
  const int du_out = made.output("data_o", w.du_bits(), hls::dt2_bits);
  constexpr size_t reset_cycles = 2;
  made.at(reset_cycles - 1);
  size_t cycle = reset_cycles;
  for (int k = 0; k < size.places; ++k) {
    scan_values values(data.scan, point);
    uint64_t count = 0;
    for (const scan_row& row : rows_of_lane(data.scan, point, place_of(k, size.places, point).lane,
                                            share_of_place(size) + lead_in)) {
      const hls::delta_result dt = values.next(row).dt;
      made.set(cycle, reset_n, 1), made.set(cycle + 1, reset_n, 1);
      made.set(cycle, push, 1), made.set(cycle + 1, pop, 1);
      made.set(cycle, dt2_in, dt.dt2), made.set(cycle, du_in, dt.du);
      made.expect(cycle, ready, 1), made.expect(cycle + 1, valid, 1);
      made.expect(cycle + 1, dt2_out, dt.dt2), made.expect(cycle + 1, du_out, dt.du);
      made.at(cycle).counted = count >= lead_in, made.at(cycle).ops = count >= lead_in;
      const std::array<int64_t, 7> seen = delta_operands(0, 0, 0, 0, dt);
      made.operands.push_back({0, count >= lead_in, {seen.begin(), seen.end()}});
      ++cycle, ++count;
    }
  }
  return made;
}

}  // namespace scansim
