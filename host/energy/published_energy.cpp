#include "host/energy/published_energy.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "host/energy/energy_table.h"
#include "host/report/text_table.h"
#include "models/configs/data_directory.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr const char* published_header = "machine,quantity,pj,node,level,width,source,what differs";

struct quantity {
  const char *name, *unit, *what;
};
constexpr quantity quantities[] = {
    {"state_update", "scan_pe", "state update, its exp and its product with C"},
    {"mac", "gemm_lane", "multiply-accumulate, dense"},
    {"exp", "exp_pwl", "exp"}};
constexpr const char* technologies[] = {"asic45", "asic7"};

double pj_of(const std::vector<energy_csv_row>& rows, const std::string& file, const char* unit) {
  for (const energy_csv_row& row : rows)
    if (row.at("unit") == unit && row.at("data") == "trace") return std::stod(row.at("pj"));
  throw input_error(file, unit, "a row of it on a trace", "none");
}

std::string pj_text(const energy_range& range) {
  return fmt::format("{:.3g}/{:.3g}/{:.3g}", range.low_pj, range.nominal_pj, range.high_pj);
}

}  // namespace

std::optional<double> energy_comparison::ratio(const published_energy& of) const {
  if (!of.pj || of.level != level_name(energy_level::circuit)) return std::nullopt;
  for (const own_energy& one : own)
    if (one.quantity == of.quantity && one.node == of.node) return one.pj.nominal_pj / *of.pj;
  return std::nullopt;
}

energy_comparison compare_published() {
  energy_comparison found;
  const std::string rows_file = energy_directory() + "/gates/rows.csv";
  const std::vector<energy_csv_row> rows = read_energy_csv(rows_file);
  for (const quantity& one : quantities)
    for (const char* technology : technologies) {
      const technology_scale scale = scale_to(technology);
      const double gates = pj_of(rows, rows_file, one.unit);
      found.own.push_back(
          {one.name, one.unit, technology, scale.energy.node, gates, gates * scale.energy.cost});
    }
  const std::string file = energy_directory() + "/published.csv";
  std::ifstream stream(file);
  std::string line;
  if (!std::getline(stream, line) || line != published_header)
    throw input_error(file, "line 1", published_header, stream ? "\"" + line + "\"" : "no such file");
  for (int number = 2; std::getline(stream, line); ++number) {
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
    const std::string where = "line " + std::to_string(number);
    if (cells.size() != 8) throw input_error(file, where, "8 cells", std::to_string(cells.size()));
    published_energy& one = found.published.emplace_back(
        published_energy{cells[0], cells[1], cells[3], cells[4], cells[5], cells[6], cells[7], {}});
    if (cells[2].empty()) continue;
    try {
      one.pj = std::stod(cells[2]);
    } catch (const std::exception&) {
      throw input_error(file, where, "pJ as a number, or nothing", "\"" + cells[2] + "\"");
    }
  }
  return found;
}

std::string published_text(const energy_comparison& found) {
  std::string text;
  for (const quantity& one : quantities) {
    text_table table(
        {"<" + std::string(one.what), "pJ", "<node", "<level", "<width", "ours over it", "<what differs"});
    for (const own_energy& own : found.own)
      if (own.quantity == one.name)
        table.add_row({"scansim (" + own.unit + ")", pj_text(own.pj), own.node, "circuit",
                       "int8; state 16 bits", "",
                       fmt::format("low/nominal/high, from {:.4g} pJ of gates at 180 nm", own.gates_pj)});
    for (const published_energy& other : found.published) {
      if (other.quantity != one.name) continue;
      const std::optional<double> ratio = found.ratio(other);
      table.add_row({other.machine, other.pj ? fmt::format("{:.3g}", *other.pj) : "not published", other.node,
                     other.level, other.width, ratio ? fmt::format("{:.2f}", *ratio) : "-", other.differs});
    }
    text += table.text() + "\n";
  }
  return text +
         "ratios stand where node and level are the same; levels are never mixed; sources: "
         "models/energy/published.csv\n";
}

nlohmann::json to_json(const energy_comparison& found) {
  nlohmann::json object = {{"own", nlohmann::json::array()}, {"published", nlohmann::json::array()}};
  for (const own_energy& one : found.own)
    object["own"].push_back({{"quantity", one.quantity},
                             {"unit", one.unit},
                             {"technology", one.technology},
                             {"node", one.node},
                             {"level", "circuit"},
                             {"gates_pj_180nm", one.gates_pj},
                             {"low_pj", one.pj.low_pj},
                             {"nominal_pj", one.pj.nominal_pj},
                             {"high_pj", one.pj.high_pj}});
  for (const published_energy& one : found.published) {
    const std::optional<double> ratio = found.ratio(one);
    object["published"].push_back({{"machine", one.machine},
                                   {"quantity", one.quantity},
                                   {"pj", one.pj ? nlohmann::json(*one.pj) : nlohmann::json()},
                                   {"node", one.node},
                                   {"level", one.level},
                                   {"width", one.width},
                                   {"source", one.source},
                                   {"what_differs", one.differs},
                                   {"ours_over_it", ratio ? nlohmann::json(*ratio) : nlohmann::json()}});
  }
  return object;
}

}  // namespace scansim
