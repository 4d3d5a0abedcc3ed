#include "models/energy/switching_energy.h"

#include <bit>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "models/configs/data_directory.h"
#include "models/energy/recipe_check.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr const char* coefficient_header = "unit,event,pj,design_point,level,source";
constexpr const char* error_header =
    "unit,held_out_rows,mean_percent,largest_percent,stuck_rows,stuck_percent";

int one(const design_point&) { return 1; }
int lanes_of(const design_point& point) { return point.num_lanes; }
int elements_of(const design_point& point) { return point.num_pe(); }
int word_of(const design_point& point) { return point.axi_bytes(); }
int half_word_of(const design_point& point) { return point.axi_bytes() / 2; }
int depth_of(const design_point& point) { return point.gemm_depth; }
int levels_of(const design_point& point) {
  return std::countr_zero(static_cast<unsigned>(point.axi_bytes() / 2));
}

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
  return cells;
}

template <class Take>
void each_row(const std::string& file, const std::string& header, const Take& take) {
  std::ifstream stream(file);
  std::string line;
  if (!std::getline(stream, line) || line != header)
    throw input_error(file, "line 1", header, stream ? "\"" + line + "\"" : "no such file");
  const size_t count = split(header).size();
  for (int number = 2; std::getline(stream, line); ++number) {
    const std::vector<std::string> cells = split(line);
    const std::string where = "line " + std::to_string(number);
    if (cells.size() != count)
      throw input_error(file, where, std::to_string(count) + " cells", std::to_string(cells.size()));
    take(cells, [&](size_t cell) {
      size_t used = 0;
      double value = -1;
      try {
        value = std::stod(cells[cell], &used);
      } catch (const std::exception&) {
      }
      if (used != cells[cell].size() || used == 0 || !(value >= 0))
        throw input_error(file, where, "a number, not below 0", "\"" + cells[cell] + "\"");
      return value;
    });
  }
}

std::string coefficient_file(const std::string& folder) { return folder + "/coefficients.csv"; }

double coefficient(const switching_model& model, const std::string& unit, const std::string& event) {
  const auto of_unit = model.pj.find(unit);
  if (of_unit != model.pj.end())
    if (const auto found = of_unit->second.find(event); found != of_unit->second.end()) return found->second;
  throw input_error(coefficient_file(model.folder), unit, "a row of " + event + ", what one of it costs",
                    "none");
}

uint64_t count_of(const std::map<std::string, uint64_t>& counts, const std::string& event) {
  const auto found = counts.find(event);
  return found == counts.end() ? 0 : found->second;
}

bool equal_widths(const design_point& point, const std::string& other) {
  const design_point of = load_design_point(other, config_directory(), {});
  return point.operand_bits == of.operand_bits && point.state_bits == of.state_bits &&
         point.output_bits == of.output_bits && point.exp_segments == of.exp_segments &&
         point.interleave * point.max_states / point.states_per_lane ==
             of.interleave * of.max_states / of.states_per_lane &&
         (!point.has_units() || (point.gemm_depth == of.gemm_depth && point.axi_bytes() == of.axi_bytes()));
}

nlohmann::json range_of(const energy_range& range) {
  return {{"low_pj", range.low_pj}, {"nominal_pj", range.nominal_pj}, {"high_pj", range.high_pj}};
}

}  // namespace

std::vector<switching_unit_row> switching_unit_rows(const design_point& point) {
  std::vector<switching_unit_row> rows = {{"scan_pe", "scan_serial", false, elements_of, one, one},
                                          {"delta_lane", "delta_softplus", false, lanes_of, one, one},
                                          {"dt_fifo", "delta_softplus", true, lanes_of, one, one},
                                          {"gate_lane", "gate_silu", false, lanes_of, one, one}};
  if (point.has_units())
    rows.insert(rows.end(), {{"gemm_lane", "gemm_nm", false, word_of, depth_of, one},
                             {"conv_lane", "conv1d_silu", false, word_of, one, one},
                             {"norm_lane", "rms_norm", false, half_word_of, one, one},
                             {"hadamard_stage", "hadamard_fwht", false, one, half_word_of, levels_of}});
  return rows;
}

bool follows(const switching_unit_row& unit, const std::string& event) {
  return !unit.queue || event == "operations" || event == "dt2_flips" || event == "du_flips";
}

switching_model load_switching_model(const std::string& energy_dir) {
  switching_model model;
  model.folder = energy_dir + "/gates";
  each_row(coefficient_file(model.folder), coefficient_header, [&](const auto& cells, const auto& number) {
    model.pj[cells[0]][cells[1]] = number(2);
    model.design_point = cells[3];
  });
  each_row(model.folder + "/fit_errors.csv", error_header, [&](const auto& cells, const auto& number) {
    model.error_percent[cells[0]] = number(3), model.stuck_percent[cells[0]] = number(5);
  });
  return model;
}

double switched_pj(const switching_unit_row& unit, const std::map<std::string, uint64_t>& counts,
                   const switching_model& model) {
  double sum = 0;
  for (const auto& [event, count] : counts)
    if (follows(unit, event)) sum += coefficient(model, unit.unit, event) * static_cast<double>(count);
  return sum;
}

switching_report estimate_switching(const switching_counters& counters, std::optional<uint64_t> cycles,
                                    const design_point& point, const switching_model& model) {
  switching_report report{scale_to(point.technology),
                          model.design_point,
                          equal_widths(point, model.design_point),
                          {},
                          {},
                          model.error_percent.at("total"),
                          model.stuck_percent.at("total")};
  const energy_range& scale = report.scale.energy.cost;
  for (const switching_unit_row& unit : switching_unit_rows(point)) {
    const auto block = counters.find(unit.block);
    if (block == counters.end()) continue;
    unit_switching_energy made;
    made.unit = unit.unit, made.block = unit.block;
    made.operations = count_of(block->second, "operations");
    const double clock = coefficient(model, unit.unit, "clock");
    const double working = static_cast<double>(made.operations) / unit.a_cycle(point);
    made.switched_pj = switched_pj(unit, block->second, model);
    made.clock_pj = clock * working;
    if (cycles)
      made.idle_clock_pj =
          clock * std::max(0., static_cast<double>(*cycles) * unit.instances(point) - working);
    made.total = (made.switched_pj + made.clock_pj + made.idle_clock_pj) * scale;
    if (const auto recipe = estimated_energy(unit.unit, point))
      made.recipes = static_cast<double>(made.operations) * unit.recipe_ops(point) * *recipe;
    made.error_percent = model.error_percent.at(unit.unit);
    made.stuck_percent = model.stuck_percent.at(unit.unit);
    report.total += made.total;
    report.units.push_back(std::move(made));
  }
  return report;
}

nlohmann::json to_json(const switching_report& report) {
  nlohmann::json object = {{"technology", report.scale.name},
                           {"level", level_name(report.scale.energy.level)},
                           {"scale_source", report.scale.energy.source},
                           {"coefficients_of", report.design_point},
                           {"same_widths", report.same_widths},
                           {"total", range_of(report.total)},
                           {"error_percent", report.error_percent},
                           {"stuck_percent", report.stuck_percent},
                           {"units", nlohmann::json::array()}};
  for (const unit_switching_energy& unit : report.units)
    object["units"].push_back({{"unit", unit.unit},
                               {"block", unit.block},
                               {"operations", unit.operations},
                               {"switched_pj_180nm", unit.switched_pj},
                               {"clock_pj_180nm", unit.clock_pj},
                               {"idle_clock_pj_180nm", unit.idle_clock_pj},
                               {"total", range_of(unit.total)},
                               {"recipes", unit.recipes ? range_of(*unit.recipes) : nlohmann::json()},
                               {"error_percent", unit.error_percent},
                               {"stuck_percent", unit.stuck_percent}});
  return object;
}

}  // namespace scansim
