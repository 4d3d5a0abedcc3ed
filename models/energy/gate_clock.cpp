#include "models/energy/gate_clock.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "models/configs/data_directory.h"
#include "models/configs/published_clock.h"
#include "models/energy/technology_scale.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

std::vector<std::string> cells_in(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
  return cells;
}

bool is_of_units(const std::string& unit) {
  return unit == "gemm_lane" || unit == "gemm_lane_nm" || unit == "conv_lane" || unit == "norm_lane" ||
         unit == "hadamard_stage";
}

// Operators alone are no unit of the machine.
bool is_operator(const std::string& unit) { return unit.starts_with("add_") || unit.starts_with("mul_"); }

}  // namespace

std::optional<gate_clock> gate_clock_of(const design_point& point) {
  const std::string folder = energy_directory() + "/gates/";
  const std::string technology = point.technology.substr(0, point.technology.find('-'));
  std::error_code failed;
  if (!std::filesystem::is_regular_file(folder + technology + ".csv", failed)) return std::nullopt;
  const std::string file = folder + "rows.csv";
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  const std::vector<std::string> names = cells_in(line);
  gate_clock slowest;
  while (std::getline(stream, line)) {
    const std::vector<std::string> cells = cells_in(line);
    std::map<std::string, std::string> row;
    for (size_t i = 0; i < std::min(names.size(), cells.size()); ++i) row[names[i]] = cells[i];
    const std::string& unit = row["unit"];
    if (is_operator(unit) || (is_of_units(unit) && !point.has_units())) continue;
    const double fo4 = std::strtod(row["fo4"].c_str(), nullptr);
    if (fo4 > slowest.fo4) slowest = {unit, row["design_point"], fo4, 0, 0};
  }
  if (slowest.fo4 <= 0) throw input_error(file, "fo4", "paths of units in FO4", "none");
  slowest.nominal_mhz = 1e6 / (slowest.fo4 * scale_to(point.technology).fo4_ps.cost.nominal_pj);
  slowest.above_percent = 100 * (point.clock_mhz / slowest.nominal_mhz - 1);
  return slowest;
}

std::string gate_clock_remark(const design_point& point) {
  const std::optional<gate_clock> found = gate_clock_of(point);
  if (!found || found->above_percent <= 0) return "";
  std::ostringstream text;
  text.setf(std::ios::fixed);
  text.precision(0);
  text << "clock: " << point.clock_mhz << " MHz is ";
  text.precision(found->above_percent < 9.5 ? 1 : 0);
  text << found->above_percent << " % above ";
  text.precision(0);
  text << found->nominal_mhz << " MHz of " << found->unit << " (";
  text.precision(1);
  text << found->fo4 << " FO4 of " << point.technology.substr(0, point.technology.find('-')) << ", gates of "
       << found->rows_of << "), the slowest unit";
  return text.str();
}

nlohmann::json clock_with_gates(const design_point& point) {
  nlohmann::json object = clock_json(point);
  const std::optional<gate_clock> found = gate_clock_of(point);
  if (found && found->above_percent > 0)
    object["slowest_unit"] = {{"unit", found->unit},
                              {"fo4", found->fo4},
                              {"rows_of", found->rows_of},
                              {"nominal_mhz", found->nominal_mhz},
                              {"above_percent", found->above_percent}};
  return object;
}

}  // namespace scansim
