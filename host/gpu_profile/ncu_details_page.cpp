#include <fmt/format.h>

#include <map>

#include "host/gpu_profile/ncu_cells.h"
#include "host/gpu_profile/ncu_pages.h"
#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

// Behind the metric's value stand cells of rules, which rows of metrics may lack.
void check_width(const csv_table& table, const csv_record& row, int value) {
  const size_t least = static_cast<size_t>(value) + 1, most = table.names.size();
  if (row.cells.size() >= least && row.cells.size() <= most) return;
  throw input_error(table.file, fmt::format("line {}", row.line),
                    least == most ? fmt::format("{} cells, as the header", most)
                                  : fmt::format("{} to {} cells, as the header", least, most),
                    std::to_string(row.cells.size()));
}

}  // namespace

import_page read_ncu_details_page(const csv_table& table, char decimal_mark) {
  check_names(table);
  import_page page;
  page.source = "the details page of ncu";
  page.lines_passed_over = table.lines_passed_over;
  const ncu_launch_reader reader(table.names, page);
  const int section = table.find("Section Name"), name = table.find("Metric Name"),
            unit = table.find("Metric Unit"), value = table.find("Metric Value");
  if (unit < 0 || value < 0)
    throw input_error(table.file, "header", "columns Metric Unit and Metric Value", "none");
  ncu_cells cells;
  std::map<std::string, size_t> columns, launches;
  for (const csv_record& row : table.rows) {
    check_width(table, row, value);
    const auto cell = [&](int column) { return column < 0 ? "" : row.cells[static_cast<size_t>(column)]; };
    const import_launch launch = reader.launch(row.cells, page);
    const auto [known, added] = launches.emplace(launch.id, page.launches.size());
    if (added)
      page.launches.push_back(launch);
    else
      reader.check_same(page.launches[known->second], launch, page, table.file, row.line);
    if (cell(name).empty()) continue;  // a rule's
    const ncu_column meaning = classify_ncu_metric(cell(section), cell(name));
    if (meaning.kind == ncu_column_kind::text) continue;
    const bool label = meaning.kind == ncu_column_kind::label || cell(name) == "Duration";
    const std::string column_name = label ? cell(section) + ": " + cell(name) : cell(name);
    const auto column = columns.find(column_name);
    const size_t number = column != columns.end() ? column->second : cells.add_column(column_name, meaning);
    columns.emplace(column_name, number);
    cells.add(number, known->second, cell(unit), cell(value));
  }
  if (page.launches.empty()) throw input_error(table.file, "launches", "rows of metrics", "none");
  cells.read(page, table.file, decimal_mark);
  return page;
}

}  // namespace scansim
