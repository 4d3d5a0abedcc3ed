#include "models/energy/machine_size.h"

#include <bit>
#include <string>
#include <vector>

#include "models/area/memory_shapes.h"
#include "models/energy/energy_recipes.h"
#include "models/energy/recipe_context.h"

namespace scansim {
namespace {

// Areas over that of NAND2_X1 (0.798 um2) in the Nangate 45 nm open cell library: FA_X1 4.256, AND2_X1 1.064,
// DFF_X1 4.522 um2. A bit product is an AND and a full adder.
constexpr double full_adder_gates = 5.33, and_gates = 1.33, register_gates = 5.67;
constexpr double product_gates = full_adder_gates + and_gates;

// A table whose "costs" are gates: recipes of operators then sum up gates. Memories are counted apart.
const cost_table& gate_table() {
  static const cost_table table = [] {
    cost_table made;
    made.technology = made.file = "gate equivalents";
    const auto add = [&](const std::string& name, double gates) {
      made.rows[name].cost = {gates, gates, gates};
    };
    for (const anchor& one : multiply_anchors) add(one.second, one.first * product_gates);
    for (const anchor& one : add_anchors) add(one.second, one.first * full_adder_gates);
    for (const anchor& one : sram_anchors) add(one.second, 0);
    add(register_row, register_gates);
    return made;
  }();
  return table;
}

struct operator_count {
  const char* block;
  const char* event;  // that one of them makes in a cycle
  double copies;
};

std::vector<operator_count> operators_of(const design_point& point) {
  const double lanes = point.num_lanes, pes = point.num_pe();
  std::vector<operator_count> list = {
      {"delta_softplus", "softplus_ops", lanes}, {"delta_softplus", "mac_delta", 3 * lanes},
      {"scan_serial", "state_updates", pes},     {"scan_serial", "exp_ops", pes},
      {"gate_silu", "silu_ops", lanes},          {"gate_silu", "mac_gate", 2 * lanes}};
  if (point.max_sets > 0) list.push_back({"gate_silu", "y_add_ops", lanes});
  if (!point.has_units()) return list;
  const double word = point.axi_bytes(), half = word / 2;
  const double stages = std::bit_width(static_cast<unsigned>(point.axi_bytes() / 2)) +
                        std::bit_width(static_cast<unsigned>(point.channel_words));
  for (const operator_count& one : {operator_count{"gemm_nm", "macs", word * point.gemm_depth},
                                    {"gemm_nm", "outputs", word},
                                    {"gemm_nm", "silu_ops", word},
                                    {"index_unrank", "unranks", word},
                                    {"weight_load", "expansions", 2 * word},
                                    {"conv1d_silu", "macs", 4 * word},
                                    {"conv1d_silu", "outputs", word},
                                    {"conv1d_silu", "silu_ops", word},
                                    {"rms_norm", "macs", half},
                                    {"rms_norm", "scale_ops", half},
                                    {"rms_norm", "rsqrt_ops", 1},
                                    {"hadamard_fwht", "add_ops", half * stages}})
    list.push_back(one);
  return list;
}

}  // namespace

machine_size size_of(const design_point& point) {
  machine_size size;
  for (const operator_count& one : operators_of(point))
    size.logic_kge += one.copies * cost_of_event(one.block, one.event, point, gate_table()).cost.nominal_pj;
  size.logic_kge *= logic_overhead / 1000;
  for (const memory_shape& memory : memory_shapes(point))
    size.memory_kib += static_cast<double>(memory.all_bits()) / (8 * 1024);
  return size;
}

}  // namespace scansim
