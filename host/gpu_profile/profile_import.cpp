#include "host/gpu_profile/profile_import.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "host/gpu_profile/call_values.h"
#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

struct named_fault {
  std::string column;
  import_fault fault;
};

[[noreturn]] void refuse_columns(const std::string& file, const std::vector<named_fault>& faults) {
  if (faults.size() == 1)
    throw input_error(file, "column " + printable(faults[0].column), faults[0].fault.expected,
                      faults[0].fault.found);
  std::vector<std::string> columns, expected, found;
  for (const auto& [column, fault] : faults) {
    columns.push_back(printable(column));
    if (std::find(expected.begin(), expected.end(), fault.expected) == expected.end())
      expected.push_back(fault.expected);
    found.push_back(fault.found);
  }
  if (std::all_of(found.begin(), found.end(), [&](const std::string& one) { return one == found[0]; }))
    found.resize(1);
  throw input_error(file, fmt::format("{} columns ({})", columns.size(), fmt::join(columns, ", ")),
                    fmt::format("{}", fmt::join(expected, "; ")), fmt::format("{}", fmt::join(found, ", ")));
}

class page_import {
 public:
  page_import(const import_page& page, const std::string& file, const import_choice& choice)
      : page_(page), file_(file), choice_(choice), calls_(select_calls(page, file, choice)) {}

  gpu_profile profile() {
    check_skipped();
    gpu_profile result;
    result.origin = page_.origin;
    result.kernel.precision = "unknown";
    result.import = profile_import{page_.source, file_, std::nullopt, 0, call_count(), {}};
    describe_kernel(result);
    std::vector<named_fault> faults;
    for (size_t k = 0; k < page_.columns.size(); ++k)
      if (const import_fault fault = add_metric(result, k)) faults.push_back({page_.columns[k].name, fault});
    if (!faults.empty()) refuse_columns(file_, faults);
    if (result.metrics.empty()) throw input_error(file_, "header", "a metric", "none");
    describe_device(result);
    return result;
  }

 private:
  bool is_summary() const { return !page_.statistic.empty(); }
  int64_t call_count() const {
    return is_summary() ? std::max<int64_t>(choice_.calls, 1) : static_cast<int64_t>(calls_.size());
  }
  bool is_skipped(const std::string& column) const {
    return std::find(choice_.skip.begin(), choice_.skip.end(), column) != choice_.skip.end();
  }
  void check_skipped() const;
  void describe_kernel(gpu_profile& profile) const;
  void describe_device(gpu_profile& profile) const;
  // What makes the file unreadable; nothing where the metric is there or left out.
  import_fault add_metric(gpu_profile& profile, size_t column) const;
  // All cells of the column: empty, or the first fault.
  bool is_empty(size_t column) const;
  import_fault fault_of(size_t column) const;

  const import_page& page_;
  const std::string& file_;
  const import_choice& choice_;
  std::vector<import_call> calls_;
};

void page_import::check_skipped() const {
  for (const std::string& name : choice_.skip)
    if (std::none_of(page_.columns.begin(), page_.columns.end(),
                     [&](const import_column& column) { return column.name == name; }))
      throw input_error(file_, "--skip", "a column or metric of the file", printable(name));
}

void page_import::describe_kernel(gpu_profile& profile) const {
  const import_call& call = calls_.front();
  std::vector<std::string> names;
  std::set<std::string> seen, grids, blocks;
  for (const import_launch* launch : call) {
    if (seen.insert(page_.kernel(*launch)).second) names.push_back(page_.kernel(*launch));
    grids.insert(page_.grid(*launch));
    blocks.insert(page_.block(*launch));
  }
  for (const import_call& one : calls_)
    for (const import_launch* launch : one) profile.import->launches += launch->count;
  profile.kernel.name = fmt::format("{}", fmt::join(names, " + "));
  const auto add = [&](const char* key, const std::set<std::string>& values) {
    if (values.size() == 1 && !values.begin()->empty())
      profile.kernel.configuration.emplace_back(key, *values.begin());
  };
  add("grid_size", grids);
  add("block_size", blocks);
  if (profile.import->launches > call_count())
    if (choice_.calls > 0)
      profile.kernel.configuration.emplace_back("launches_per_call",
                                                std::to_string(profile.import->launches / call_count()));
}

void page_import::describe_device(gpu_profile& profile) const {
  const std::string page_name = page_.devices.at(calls_.front().front()->device).name;
  profile_device& device = profile.device;
  device = page_.devices.at(calls_.front().front()->device);
  device.name = page_name.empty() ? "unknown" : page_name;
  const auto value = [&](const char* name) -> std::optional<double> {
    const profile_metric* metric = profile.find_metric(name);
    if (metric == nullptr || !(metric->value >= 1) || metric->value > 9e18) return std::nullopt;
    return metric->value;
  };
  const auto take_whole = [&](std::optional<int64_t>& fact, const char* name) {
    if (const auto found = value(name)) fact = static_cast<int64_t>(*found);
  };
  const auto take_megahertz = [&](std::optional<double>& fact, const char* khz) {
    if (const auto found = value(khz)) fact = *found * 1e-3;
  };
  take_whole(device.multiprocessors, "device__attribute_multiprocessor_count");
  take_whole(device.l2_bytes, "device__attribute_l2_cache_size");
  take_whole(device.memory_bytes, "device__attribute_total_memory");
  take_megahertz(device.sm_clock_mhz, "device__attribute_max_gpu_frequency_khz");
  take_megahertz(device.memory_clock_mhz, "device__attribute_max_mem_frequency_khz");
}

bool page_import::is_empty(size_t column) const {
  for (const import_call& call : calls_)
    for (const import_launch* launch : call)
      if (cell_of(*launch, column).value || cell_of(*launch, column).fault) return false;
  return true;
}

import_fault page_import::fault_of(size_t column) const {
  if (page_.columns[column].fault) return page_.columns[column].fault;
  for (const import_call& call : calls_)
    for (const import_launch* launch : call) {
      const import_cell& one = cell_of(*launch, column);
      if (one.fault) return one.fault;
      if (!one.value) return {"a value in every launch", "none in launch " + printable(launch->id)};
    }
  return {};
}

import_fault page_import::add_metric(gpu_profile& profile, size_t k) const {
  const import_column& column = page_.columns[k];
  if (is_skipped(column.name)) return {};
  const auto leave_out = [&](const std::string& reason) {
    profile.import->left_out.emplace_back(column.name, reason);
  };
  if (!column.fault && is_empty(k)) {
    leave_out("empty");
    return {};
  }
  import_fault fault = fault_of(k);
  profile_metric metric;
  metric.name = column.metric;
  metric.unit = column.unit;
  metric.source = column.name;
  metric.aggregation = column.aggregation;
  if (!fault) {
    fault = fill_metric(metric, page_, calls_, k, choice_.calls);
    if (fault && fault.expected.empty()) {  // nothing is wrong with the file
      leave_out(fault.found);
      return {};
    }
  }
  if (!fault && metric.name == "time" && metric.value <= 0)
    fault = {"a time > 0", fmt::format("{}", metric.value)};
  if (fault && (column.used || choice_.strict)) return fault;
  if (fault)
    leave_out(fault.found);
  else
    profile.metrics.push_back(std::move(metric));
  return {};
}

}  // namespace

gpu_profile profile_of_page(const import_page& page, const std::string& file, const import_choice& choice) {
  return page_import(page, file, choice).profile();
}

gpu_profile import_profile(const std::string& path, import_tool tool, const import_choice& choice) {
  return profile_of_page(read_import(path, tool, choice.decimal_mark), path, choice);
}

gpu_profile import_text(const std::string& text, const std::string& file, import_tool tool,
                        const import_choice& choice) {
  return profile_of_page(read_import_text(text, file, tool, choice.decimal_mark), file, choice);
}

}  // namespace scansim
