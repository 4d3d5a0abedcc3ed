#include "models/energy/energy_recipes.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "hls/map/counter_map.h"
#include "hls/nonlin/exp_line.h"
#include "models/energy/machine_size.h"
#include "models/energy/recipe_context.h"
#include "models/energy/unit_recipes.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

// For a counter that counts operations of two widths: bounds from each, nominal in the middle.
energy_range either(const energy_range& narrow, const energy_range& wide) {
  return {narrow.low_pj, (narrow.nominal_pj + wide.nominal_pj) / 2, wide.high_pj};
}

energy_range state_update(recipe_context& of) {
  const int operand = of.operand_bits();
  const int state = of.state_bits();
  return of.multiply(hls::dt2_bits, of.widths().rate_bits()) +  // delta * A
         of.multiply(of.widths().du_bits(), operand) +          // (delta * u) * B
         of.multiply(hls::decay_bits, state) +                  // decay * h
         of.multiply(state, operand) +                          // C * h
         of.add(hls::decay_bits + state) +                      // decay * h + drive
         2 * of.add(of.widths().acc_bits());                    // sum over the states, and its rounding
}

double cycle_ns(const design_point& point) { return 1000 / point.clock_mhz; }

double state_macro_bytes(const design_point& point) {
  return double(point.state_capacity) / point.num_lanes * point.state_bits / 8;
}
double parameter_macro_bytes(const design_point& point) {
  return double(point.state_capacity) / point.num_lanes * point.operand_bytes();
}
double state_vector_macro_bytes(const design_point& point) {  // B or C: two chunks
  return 2.0 * point.max_states * point.chunk_tokens * point.operand_bytes();
}
double list_macro_bytes(const design_point& point) {  // entries of all sets
  return 4.0 * point.max_sets * std::max(point.chunk_tokens, point.axi_bytes() / 4);
}

const std::map<std::string, recipe>& recipes() {
  static const std::map<std::string, recipe> list = {
      {"softplus_ops", [](recipe_context& of) { return of.piecewise_linear(46, 19, 9, hls::dt_bits); }},
      {"mac_delta",
       [](recipe_context& of) {
         return (1.0 / 3) * (of.multiply(hls::dt_bits, 17) + of.multiply(hls::dt_bits, of.operand_bits()) +
                             of.multiply(hls::param_bits, of.operand_bits()));
       }},
      {"state_updates", state_update},
      {"exp_ops",
       [](recipe_context& of) {
         return of.piecewise_linear(hls::exp_base_bits + hls::exp_slope_bits, hls::exp_slope_bits,
                                    hls::exponent_lsb - of.widths().exp_index_bits(), hls::decay_bits);
       }},
      {"silu_ops", [](recipe_context& of) { return of.piecewise_linear(32, 14, 9, hls::sigmoid_frac + 1); }},
      {"mac_gate",
       [](recipe_context& of) {
         return either(of.multiply(of.operand_bits(), hls::sigmoid_frac + 1),
                       of.multiply(hls::v_bits, hls::gate_bits));
       }},
      {"y_add_ops", [](recipe_context& of) { return of.add(of.point().output_bits); }},
      {"list_read_bits", [](recipe_context& of) { return of.sram_bit(list_macro_bytes(of.point())); }},
      {"state_sram_read_bits", [](recipe_context& of) { return of.sram_bit(state_macro_bytes(of.point())); }},
      {"state_sram_write_bits",
       [](recipe_context& of) { return of.sram_bit(state_macro_bytes(of.point())); }},
      {"param_read_bits", [](recipe_context& of) { return of.sram_bit(parameter_macro_bytes(of.point())); }},
      {"bc_read_bits", [](recipe_context& of) { return of.sram_bit(state_vector_macro_bytes(of.point())); }},
      {"buffer_read_bits", [](recipe_context& of) { return of.buffer_bit(); }},
      {"buffer_write_bits", [](recipe_context& of) { return of.buffer_bit(); }},
      {"slot_read_bits", [](recipe_context& of) { return of.register_bits(1); }},
      {"slot_write_bits", [](recipe_context& of) { return of.register_bits(1); }},
      {"logic_leakage",
       [](recipe_context& of) {
         return cycle_ns(of.point()) * size_of(of.point()).logic_kge * of.row("logic_leakage");
       }},
      {"memory_leakage",
       [](recipe_context& of) {
         return cycle_ns(of.point()) * size_of(of.point()).memory_kib * of.row("memory_leakage");
       }},
      {"dram_background",
       [](recipe_context& of) { return cycle_ns(of.point()) * of.row("dram_background"); }},
      {"dram_padding_bytes", [](recipe_context& of) { return of.row("dram_read_bytes"); }},
  };
  return list;
}

// Events that are costed by a row of their own only.
bool is_direct_event(const std::string& event) {
  return event == "dram_read_bytes" || event == "dram_write_bytes" || event == "dram_activates" ||
         event == "dram_refreshes";
}

// Whose row is a power, so that it never stands for the event itself.
bool is_cycle_event(const std::string& event) {
  return std::any_of(std::begin(cycle_events), std::end(cycle_events),
                     [&](const auto& one) { return event == one.second; });
}

bool names_anchor(const std::vector<anchor>& anchors, const std::string& name) {
  return std::any_of(anchors.begin(), anchors.end(), [&](const anchor& one) { return name == one.second; });
}

}  // namespace

bool is_free_event(const std::string& event) {
  static const std::set<std::string> observers = {"read_bursts", "write_bursts", "mac_slots", "tokens",
                                                  "resets",      "holds",        "muted_rows"};
  const auto of_map = std::find_if(counter_names.begin(), counter_names.end(),
                                   [&](const counter_name& name) { return name.event == event; });
  const bool work = of_map == counter_names.end() || of_map->kind == counter_class::event;
  return !work || observers.count(event) != 0;
}

bool is_cost_name(const std::string& name) {
  if (name == gate_energy_row || name == gate_fo4_row) return true;
  return recipes().count(name) != 0 || is_unit_event(name) || is_direct_event(name) || name == register_row ||
         names_anchor(multiply_anchors, name) || names_anchor(add_anchors, name) ||
         names_anchor(sram_anchors, name);
}

event_cost cost_of_event(const std::string& block, const std::string& event, const design_point& point,
                         const cost_table& table) {
  if (is_free_event(event)) return {};
  recipe_context context(point, table, event);
  event_cost result;
  const recipe own = unit_recipe(block, event);
  const auto shared = recipes().find(event);
  const bool has_row = table.rows.contains(event) && !is_cycle_event(event);
  if (has_row || (own == nullptr && shared == recipes().end())) {
    result.cost = context.row(event);
  } else {
    result.cost = own != nullptr ? own(context) : shared->second(context);
  }
  result.level = context.level();
  result.rows = context.rows();
  return result;
}

}  // namespace scansim
