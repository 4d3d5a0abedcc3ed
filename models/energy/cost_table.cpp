#include "models/energy/cost_table.h"

#include <charconv>
#include <cmath>
#include <filesystem>
#include <sstream>
#include <vector>

#include "models/energy/energy_recipes.h"
#include "traces/file_kind.h"
#include "traces/input_error.h"
#include "traces/mapped_file.h"
#include "traces/strict_json.h"

namespace scansim {

namespace {

const std::vector<std::string> columns = {"event", "low_pj", "nominal_pj", "high_pj",
                                          "node",  "level",  "source"};

constexpr size_t max_file_bytes = 1 << 20;
constexpr const char* dram_prefix = "dram_";

bool is_dram_name(const std::string& memory_model) { return memory_model.starts_with("dram-"); }

std::string header_text() {
  std::string text;
  for (const std::string& column : columns) text += (text.empty() ? "" : ",") + column;
  return text;
}

std::vector<std::string> split_cells(const std::string& line) {
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == ',') {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  for (std::string& cell : cells) {
    const size_t first = cell.find_first_not_of(" \t\r");
    const size_t last = cell.find_last_not_of(" \t\r");
    cell = first == std::string::npos ? "" : cell.substr(first, last - first + 1);
  }
  return cells;
}

// One line of the file, with what a message about it needs.
class csv_line {
 public:
  csv_line(const std::string& file, int number, const std::string& text)
      : file_(file), number_(number), cells_(split_cells(text)) {}

  const std::vector<std::string>& cells() const { return cells_; }
  const std::string& cell(size_t column) const { return cells_[column]; }

  [[noreturn]] void refuse(size_t column, const std::string& expected) const {
    throw input_error(file_, "line " + std::to_string(number_) + ", column " + columns[column], expected,
                      "\"" + printable(cells_[column]) + "\"");
  }

  double energy_pj(size_t column) const {
    const std::string& text = cells_[column];
    double value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end || !std::isfinite(value) || value < 0) {
      refuse(column, "a number of pJ, 0 or more");
    }
    return value;
  }

 private:
  const std::string& file_;
  int number_;
  std::vector<std::string> cells_;
};

energy_level parse_level(const csv_line& line) {
  for (const energy_level level :
       {energy_level::circuit, energy_level::device, energy_level::path, energy_level::board}) {
    if (line.cell(5) == level_name(level)) return level;
  }
  line.refuse(5, "circuit, device, path or board");
}

cost_row parse_row(const csv_line& line) {
  cost_row row;
  row.cost = {line.energy_pj(1), line.energy_pj(2), line.energy_pj(3)};
  if (row.cost.low_pj > row.cost.nominal_pj)
    line.refuse(1, "low_pj <= nominal_pj " + printable(line.cell(2)));
  if (row.cost.nominal_pj > row.cost.high_pj)
    line.refuse(3, "high_pj >= nominal_pj " + printable(line.cell(2)));
  row.node = line.cell(4);
  row.level = parse_level(line);
  row.source = line.cell(6);
  if (row.node.empty()) line.refuse(4, "a technology node");
  if (row.source.empty()) line.refuse(6, "a source, or \"assumption\"");
  return row;
}

void add_line(cost_table& table, int number, const std::string& text) {
  const csv_line line(table.file, number, text);
  if (line.cells().size() != columns.size()) {
    throw input_error(table.file, "line " + std::to_string(number), "7 cells: " + header_text(),
                      std::to_string(line.cells().size()));
  }
  if (!is_cost_name(line.cell(0))) line.refuse(0, "a counted event or a primitive of the recipes");
  if (!table.rows.emplace(line.cell(0), parse_row(line)).second) line.refuse(0, "each event once");
}

}  // namespace

cost_table load_cost_table(const std::string& name_or_path, const std::string& energy_dir) {
  const std::filesystem::path given = name_or_path;
  const bool is_path = given.extension() == ".csv";
  cost_table table;
  table.technology = is_path ? given.stem().string() : name_or_path;
  table.dram = table.technology;
  table.file = is_path ? name_or_path : energy_dir + "/" + name_or_path + ".csv";
  const mapped_file file(table.file);
  require_at_most(file, max_file_bytes, table.file);
  require_text(file.text(), table.file, "a cost table (CSV)");
  std::istringstream stream{std::string(file.text())};
  std::string text;
  if (!std::getline(stream, text) || split_cells(text) != columns) {
    throw input_error(table.file, "line 1", header_text(), "\"" + printable(text) + "\"");
  }
  for (int number = 2; std::getline(stream, text); ++number) {
    if (text.find_first_not_of(" \t\r") != std::string::npos && text[0] != '#') add_line(table, number, text);
  }
  return table;
}

cost_table load_costs(const std::string& technology, const std::string& memory_model,
                      const std::string& energy_dir) {
  cost_table table = load_cost_table(technology, energy_dir);
  if (!is_dram_name(memory_model)) return table;
  const cost_table dram = load_cost_table(memory_model, energy_dir);
  std::erase_if(table.rows, [](const auto& row) { return row.first.starts_with(dram_prefix); });
  for (const auto& [event, row] : dram.rows) {
    if (!event.starts_with(dram_prefix))
      throw input_error(dram.file, event, "costs of DRAM alone", "a cost of the machine");
    table.rows[event] = row;
  }
  table.dram = memory_model;
  return table;
}

}  // namespace scansim
