// A cost table: pJ of each event or primitive of one technology, read from models/energy/<technology>.csv
// with the header "event,low_pj,nominal_pj,high_pj,node,level,source". An event is a counter of the machine
// (dram_read_bytes); a primitive is an operator or a bit of memory from which energy_recipes.h composes
// events (mul_int8). Contract: 0 <= low <= nominal <= high, every source filled, no name twice, no unknown
// name. Values are not converted: a table without the row that an event needs is an error when the event is
// counted.
// DRAM has costs of its own, by the memory model that ran: models/energy/dram-*.csv, with activations and
// refreshes. A technology names a DRAM too, for memory models that are none (ideal, latency, random).
#pragma once
#include <map>
#include <string>

#include "models/energy/energy_range.h"

namespace scansim {

struct cost_row {
  energy_range cost;
  std::string node;
  energy_level level = energy_level::circuit;
  std::string source;
};

struct cost_table {
  std::string technology;
  std::string file;
  std::string dram;  // the table that the dram_* rows are from
  std::map<std::string, cost_row> rows;
};

// `name_or_path`: <energy_dir>/<name>.csv, or a path that ends in .csv. Errors: input_error naming line and
// column.
cost_table load_cost_table(const std::string& name_or_path, const std::string& energy_dir);

// The technology's table, with the dram_* rows of the memory model where it is a DRAM.
cost_table load_costs(const std::string& technology, const std::string& memory_model,
                      const std::string& energy_dir);

}  // namespace scansim
