#include "models/configs/design_point.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "hls/map/descriptor_map.h"
#include "models/configs/data_directory.h"
#include "models/configs/parameter_range.h"
#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {

namespace {

constexpr double min_clock_mhz = 1;
constexpr double max_clock_mhz = 10000;

constexpr int passes_of_field() {
  for (const auto& field : map::scan_fields)
    if (std::string_view(field.name) == "passes") return (1 << field.bits) - 1;
  return 0;
}
constexpr int most_passes = passes_of_field();

bool is_power_of_two(int value) { return value > 0 && (value & (value - 1)) == 0; }

using fault = std::optional<input_error>;

fault ranges_fault(const design_point& point, const std::string& file) {
  if (!(point.clock_mhz >= min_clock_mhz && point.clock_mhz <= max_clock_mhz)) {
    return input_error(file, "clock_mhz", "a number of MHz in 1..10000", std::to_string(point.clock_mhz));
  }
  if (point.region_skew_pages < 0 || point.region_skew_pages > most_region_skew)
    return input_error(file, region_skew_key, fmt::format("a number in 0..{}", most_region_skew),
                       std::to_string(point.region_skew_pages));
  for (const parameter_row& field : map::parameters) {
    const int value = point.*field.member;
    if (value < field.low || value > field.high ||
        (field.power_of_two && value != 0 && !is_power_of_two(value))) {
      return input_error(file, field.key, expected_range(field), std::to_string(value));
    }
  }
  return std::nullopt;
}

// One beat of the memory port carries at least one token of every lane, and one token of B or C of every
// state that is worked on in parallel, so that no unpacker needs two beats for one step.
fault beat_fault(const design_point& point, const std::string& file, const char* field, int count,
                 int bytes) {
  if (count * bytes > point.axi_bytes()) {
    return input_error(file, field,
                       "at most " + std::to_string(point.axi_bytes() / bytes) + " (elements of " +
                           std::to_string(bytes) + " bytes in one beat of axi_data_bits " +
                           std::to_string(point.axi_data_bits) + ")",
                       std::to_string(count));
  }
  return std::nullopt;
}

int narrowest_port() {
  for (const parameter_row& row : map::parameters)
    if (row.member == &machine_parameters::axi_data_bits) return row.low;
  return 0;
}

// Resident tables (A, and {bias, D}) are filled by one job per tile, each rounded up to whole beats: a tile's
// rows must fill whole beats, or the next tile would leave a gap.
fault tile_row_fault(const design_point& point, const std::string& file, const char* row, int row_bytes) {
  if (8 * point.interleave * row_bytes < narrowest_port())
    return input_error(
        file, "interleave",
        fmt::format("at least {} (interleave x {} fills a beat of {} bits, the narrowest port)",
                    narrowest_port() / (8 * row_bytes), row, narrowest_port()),
        std::to_string(point.interleave));
  if (point.interleave * row_bytes < point.axi_bytes()) {
    return input_error(
        file, "axi_data_bits",
        fmt::format("at most {} (interleave x {} fills a beat)", 8 * point.interleave * row_bytes, row),
        std::to_string(point.axi_data_bits));
  }
  return std::nullopt;
}

// The machine counts rows and beats of a resident table in 16 bits.
fault table_size_fault(const design_point& point, const std::string& file) {
  constexpr int64_t most = 32768;
  const int64_t rows = point.state_capacity / point.num_pe();
  const int64_t beats_a = int64_t{point.state_capacity} * point.operand_bytes() / point.axi_bytes();
  const int64_t beats_db = rows * point.num_lanes * 4 / point.axi_bytes();
  const int64_t largest = std::max({rows, beats_a, beats_db});
  if (largest > most) {
    return input_error(file, "state_capacity",
                       fmt::format("at most {} (tables of {} rows or beats)",
                                   point.state_capacity / ((largest + most - 1) / most), most),
                       std::to_string(point.state_capacity));
  }
  return std::nullopt;
}

fault relations_fault(const design_point& point, const std::string& file) {
  if (fault found = beat_fault(point, file, "num_lanes", point.num_lanes, point.operand_bytes()))
    return found;
  if (fault found = beat_fault(point, file, "states_per_lane", point.states_per_lane, point.operand_bytes()))
    return found;
  if (fault found = beat_fault(point, file, "num_lanes", point.num_lanes, point.output_bytes())) return found;
  if (point.max_states % point.states_per_lane != 0) {
    return input_error(file, "max_states",
                       "a multiple of states_per_lane " + std::to_string(point.states_per_lane),
                       std::to_string(point.max_states));
  }
  if (point.max_states / point.states_per_lane > most_passes)
    return input_error(file, "max_states",
                       "at most " + std::to_string(most_passes * point.states_per_lane) +
                           " states, those of a lane as often as a descriptor has passes",
                       std::to_string(point.max_states));
  if (fault found = tile_row_fault(point, file, "num_lanes x 4 bytes", 4 * point.num_lanes)) return found;
  if (fault found = tile_row_fault(point, file, "num_lanes x states_per_lane x operand_bits / 8",
                                   point.num_pe() * point.operand_bytes()))
    return found;
  if (fault found = table_size_fault(point, file)) return found;
  const int tile_states = point.tile_channels() * point.max_states;
  if (point.state_capacity < tile_states) {
    return input_error(
        file, "state_capacity",
        "at least interleave x num_lanes x max_states = " + std::to_string(tile_states) + " states",
        std::to_string(point.state_capacity));
  }
  return std::nullopt;
}

// What scans with sets take for granted (sim/SETS.md, section 6).
fault sets_fault(const design_point& point, const std::string& file) {
  if (point.max_sets == 0) return std::nullopt;
  const int slots = point.tile_buffers * point.tile_channels() * point.max_states;
  if (point.state_capacity < slots)
    return input_error(file, "state_capacity",
                       fmt::format("at least tile_buffers x interleave x num_lanes x max_states = {} states "
                                   "(max_sets is not 0)",
                                   slots),
                       std::to_string(point.state_capacity));
  constexpr int most_bc_rows = 32768;
  const int passes = point.max_states / point.states_per_lane;
  if (2 * point.chunk_tokens * passes > most_bc_rows)
    return input_error(
        file, "chunk_tokens",
        fmt::format("at most {} (max_sets is not 0, {} passes)", most_bc_rows / (2 * passes), passes),
        std::to_string(point.chunk_tokens));
  return std::nullopt;
}

input_error refused(const std::string& file, const char* field, const std::string& expected, int found) {
  return input_error(file, field, expected, std::to_string(found));
}

// What the units take for granted (sim/PROGRAM.md, section 1): a word is a beat, a tile of the scan and
// a row of every unit.
fault units_fault(const design_point& point, const std::string& file) {
  const std::pair<const char*, int> sizes[] = {{"gemm_weight_rows", point.gemm_weight_rows},
                                               {"gemm_x_words", point.gemm_x_words},
                                               {"scratch_words", point.scratch_words},
                                               {"channel_words", point.channel_words}};
  for (const auto& [field, value] : sizes) {
    if (!point.has_units() && value != 0) return refused(file, field, "0 (gemm_depth is 0)", value);
    if (point.has_units() && value < 2)
      return refused(file, field, "at least 2 (gemm_depth is not 0)", value);
  }
  if (!point.has_units()) return std::nullopt;
  const int word = point.axi_bytes();
  if (point.gemm_depth < 4 || point.gemm_depth > word)
    return refused(file, "gemm_depth",
                   fmt::format("0 or 4..{} (axi_data_bits {})", word, point.axi_data_bits), point.gemm_depth);
  // The dma counts the beats of a job in 16 bits.
  constexpr int most_beats = 32768;
  if (point.gemm_weight_rows * point.gemm_depth > most_beats)
    return refused(file, "gemm_weight_rows",
                   fmt::format("at most {} (gemm_depth {})", most_beats / point.gemm_depth, point.gemm_depth),
                   point.gemm_weight_rows);
  if (word < map::least_unit_word || word > map::most_unit_word)
    return refused(
        file, "axi_data_bits",
        fmt::format("{} to {} with units (gemm_depth)", 8 * map::least_unit_word, 8 * map::most_unit_word),
        point.axi_data_bits);
  if (point.operand_bits != 8)
    return refused(file, "operand_bits", "8 with units (gemm_depth)", point.operand_bits);
  if (point.output_bits != 16)
    return refused(file, "output_bits", "16 with units (gemm_depth)", point.output_bits);
  if (point.state_bits > 16)
    return refused(file, "state_bits", "16 with units (gemm_depth)", point.state_bits);
  if (point.tile_channels() != word)
    return refused(file, "interleave", fmt::format("num_lanes x interleave = {} with units (a word)", word),
                   point.interleave);
  if (point.states_per_lane != word && 2 * point.states_per_lane != word)
    return refused(file, "states_per_lane", fmt::format("{} or {} with units", word / 2, word),
                   point.states_per_lane);
  return std::nullopt;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

void check_names(const design_point& point, const std::string& file) {
  const std::vector<std::string>& memories = default_memory_names();
  if (std::find(memories.begin(), memories.end(), point.memory) == memories.end()) {
    throw input_error(file, "memory", "one of " + joined(memories),
                      fmt::format("\"{}\"", printable(point.memory)));
  }
  // A name, not a path: anything else could reach outside the folder of cost tables.
  const bool plain = !point.technology.empty() && point.technology.find_first_of("/\\") == std::string::npos;
  const std::filesystem::path table = energy_directory() + "/" + point.technology + ".csv";
  std::error_code ignored;
  if (!plain || !std::filesystem::is_regular_file(table, ignored)) {
    throw input_error(file, "technology", "a cost table models/energy/<technology>.csv",
                      fmt::format("\"{}\"", printable(point.technology)));
  }
}

const std::vector<std::string>& default_memory_names() {
  static const std::vector<std::string> names = {"ideal",     "latency",     "random",
                                                 "dram-ddr4", "dram-lpddr5", "dram-hbm2"};
  return names;
}

std::string memory_setting_of(const std::string& key) {
  static constexpr std::string_view prefix = "memory.";
  return key.starts_with(prefix) ? key.substr(prefix.size()) : "";
}

std::optional<input_error> machine_fault(const design_point& point, const std::string& file) {
  if (fault found = ranges_fault(point, file)) return found;
  if (fault found = relations_fault(point, file)) return found;
  if (fault found = sets_fault(point, file)) return found;
  return units_fault(point, file);
}

void check_design_point(const design_point& point, const std::string& file) {
  if (const std::optional<input_error> found = machine_fault(point, file)) throw *found;
  check_names(point, file);
}

namespace {

// A number where it is one.
nlohmann::json plain_json(const std::string& text) {
  const nlohmann::json parsed = nlohmann::json::parse(text, nullptr, false);
  return parsed.is_number() || parsed.is_boolean() ? parsed : nlohmann::json(text);
}

}  // namespace

nlohmann::json to_json(const design_point& point) {
  nlohmann::json object = {{"name", point.name},
                           {"clock_mhz", point.clock_mhz},
                           {"memory", point.memory},
                           {"technology", point.technology}};
  for (const parameter_row& field : map::parameters) object[field.key] = point.*field.member;
  if (point.region_skew_pages != default_region_skew) object[region_skew_key] = point.region_skew_pages;
  for (const auto& [name, text] : point.memory_settings) object["memory." + name] = plain_json(text);
  return object;
}

std::vector<std::pair<std::string, int>> rtl_parameters(const design_point& point) {
  std::vector<std::pair<std::string, int>> parameters;
  for (const parameter_row& field : map::parameters) {
    parameters.emplace_back(field.rtl_parameter, point.*field.member);
  }
  return parameters;
}

}  // namespace scansim
