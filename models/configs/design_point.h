// A design point: every parameter of one machine, read from models/configs/<name>.yaml, the only source of
// them all (SystemVerilog parameters are derived from here). Load with load_design_point(); every field is
// required in the YAML, unknown keys and illegal combinations are refused with input_error.
#pragma once
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hls/map/parameter_map.h"
#include "traces/input_error.h"

namespace scansim {

inline constexpr const char* region_skew_key = "region_skew_pages";
inline constexpr int default_region_skew = 4, most_region_skew = 64;

struct design_point : machine_parameters {
  std::string name;
  double clock_mhz = 0;    // MHz
  std::string memory;      // default memory model
  std::string technology;  // energy cost table, models/energy/<technology>.csv
  // Parameters of the memory model that stand for those of its file, keys memory.<name> in YAML: name ->
  // value.
  std::map<std::string, std::string> memory_settings;
  // Gaps between large regions of memory, so that they do not meet in the same banks
  // (host/program/base/region_allocator.h); optional in YAML; 0: none.
  int region_skew_pages = default_region_skew;

  int num_pe() const { return num_lanes * states_per_lane; }
  int operand_bytes() const { return operand_bits / 8; }
  int output_bytes() const { return output_bits / 8; }
  int state_bytes() const { return state_bits <= 16 ? 2 : 4; }  // bytes of one state in memory
  int axi_bytes() const { return axi_data_bits / 8; }
  int passes(int states) const { return (states + states_per_lane - 1) / states_per_lane; }
  bool has_units() const { return gemm_depth > 0; }
  int tile_channels() const { return num_lanes * interleave; }
};

// `name_or_path`: a name listed by list_design_points() or a path that ends in .yaml or .yml.
// `overrides`: "key=value" pairs applied after reading (same checks). Errors: input_error naming file and
// key.
design_point load_design_point(const std::string& name_or_path, const std::string& config_dir,
                               const std::vector<std::string>& overrides = {});
// Ranges of every field and the rules that tie them together: the first that does not hold.
std::optional<input_error> machine_fault(const design_point& point, const std::string& file);
// Memory and technology known. Throws input_error.
void check_names(const design_point& point, const std::string& file);
// Both. Throws input_error.
void check_design_point(const design_point& point, const std::string& file);
// Every field under its YAML key, and "name".
nlohmann::json to_json(const design_point& point);
// The inverse; `file` is only for messages. Same checks as for a YAML file.
design_point design_point_from_json(const nlohmann::json& object, const std::string& file);

// Names of the .yaml files of a directory without the ending, sorted. Errors: input_error, not a directory.
std::vector<std::string> list_design_points(const std::string& config_dir);
// The name of the memory parameter that a key memory.<name> sets; empty: another key. Which names a model has
// is its own to say (sim/mem/memory_timing.h).
std::string memory_setting_of(const std::string& key);
// The memory models that a design point may name as its default.
const std::vector<std::string>& default_memory_names();
// Parameters of the RTL's top module: {"NumLanes", 16}, ... in the order of the YAML file.
std::vector<std::pair<std::string, int>> rtl_parameters(const design_point& point);

}  // namespace scansim
