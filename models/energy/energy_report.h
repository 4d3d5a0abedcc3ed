// Energy of a run: sum over blocks and events of count x cost of one event (energy_recipes.h), in pJ as
// low/nominal/high. Sums are kept per level; the system estimate adds the levels present and says which they
// were. Where cycles are counted, the machine's leakage and the DRAM's background are charged for each of
// them. Contract: the parts sum to the totals; every counted event is costed or free. The clock tree, control
// and wires are not modelled.
#pragma once
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "models/configs/design_point.h"
#include "models/energy/cost_table.h"
#include "models/energy/energy_range.h"
#include "models/energy/energy_recipes.h"

namespace scansim {

// Counters of a run: block -> event -> count.
using event_counters = std::map<std::string, std::map<std::string, uint64_t>>;

struct event_energy {
  std::string block;
  std::string event;
  uint64_t count = 0;
  energy_range per_event;
  energy_range total;
  energy_level level = energy_level::circuit;
  std::vector<std::string> rows;  // of the cost table
};

struct level_energy {
  energy_level level = energy_level::circuit;
  energy_range total;
};

struct block_energy {
  std::string block;
  energy_level level = energy_level::circuit;
  energy_range total;
};

struct energy_report {
  std::string technology;
  std::string dram, dram_node;       // the table of the dram_* rows, and what it says they are
  std::vector<event_energy> events;  // every costed event, by block, then event
  std::vector<block_energy> blocks;  // one per block and level
  std::vector<level_energy> levels;
  energy_range system_estimate;  // over all levels

  std::string level_names() const;  // "circuit + device"
};

// What a memory model counted that costs energy beside the bytes on the port: rows opened, refreshes, and
// bytes of DRAM bursts that the port did not ask for. Empty where the model knows none of them.
using memory_events = std::vector<std::pair<std::string, uint64_t>>;
std::map<std::string, uint64_t> costed_dram_events(const memory_events& events);

// And what every cycle of the machine costs, counted (cycle_events); unchanged where no cycles are counted.
event_counters with_cycle_events(event_counters counters);

// Of with_cycle_events(counters). Errors: input_error naming the cost table and the event that it cannot
// cost.
energy_report estimate_energy(const event_counters& counters, const design_point& point,
                              const cost_table& table);

nlohmann::json to_json(const energy_report& report);
// What the estimate leaves out, for every place that prints it.
inline constexpr const char* energy_not_modelled = "clock tree, control and wires between blocks";

}  // namespace scansim
