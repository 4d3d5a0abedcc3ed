// How fast the units of a design point can be: the longest path of each, in FO4 of the cell library, scaled
// to the point's technology, against its clock_mhz.
// Contract: a bound from above: units alone, inputs at the clock's edge, without wires, clock skew and
// memories. The slowest is that of the longest path in FO4. low and high are of the technology's FO4.
// Errors: as energy_measure.h.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "host/energy/energy_measure.h"
#include "models/energy/technology_scale.h"

namespace scansim {

struct unit_path {
  std::string unit, from, to;
  double period_ns = 0, fo4 = 0;  // in the library
  energy_range mhz;               // at the technology; low: with its slowest FO4
};

struct clock_report {
  design_point point;
  technology_scale scale;
  std::vector<unit_path> units;  // slowest first
  double fo4_ns = 0;
};

unit_path path_of(const std::string& unit, double period_ns, const std::vector<std::string>& path,
                  double fo4_ns, const technology_scale& scale);
clock_report clock_of(const design_point& point, const progress_callback& progress = {});

// One line: by how much the clock is above or below what the slowest unit can do.
std::string clock_verdict(const clock_report& report);
std::string clock_text(const clock_report& report);
nlohmann::json to_json(const clock_report& report);

}  // namespace scansim
