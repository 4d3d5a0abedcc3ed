#include "sim/bins/machine_bins.h"

#include <fmt/format.h>

#include <algorithm>

namespace scansim {
namespace {

constexpr int most_listed_values = 32;

std::string counter_bin(const counter_name& name) {
  const char* group = name.kind == counter_class::time   ? "stall_states"
                      : name.kind == counter_class::data ? "arithmetic"
                                                         : "events";
  return fmt::format("{}/{}.{}", group, name.block, name.event);
}

// Times are states of a block, but for the cycles of the machine as a whole.
bool has_bin(const counter_name& name) {
  return name.kind != counter_class::time || name.event != std::string_view("cycles");
}

bin_set bins_of_class(counter_class kind) {
  bin_set bins;
  for (const counter_name& name : counter_names)
    if (name.kind == kind && has_bin(name)) bins.insert(counter_bin(name));
  return bins;
}

std::string parameter_bin(const parameter_row& row, const std::string& value) {
  return fmt::format("{}{}={}", parameter_prefix, row.key, value);
}

}  // namespace

bin_set stall_bins() { return bins_of_class(counter_class::time); }
bin_set saturation_bins() { return bins_of_class(counter_class::data); }
bin_set event_bins() { return bins_of_class(counter_class::event); }

void hit_counter(size_t index, bin_set& hit) {
  if (has_bin(counter_names[index])) hit.insert(counter_bin(counter_names[index]));
}

std::vector<int> legal_values(const parameter_row& row) {
  std::vector<int> values;
  if (row.low == 0) values.push_back(0);
  if (row.power_of_two)
    for (int64_t value = 1; value <= row.high; value *= 2) {
      if (value >= row.low) values.push_back(static_cast<int>(value));
    }
  else
    for (int value = std::max(row.low, 1); value <= row.high; ++value) values.push_back(value);
  return values;
}

std::vector<std::string> value_names(const parameter_row& row) {
  std::vector<std::string> names;
  const std::vector<int> values = legal_values(row);
  if (values.size() <= most_listed_values) {
    for (const int value : values) names.push_back(std::to_string(value));
    return names;
  }
  const auto text = [](int value) { return std::to_string(value); };
  return {text(row.low), text(row.low + 1), "mid", text(row.high - 1), text(row.high)};
}

std::string value_name(const parameter_row& row, int value) {
  const std::string text = std::to_string(value);
  for (const std::string& name : value_names(row))
    if (name == text) return text;
  return "mid";
}

bin_set parameter_bins() {
  bin_set bins;
  for (const parameter_row& row : map::parameters)
    for (const std::string& value : value_names(row)) bins.insert(parameter_bin(row, value));
  return bins;
}

// Tests simulate machines that no design point may be: those hit nothing.
void hit_parameters(const machine_parameters& point, bin_set& hit) {
  const auto legal = [&](const parameter_row& row) {
    const std::vector<int> values = legal_values(row);
    return std::find(values.begin(), values.end(), point.*row.member) != values.end();
  };
  if (!std::all_of(std::begin(map::parameters), std::end(map::parameters), legal)) return;
  for (const parameter_row& row : map::parameters)
    hit.insert(parameter_bin(row, value_name(row, point.*row.member)));
}

}  // namespace scansim
