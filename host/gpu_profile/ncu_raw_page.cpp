#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "host/gpu_profile/ncu_cells.h"
#include "host/gpu_profile/ncu_pages.h"
#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

const csv_record& units_row(const csv_table& table) {
  if (!table.rows.empty() && table.rows[0].cells[0].empty()) return table.rows[0];
  const auto metric = std::find_if(table.names.begin(), table.names.end(), [](const std::string& name) {
    return classify_ncu_column(name).kind == ncu_column_kind::metric;
  });
  throw input_error(
      table.file, "units row", "units of the columns under the header, its ID empty",
      metric == table.names.end() ? "none" : "none, so no unit for column " + printable(*metric));
}

}  // namespace

import_page read_ncu_raw_page(const csv_table& table, char decimal_mark) {
  check_names(table);
  check_rows(table);
  const csv_record& units = units_row(table);
  import_page page;
  page.source = "the raw page of ncu";
  page.lines_passed_over = table.lines_passed_over;
  const ncu_launch_reader reader(table.names, page);
  ncu_cells cells;
  std::vector<std::pair<size_t, size_t>> metrics;  // column of the table, of the page
  for (size_t k = 0; k < table.names.size(); ++k) {
    const ncu_column meaning = classify_ncu_column(table.names[k]);
    if (meaning.kind == ncu_column_kind::identification || meaning.kind == ncu_column_kind::text) continue;
    metrics.emplace_back(k, cells.add_column(table.names[k], meaning));
  }
  std::set<std::string> ids;
  for (size_t row = 1; row < table.rows.size(); ++row) {
    const csv_record& record = table.rows[row];
    page.launches.push_back(reader.launch(record.cells, page));
    if (!ids.insert(page.launches.back().id).second)
      throw input_error(table.file, fmt::format("line {}", record.line), "each ID once",
                        "ID " + printable(page.launches.back().id) + " again");
    for (const auto& [from, to] : metrics)
      cells.add(to, page.launches.size() - 1, units.cells[from], record.cells[from]);
  }
  if (page.launches.empty()) throw input_error(table.file, "launches", "a row per kernel launch", "none");
  cells.read(page, table.file, decimal_mark);
  return page;
}

}  // namespace scansim
