// Energy of a run's units out of how their operands switched (sim/switching), by coefficients that are fitted
// to gates of the 180 nm library (models/energy/gates/coefficients.csv, from `scansim energy fit`):
//   E(unit) = sum over its counters of count x coefficient + clock x (cycles in which it works + idle ones)
// scaled to the point's technology (technology_scale.h). `clock` is of one instance and cycle, ungated; a run
// without cycles has no idle ones. Contract: every counter has a coefficient, if only 0: input_error naming
// file and counter, never a free event. Beside every unit stands its largest error on data that the fit has
// not seen (fit_errors.csv) and what recipes.md says of the same operations. Level circuit; without memories,
// wires, leakage. Errors are of the design point that the coefficients are of; at other widths they are
// unknown.
#pragma once
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "models/configs/design_point.h"
#include "models/energy/technology_scale.h"

namespace scansim {

// block -> event -> count, as operand_switching names them.
using switching_counters = std::map<std::string, std::map<std::string, uint64_t>>;

// A unit that is measured at gate level, and whose counters its energy follows.
struct switching_unit_row {
  const char *unit, *block;
  bool queue;                                    // of what the block puts out: dt2 and du alone
  int (*instances)(const design_point& point);   // on the machine
  int (*a_cycle)(const design_point& point);     // operations that an instance begins in a cycle
  int (*recipe_ops)(const design_point& point);  // of the recipe, an operation
};
std::vector<switching_unit_row> switching_unit_rows(const design_point& point);
// Whether the unit's energy may depend on that event of its block.
bool follows(const switching_unit_row& unit, const std::string& event);

struct switching_model {
  std::string folder, design_point;
  std::map<std::string, std::map<std::string, double>> pj;  // unit -> event, or clock -> pJ at 180 nm
  // unit, or total -> the largest of held-out data; where operands are zero or one value throughout.
  std::map<std::string, double> error_percent, stuck_percent;
};
// Errors: input_error naming file, line and what is missing.
switching_model load_switching_model(const std::string& energy_dir);

struct unit_switching_energy {
  std::string unit, block;
  uint64_t operations = 0;
  double switched_pj = 0, clock_pj = 0, idle_clock_pj = 0;  // at 180 nm
  energy_range total;                                       // in the technology
  std::optional<energy_range> recipes;                      // of the same operations
  double error_percent = 0, stuck_percent = 0;
};

struct switching_report {
  technology_scale scale;
  std::string design_point;  // of the coefficients
  bool same_widths = true;   // as the point's
  std::vector<unit_switching_energy> units;
  energy_range total;
  double error_percent = 0, stuck_percent = 0;
};

switching_report estimate_switching(const switching_counters& counters, std::optional<uint64_t> cycles,
                                    const design_point& point, const switching_model& model);
nlohmann::json to_json(const switching_report& report);

// What the counters of one unit cost at 180 nm, without its clock.
double switched_pj(const switching_unit_row& unit, const std::map<std::string, uint64_t>& counts,
                   const switching_model& model);

}  // namespace scansim
