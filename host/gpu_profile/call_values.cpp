#include "host/gpu_profile/call_values.h"

#include <fmt/format.h>

#include <algorithm>

#include "traces/strict_json.h"

namespace scansim {
namespace {

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t count = values.size(), middle = count / 2;
  return count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// One value a call.
import_fault call_value(const import_page& page, const import_call& call, size_t k, double& value) {
  const import_column& column = page.columns[k];
  value = *cell_of(*call.front(), k).value;
  if (call.size() > 1 && column.sum == launch_sum::none)
    return {"", "does not add up over the launches of a call"};
  for (size_t i = 1; i < call.size(); ++i) {
    const double other = *cell_of(*call[i], k).value;
    if (column.sum == launch_sum::adds)
      value += other;
    else if (other != value)
      return {"", "differs between the launches of a call"};
  }
  return {};
}

import_fault fill_from_launches(profile_metric& metric, const import_page& page,
                                const std::vector<import_call>& calls, size_t column) {
  std::vector<double> values;
  for (const import_call& call : calls) {
    double value = 0;
    if (const import_fault fault = call_value(page, call, column, value)) return fault;
    values.push_back(value);
  }
  const size_t count = values.size(), length = calls.front().size();
  const bool added = length > 1 && page.columns[column].sum == launch_sum::adds;
  if (added) metric.aggregation += fmt::format(", sum of the {} launches of a call", length);
  metric.aggregation += count > 1 ? fmt::format(", median of {} {}, low and high their extremes", count,
                                                length > 1 ? "calls" : "launches")
                                  : (length > 1 ? ", 1 call" : ", 1 launch");
  metric.value = median_of(values);
  metric.samples = static_cast<int64_t>(count);
  if (count > 1) {
    metric.low = *std::min_element(values.begin(), values.end());
    metric.high = *std::max_element(values.begin(), values.end());
  }
  return {};
}

import_fault fill_from_summary(profile_metric& metric, const import_page& page, const import_call& rows,
                               size_t column, int64_t calls) {
  if (calls == 0) {
    const import_cell& one = cell_of(*rows.front(), column);
    metric.value = *one.value;
    metric.low = one.low;
    metric.high = one.high;
    metric.samples = rows.front()->count;
    if (one.low)
      metric.aggregation +=
          fmt::format(", {} of {} launches, low and high their extremes", page.statistic, metric.samples);
    return {};
  }
  int64_t launches = 0;
  double total = 0;
  for (const import_launch* row : rows) {
    if (!cell_of(*row, column).total) return {"", "does not add up over the launches of a call"};
    if (row->count % calls != 0)
      return {fmt::format("a number of launches that --calls {} divides", calls),
              fmt::format("{} of {}", row->count, printable(page.kernel(*row)))};
    total += *cell_of(*row, column).total;
    launches += row->count;
  }
  metric.value = total / static_cast<double>(calls);
  metric.samples = calls;
  metric.aggregation +=
      fmt::format(", sum of the {} launches of a call, mean of {} calls", launches / calls, calls);
  return {};
}

}  // namespace

const import_cell& cell_of(const import_launch& launch, size_t column) {
  static const import_cell none;
  return column < launch.cells.size() ? launch.cells[column] : none;
}

import_fault fill_metric(profile_metric& metric, const import_page& page,
                         const std::vector<import_call>& calls, size_t column, int64_t said) {
  return page.statistic.empty() ? fill_from_launches(metric, page, calls, column)
                                : fill_from_summary(metric, page, calls.front(), column, said);
}

}  // namespace scansim
