#include <fmt/format.h>

#include <cmath>

#include "host/gpu_profile/nsys_columns.h"
#include "host/gpu_profile/nsys_exports.h"
#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

// The tool rounds means to a tenth of its unit.
constexpr double share_of_total = 1e-3, rounding_us = 1e-4;

struct summary_columns {
  int name, count, total, mean, median, least, most, deviation, grid, block, category;
};

summary_columns columns_of(const nsys_columns& columns) {
  return {
      columns.find({"Name", "Operation"}), columns.find({"Instances"}),     columns.find({"Total Time"}),
      columns.find({"Avg", "Average"}),    columns.find({"Med", "Median"}), columns.find({"Min", "Minimum"}),
      columns.find({"Max", "Maximum"}),    columns.find({"StdDev"}),        columns.find({"GridXYZ"}),
      columns.find({"BlockXYZ"}),          columns.find({"Category"})};
}

// A mix-up of columns or units shows here: the mean times the count is the total, and extremes are extremes.
import_fault doubt(const import_cell& time, const import_cell& mean, int64_t count) {
  const double total = *time.total, made = *mean.value * static_cast<double>(count);
  if (std::abs(total - made) > share_of_total * total + rounding_us * static_cast<double>(count))
    return {"a total that its mean and count make",
            fmt::format("{:g} us of {} launches of {:g} us", total, count, *mean.value)};
  for (const double value : {*time.value, *mean.value})
    if ((time.low && *time.low > value + rounding_us) || (time.high && *time.high < value - rounding_us))
      return {"extremes around the median and the mean",
              fmt::format("{:g} to {:g} us around {:g} us", time.low.value_or(value),
                          time.high.value_or(value), value)};
  return {};
}

import_cell time_cell(const nsys_columns& columns, const summary_columns& at, const csv_record& row,
                      int64_t count, const import_cell& mean) {
  import_cell time = at.median < 0 ? mean : columns.time(row, at.median);
  const import_cell total = columns.time(row, at.total), low = columns.time(row, at.least),
                    high = columns.time(row, at.most);
  for (const import_cell* one : {&mean, &total, &low, &high})
    if (!time.fault && one->fault) time.fault = one->fault;
  if (time.fault || !time.value) return time;
  if (!mean.value || !total.value) {
    time.fault = {"Total Time and Avg", "none"};
    return time;
  }
  time.total = total.value;
  time.low = low.value;
  time.high = high.value;
  time.fault = doubt(time, mean, count);
  return time;
}

}  // namespace

import_page read_nsys_kernel_summary(const csv_table& table, char decimal_mark) {
  const nsys_columns columns(table, decimal_mark);
  const summary_columns at = columns_of(columns);
  if (at.mean < 0) throw input_error(table.file, "header", "a column Avg or Average", "none");
  import_page page =
      page_with_head(columns, {"the summary of kernels of nsys", at.name, at.median < 0 ? at.mean : at.median,
                               "column GridXYZ", "column BlockXYZ", "device"});
  page.statistic = at.median < 0 ? "mean" : "median";
  page.add_device({});
  const std::string time = "from begin to end on the device, ";
  std::vector<int> others;  // columns behind the time's
  const auto add = [&](int column, const char* metric, const char* what) {
    if (column < 0) return;
    others.push_back(column);
    page.columns.push_back({columns.name(column), metric, time + what, "us", launch_sum::none, false, {}});
  };
  if (at.median >= 0) add(at.mean, "time_mean", "mean of the launches");
  add(at.deviation, "time_deviation", "standard deviation of the launches");
  for (const csv_record& row : table.rows) {
    if (at.category >= 0 && columns.text(row, at.category).find("KERNEL") == std::string::npos) continue;
    import_launch launch;
    launch.kernel = page.texts.add(columns.text(row, at.name));
    launch.grid = page.texts.add(launch_size(columns.text(row, at.grid)));
    launch.block = page.texts.add(launch_size(columns.text(row, at.block)));
    const auto count = columns.whole(row, at.count);
    if (!count || *count < 1)
      throw input_error(table.file, fmt::format("line {}: column Instances", row.line), "a whole number > 0",
                        "\"" + printable(columns.text(row, at.count)) + "\"");
    launch.count = *count;
    launch.cells = {time_cell(columns, at, row, *count, columns.time(row, at.mean))};
    for (const int column : others) launch.cells.push_back(columns.time(row, column));
    page.launches.push_back(std::move(launch));
  }
  if (page.launches.empty()) throw input_error(table.file, "launches", "a row per kernel", "none");
  return page;
}

}  // namespace scansim
