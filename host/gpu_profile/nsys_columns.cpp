#include "host/gpu_profile/nsys_columns.h"

#include <algorithm>
#include <cmath>

#include "host/gpu_profile/ncu_units.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

constexpr double nanosecond_us = 1e-3;

std::string trimmed(const std::string& text) {
  const size_t first = text.find_first_not_of(" \t"), last = text.find_last_not_of(" \t");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

// cuda_gpu_trace and nsys before 2021 write "Time(%)" and "Start(nsec)".
std::pair<std::string, std::string> label_and_unit(const std::string& name) {
  const size_t open = name.find('(');
  if (open == std::string::npos || open == 0 || !name.ends_with(')')) return {trimmed(name), ""};
  return {trimmed(name.substr(0, open)), name.substr(open + 1, name.size() - open - 2)};
}

double us_of(const std::string& unit) {
  if (unit.empty()) return nanosecond_us;
  const auto known = parse_ncu_unit(unit);
  return known && known->name == "us" ? known->factor : 0;
}

}  // namespace

nsys_columns::nsys_columns(const csv_table& table, char decimal_mark)
    : table_(table), locale_(table.file, decimal_mark == 0 && table.separator == ',' ? '.' : decimal_mark) {
  check_names(table);
  check_rows(table);
  for (const std::string& name : table.names) {
    const auto [label, unit] = label_and_unit(name);
    labels_.push_back(label);
    us_.push_back(us_of(unit));
  }
  for (const csv_record& row : table.rows)
    for (size_t k = 0; k < row.cells.size() && k < labels_.size(); ++k)
      if (us_[k] > 0 && is_number(row.cells[k]) && labels_[k].find("Name") == std::string::npos)
        locale_.observe(table.names[k], row.cells[k], false);
}

int nsys_columns::find(const std::vector<std::string_view>& labels) const {
  for (const std::string_view label : labels) {
    const auto found = std::find(labels_.begin(), labels_.end(), label);
    if (found != labels_.end()) return static_cast<int>(found - labels_.begin());
  }
  return -1;
}

std::string nsys_columns::text(const csv_record& row, int column) const {
  return column < 0 ? "" : trimmed(row.cells[static_cast<size_t>(column)]);
}

import_cell nsys_columns::time(const csv_record& row, int column) const {
  import_cell cell;
  const std::string written = text(row, column);
  if (written.empty()) return cell;
  const double factor = us_[static_cast<size_t>(column)];
  const auto reading = locale_.read_cell(written);
  if (factor == 0)
    cell.fault = {"a unit of time", printable(name(column))};
  else if (!reading.value)
    cell.fault = {reading.expected, "\"" + printable(written) + "\""};
  else
    cell.value = factor * *reading.value;
  return cell;
}

std::optional<int64_t> nsys_columns::whole(const csv_record& row, int column) const {
  if (column < 0) return std::nullopt;
  const auto reading = locale_.read_cell(text(row, column));
  if (!reading.value || *reading.value != std::floor(*reading.value) || std::abs(*reading.value) > 1e15)
    return std::nullopt;
  return static_cast<int64_t>(*reading.value);
}

import_page page_with_head(const nsys_columns& columns, const nsys_head& head) {
  import_page page;
  page.source = head.source;
  page.origin = "nsys";
  page.kernel_field = "column " + columns.name(head.kernel);
  page.grid_field = head.grid_field;
  page.block_field = head.block_field;
  page.device_field = head.device_field;
  page.columns = {time_column(columns.name(head.time))};
  return page;
}

}  // namespace scansim
