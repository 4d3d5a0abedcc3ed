// Whether a design point's clock_mhz is above what the slowest of its units can do, from the committed paths
// at gate level (models/energy/gates/rows.csv, FO4 of the library) at the technology's nominal FO4. No
// synthesis: the paths are of the design point that the rows name; `scansim energy clock` times those of the
// point itself. Contract: one line without its end, with by how much and the path's unit; empty where the
// clock is within it, or where nothing is known of the technology's gates. Errors: input_error naming the
// file of the rows.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "models/configs/design_point.h"

namespace scansim {

struct gate_clock {
  std::string unit, rows_of;        // of the longest path; the design point of the rows
  double fo4 = 0, nominal_mhz = 0;  // of that path, and what it makes
  double above_percent = 0;         // clock_mhz over that; not above 0: within
};

std::optional<gate_clock> gate_clock_of(const design_point& point);
std::string gate_clock_remark(const design_point& point);
// clock_json (models/configs/published_clock.h), and `slowest_unit` where the clock is above what it makes.
nlohmann::json clock_with_gates(const design_point& point);

}  // namespace scansim
