#include "host/energy/measured_unit.h"

#include <fmt/format.h>

#include <random>

#include "hls/map/depth_map.h"
#include "host/energy/layer_stimulus.h"
#include "models/configs/widths.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

rtl_module scan_pe_module(const design_point& point) {
  const hls::widths w = widths_of(point);
  return {"ssm_scan_pe",
          {{"OperandBits", w.operand_bits},
           {"StateBits", w.state_bits},
           {"ExpSegments", w.exp_segments},
           {"DuBits", w.du_bits()},
           {"SlotCount", scan_slots(point)}}};
}

rtl_module exp_pwl_module(const design_point& point) {
  return {"ssm_exp_pwl", {{"Segments", point.exp_segments}}};
}

rtl_module delta_lane_module(const design_point& point) {
  const hls::widths w = widths_of(point);
  return {"ssm_delta_lane",
          {{"OperandBits", w.operand_bits}, {"DuBits", w.du_bits()}, {"AccBits", w.acc_bits()}}};
}

rtl_module gate_lane_module(const design_point& point) {
  const hls::widths w = widths_of(point);
  return {"ssm_gate_lane", {{"OperandBits", w.operand_bits}, {"AccBits", w.acc_bits()}}};
}

rtl_module gemm_lane_module(const design_point& point) {
  if (!point.has_units()) throw input_error(point.name, "gemm_depth", "a machine with units", "0: none");
  return {"ssm_gemm_lane", {{"Depth", point.gemm_depth}}};
}

rtl_module conv_lane_module(const design_point&) { return {"ssm_conv1d_lane", {}}; }
rtl_module norm_lane_module(const design_point&) { return {"ssm_rms_norm_lane", {}}; }

rtl_module hadamard_module(const design_point& point) {
  return {"ssm_hadamard_beat", {{"NumLanes", point.axi_bytes() / 2}, {"InBits", 22}}};
}

rtl_module dt_fifo_module(const design_point& point) {
  return {"ssm_stream_fifo", {{"Width", hls::dt2_bits + widths_of(point).du_bits()}, {"Depth", dt_depth}}};
}

// a op b, combinational; signed, the result as wide as it can get.
template <char Operation, int Bits>
rtl_module operator_module(const design_point&) {
  constexpr int result = Operation == '*' ? 2 * Bits : Bits + 1;
  const std::string name = fmt::format("operator_{}{}", Operation == '*' ? "mul" : "add", Bits);
  return {name,
          {},
          fmt::format("module {} (input logic signed [{}:0] a_i, input logic signed [{}:0] b_i,\n"
                      "  output logic signed [{}:0] y_o);\n  assign y_o = a_i {} b_i;\nendmodule\n",
                      name, Bits - 1, Bits - 1, result - 1, Operation)};
}

template <char Operation, int Bits>
unit_stimulus drive_operator(const unit_data& data, const design_point&, const drive_size& size) {
  unit_stimulus made;
  const int a = made.input("a_i", Bits), b = made.input("b_i", Bits);
  const int y = made.output("y_o", Operation == '*' ? 2 * Bits : Bits + 1);
  std::mt19937_64 random(data.seed);
  for (size_t cycle = 0; cycle <= size.beats; ++cycle) {
    const auto draw = [&] { return static_cast<int64_t>(random() << (64 - Bits)) >> (64 - Bits); };
    const int64_t left = draw(), right = draw();
    made.set(cycle, a, left), made.set(cycle, b, right);
    made.expect(cycle, y, Operation == '*' ? left * right : left + right);
    made.at(cycle).counted = cycle > 0, made.at(cycle).ops = cycle > 0;
  }
  return made;
}

constexpr measured_unit units[] = {
    {"scan_pe", "state update", scan_pe_module, drive_scan_pe},
    {"exp_pwl", "exp", exp_pwl_module, drive_exp_pwl},
    {"delta_lane", "row of a channel (softplus, 3 products)", delta_lane_module, drive_delta_lane},
    {"gate_lane", "row of a channel (silu, 2 products)", gate_lane_module, drive_gate_lane},
    {"dt_fifo", "entry of a lane, written and read", dt_fifo_module, drive_dt_fifo},
    {"gemm_lane", "multiply-accumulate, dense", gemm_lane_module, drive_gemm_lane, vector_source::layer},
    {"gemm_lane_nm", "multiply-accumulate, 2 of 4 weights", gemm_lane_module, drive_gemm_lane_nm,
     vector_source::layer, "gemm_lane"},
    {"conv_lane", "output of a channel (4 products, silu)", conv_lane_module, drive_conv_lane,
     vector_source::layer},
    {"norm_lane", "value scaled (2 products)", norm_lane_module, drive_norm_lane, vector_source::layer},
    {"hadamard_stage", "addition", hadamard_module, drive_hadamard_stage, vector_source::layer},
    {"add_int8", "addition of random operands", operator_module<'+', 8>, drive_operator<'+', 8>,
     vector_source::none},
    {"add_int32", "addition of random operands", operator_module<'+', 32>, drive_operator<'+', 32>,
     vector_source::none},
    {"mul_int8", "product of random operands", operator_module<'*', 8>, drive_operator<'*', 8>,
     vector_source::none},
    {"mul_int32", "product of random operands", operator_module<'*', 32>, drive_operator<'*', 32>,
     vector_source::none},
};

}  // namespace

std::span<const measured_unit> measured_units() { return units; }

const measured_unit& find_measured_unit(std::string_view name) {
  std::string names;
  for (const measured_unit& unit : units) {
    if (unit.name == name) return unit;
    names += (names.empty() ? "" : ", ") + std::string(unit.name);
  }
  throw input_error("command line", "UNIT", "one of " + names, "'" + std::string(name) + "'");
}

}  // namespace scansim
