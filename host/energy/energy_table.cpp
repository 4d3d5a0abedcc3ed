#include "host/energy/energy_table.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "traces/input_error.h"

namespace scansim {
namespace {

std::string figure(double value) { return fmt::format("{:.6g}", value); }

struct csv_column {
  const char* name;
  std::string (*text)(const energy_measurement& row);
};

using row_type = const energy_measurement&;

constexpr csv_column csv_columns[] = {
    {"unit", [](row_type row) { return row.unit; }},
    {"data", [](row_type row) { return std::string(kind_name(row.kind)); }},
    {"operations", [](row_type row) { return std::to_string(row.operations); }},
    {"cycles", [](row_type row) { return std::to_string(row.cycles); }},
    {"pj", [](row_type row) { return figure(row.all.sum()); }},
    {"pj_without_glitches", [](row_type row) { return figure(row.settled.sum()); }},
    {"combinational_pj", [](row_type row) { return figure(row.all.combinational); }},
    {"registers_pj", [](row_type row) { return figure(row.all.registers); }},
    {"inputs_pj", [](row_type row) { return figure(row.all.inputs); }},
    {"clock_pj", [](row_type row) { return figure(row.all.clock); }},
    {"leakage_pj", [](row_type row) { return figure(row.all.leakage); }},
    {"leakage_nw", [](row_type row) { return figure(row.leakage_nw); }},
    {"kge", [](row_type row) { return figure(row.kge); }},
    {"cells", [](row_type row) { return std::to_string(row.cells); }},
    {"registers", [](row_type row) { return std::to_string(row.registers); }},
    {"period_ns", [](row_type row) { return figure(row.period); }},
    {"fo4", [](row_type row) { return figure(row.period / row.fo4); }},
    {"outputs_equal", [](row_type row) { return std::to_string(row.compared); }},
    {"design_point", [](row_type row) { return row.point.name; }},
    {"trace", [](row_type row) { return std::filesystem::path(row.trace_path).filename().string(); }},
    {"level", [](row_type) { return std::string("circuit"); }},
    {"source", [](row_type row) { return row.library + " by " + row.tool.substr(0, row.tool.find(" (")); }},
};

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream stream(line);
  std::string cell;
  while (std::getline(stream, cell, ',')) cells.push_back(cell);
  return cells;
}

std::string header_line() {
  std::string text;
  for (const csv_column& column : csv_columns) text += (text.empty() ? "" : ",") + std::string(column.name);
  return text;
}

}  // namespace

std::vector<energy_measurement> measure_all(const std::string& trace_path, const design_point& point,
                                            const drive_size& size, const progress_callback& progress) {
  std::vector<energy_measurement> rows;
  const bool has_layer = load_unit_data(trace_path, point, data_kind::trace, 1).layer != nullptr;
  for (const measured_unit& unit : measured_units()) {
    if (unit.source == vector_source::layer && !has_layer) continue;
    for (const data_kind kind : {data_kind::trace, data_kind::random, data_kind::zeros}) {
      if (unit.source == vector_source::none && kind != data_kind::random) continue;
      measure_request request{unit.name, trace_path, kind, 1, size};
      rows.push_back(measure_energy(request, point, progress));
      if (!rows.back().first_difference.empty())
        throw tool_error(
            fmt::format("{} on {}: {}", unit.name, kind_name(kind), rows.back().first_difference));
    }
  }
  return rows;
}

std::string energy_csv(std::span<const energy_measurement> rows) {
  std::string text = header_line() + "\n";
  for (const energy_measurement& row : rows) {
    std::string line;
    for (const csv_column& column : csv_columns) line += (line.empty() ? "" : ",") + column.text(row);
    text += line + "\n";
  }
  return text;
}

std::vector<energy_csv_row> read_energy_csv(const std::string& file) {
  std::ifstream stream(file);
  std::string line;
  if (!std::getline(stream, line) || line != header_line())
    throw input_error(file, "line 1", header_line(), stream ? "\"" + line + "\"" : "no such file");
  const std::vector<std::string> names = cells_of(line);
  std::vector<energy_csv_row> rows;
  for (int number = 2; std::getline(stream, line); ++number) {
    const std::vector<std::string> cells = cells_of(line);
    if (cells.size() != names.size())
      throw input_error(file, "line " + std::to_string(number), std::to_string(names.size()) + " cells",
                        std::to_string(cells.size()));
    energy_csv_row& row = rows.emplace_back();
    for (size_t i = 0; i < names.size(); ++i) row[names[i]] = cells[i];
  }
  return rows;
}

}  // namespace scansim
