#include "models/energy/recipe_check.h"

#include <map>

#include "models/configs/data_directory.h"
#include "models/energy/cost_table.h"
#include "models/energy/energy_recipes.h"

namespace scansim {

std::vector<counted_event> events_of_unit(const std::string& unit, const design_point& point) {
  static const std::map<std::string, std::vector<counted_event>> events = {
      {"scan_pe", {{"scan_serial", "state_updates", 1}, {"scan_serial", "exp_ops", 1}}},
      {"exp_pwl", {{"scan_serial", "exp_ops", 1}}},
      {"delta_lane", {{"delta_softplus", "softplus_ops", 1}, {"delta_softplus", "mac_delta", 3}}},
      {"gate_lane", {{"gate_silu", "silu_ops", 1}, {"gate_silu", "mac_gate", 2}}},
      {"gemm_lane", {{"gemm_nm", "macs", 1}}},
      {"gemm_lane_nm", {{"gemm_nm", "macs", 1}}},
      {"conv_lane",
       {{"conv1d_silu", "macs", 4}, {"conv1d_silu", "outputs", 1}, {"conv1d_silu", "silu_ops", 1}}},
      {"norm_lane", {{"rms_norm", "scale_ops", 1}}},
      {"hadamard_stage", {{"hadamard_fwht", "add_ops", 1}}}};
  const auto found = events.find(unit);
  if (found == events.end()) return {};
  std::vector<counted_event> list = found->second;
  if (unit == "scan_pe")  // the state stays in the slots beside the processing element
    for (const char* event : {"slot_read_bits", "slot_write_bits"})
      list.push_back({"scan_serial", event, static_cast<double>(point.state_bits)});
  return list;
}

std::optional<energy_range> estimated_energy(const std::string& unit, const design_point& point) {
  const std::vector<counted_event> events = events_of_unit(unit, point);
  if (events.empty()) return std::nullopt;
  const cost_table table = load_cost_table(point.technology, energy_directory());
  energy_range sum;
  for (const counted_event& one : events)
    sum += one.per_operation * cost_of_event(one.block, one.event, point, table).cost;
  return sum;
}

}  // namespace scansim
