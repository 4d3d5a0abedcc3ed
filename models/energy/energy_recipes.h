// What one counted event costs, in pJ: the row of that name in the cost table if there is one, otherwise the
// recipe, a sum of primitives (an a x b multiply, an n-bit add, a bit of SRAM, a bit of a register) at the
// widths of the design point. A recipe of the block (unit_recipes.h) goes before one of the event's name
// alone. models/energy/recipes.md lists every recipe. Contract: all rows of one recipe
// have one level; a missing row, or an event that has neither row nor recipe and is not free, is an
// input_error, never a zero.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "models/configs/design_point.h"
#include "models/energy/cost_table.h"

namespace scansim {

struct event_cost {
  energy_range cost;  // of one event
  energy_level level = energy_level::circuit;
  std::vector<std::string> rows;  // the rows of the cost table that it was composed from
};

// What costs in every cycle of the machine, whatever it does: the block and the event, counted as cycles. The
// cost of one is power x the time of a cycle; rows of these names are in pJ per ns: of 1000 gate equivalents,
// of a KiB, of the whole memory.
inline constexpr const char* static_block = "static";
inline constexpr const char* dram_block = "dram";
inline constexpr std::pair<const char*, const char*> cycle_events[] = {
    {static_block, "logic_leakage"}, {static_block, "memory_leakage"}, {dram_block, "dram_background"}};

// Events that cost nothing by themselves: saturation counts and cycle counts.
// Rows of models/energy/gates: what gates of the 180 nm library are in a technology (host/energy).
inline constexpr const char *gate_energy_row = "gate_energy", *gate_fo4_row = "gate_fo4";

bool is_free_event(const std::string& event);
// Whether a cost table may hold a row of this name: a counted event or a primitive.
bool is_cost_name(const std::string& name);
// Errors: input_error naming the table and the row that is missing.
event_cost cost_of_event(const std::string& block, const std::string& event, const design_point& point,
                         const cost_table& table);

}  // namespace scansim
