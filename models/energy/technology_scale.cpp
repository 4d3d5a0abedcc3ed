#include "models/energy/technology_scale.h"

#include <filesystem>

#include "models/configs/data_directory.h"
#include "models/energy/energy_recipes.h"
#include "traces/input_error.h"

namespace scansim {

technology_scale scale_to(const std::string& technology) {
  const std::string name = technology.substr(0, technology.find('-'));
  const std::string file = energy_directory() + "/gates/" + name + ".csv";
  std::error_code failed;
  if (!std::filesystem::is_regular_file(file, failed))
    throw input_error(file, "file", "what gates of 180 nm cost in " + technology, "none");
  const cost_table table = load_cost_table(file, energy_directory());
  const auto row = [&](const char* wanted) {
    const auto found = table.rows.find(wanted);
    if (found == table.rows.end()) throw input_error(file, "event", wanted, "no such row");
    return found->second;
  };
  return {name, file, row(gate_energy_row), row(gate_fo4_row)};
}

}  // namespace scansim
