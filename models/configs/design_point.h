// A design point: every parameter of one machine, read from models/configs/<name>.yaml, the only source of
// them all (SystemVerilog parameters are derived from here). Load with load_design_point(); every field is
// required in the YAML, unknown keys and illegal combinations are refused with input_error.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

namespace scansim {

struct design_point {
  std::string name;
  double clock_mhz = 0;  // MHz
  // Scan array: num_lanes channels in parallel, states_per_lane states of each channel in parallel.
  int num_lanes = 0;        // power of two, 1..64
  int states_per_lane = 0;  // power of two, 1..64
  int interleave = 0;       // channel groups of one tile that take turns in the pipeline, power of two, 2..8
  int max_states = 0;       // largest d_state N of one descriptor, multiple of states_per_lane, <= 64
  // Arithmetic (hls/README.md).
  int operand_bits = 0;  // 8 or 16
  int state_bits = 0;    // 16..32
  int output_bits = 0;   // 8 or 16
  int exp_segments = 0;  // 8, 16, 32 or 64
  // Buffers.
  int chunk_tokens = 0;    // tokens of one tile, power of two, 4..256
  int tile_buffers = 0;    // tiles in flight per operand stream, power of two, 2..8
  int state_capacity = 0;  // states held on chip (channels x states), power of two
  // Memory port.
  int axi_data_bits = 0;     // 32..1024, power of two
  int axi_max_burst = 0;     // beats of one burst, 1..256
  int read_outstanding = 0;  // read bursts in flight, power of two, 2..64
  // Units around the scan (sim/PROGRAM.md); gemm_depth 0: none, and the others are 0 too.
  int gemm_depth = 0;        // multipliers per output channel of the gemm, power of two, 4..32
  int gemm_weight_rows = 0;  // rows of axi_bytes x gemm_depth weights held on chip, power of two
  int gemm_x_words = 0;      // words (axi_bytes) of one of the gemm's two input slots, power of two
  int scratch_words = 0;     // words of the scratch memory, power of two
  int channel_words = 0;     // largest d_inner in words, power of two
  std::string memory;        // default memory model
  std::string technology;    // energy cost table, models/energy/<technology>.csv

  int num_pe() const { return num_lanes * states_per_lane; }
  int operand_bytes() const { return operand_bits / 8; }
  int output_bytes() const { return output_bits / 8; }
  int state_bytes() const { return state_bits <= 16 ? 2 : 4; }  // bytes of one state in memory
  int axi_bytes() const { return axi_data_bits / 8; }
  int passes(int states) const { return (states + states_per_lane - 1) / states_per_lane; }
  bool has_units() const { return gemm_depth > 0; }
  int tile_channels() const { return num_lanes * interleave; }
};

// `name_or_path`: a name listed by list_design_points() or a path that ends in .yaml.
// `overrides`: "key=value" pairs applied after reading (same checks). Errors: input_error naming file and
// key.
design_point load_design_point(const std::string& name_or_path, const std::string& config_dir,
                               const std::vector<std::string>& overrides = {});
// Ranges of every field, the rules that tie fields together, memory and technology known. Throws input_error.
void check_design_point(const design_point& point, const std::string& file);
// Every field under its YAML key, and "name".
nlohmann::json to_json(const design_point& point);
// The inverse; `file` is only for messages. Same checks as for a YAML file.
design_point design_point_from_json(const nlohmann::json& object, const std::string& file);

// Names of the .yaml files of a directory without the ending, sorted. Errors: input_error, not a directory.
std::vector<std::string> list_design_points(const std::string& config_dir);
// The memory models that a design point may name as its default.
const std::vector<std::string>& default_memory_names();
// Parameters of the RTL's top module: {"NumLanes", 16}, ... in the order of the YAML file.
std::vector<std::pair<std::string, int>> rtl_parameters(const design_point& point);

}  // namespace scansim
