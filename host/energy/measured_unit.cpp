#include "host/energy/measured_unit.h"

#include <fmt/format.h>

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

constexpr measured_unit units[] = {
    {"scan_pe", "state update", scan_pe_module, drive_scan_pe},
    {"exp_pwl", "exp", exp_pwl_module, drive_exp_pwl},
    {"delta_lane", "row of a channel (softplus, 3 products)", delta_lane_module, drive_delta_lane},
    {"gate_lane", "row of a channel (silu, 2 products)", gate_lane_module, drive_gate_lane},
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
