#include "host/gpu_profile/ncu_cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "host/gpu_profile/ncu_units.h"
#include "host/gpu_profile/number_locale.h"
#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

std::string quoted_cell(const std::string& text) { return "\"" + printable(text) + "\""; }

// The value before a list of instances: "36 (12; 12; 12)".
std::string without_instances(const std::string& text) {
  const size_t list = text.find(" (");
  const bool closed = text.ends_with(')') && text.find(';') != std::string::npos;
  return list == std::string::npos || !closed ? text : text.substr(0, list);
}

struct read_unit {
  std::optional<ncu_unit> unit;
  import_fault fault;
};

read_unit unit_of_cell(const std::string& written, const ncu_column& meaning) {
  if (written.empty() && !meaning.unit_if_empty)
    return {std::nullopt, {"a unit (--skip leaves the column out)", "no unit"}};
  if (written.empty()) return {ncu_unit{*meaning.unit_if_empty, 1}, {}};
  const auto unit = parse_ncu_unit(written);
  if (!unit) return {std::nullopt, {"a known unit (--skip leaves the column out)", quoted_cell(written)}};
  const bool time = meaning.metric == "time", bytes = meaning.used && meaning.metric.starts_with("dram_");
  if (time && unit->name != "us") return {std::nullopt, {"a unit of time", quoted_cell(written)}};
  if (bytes && unit->name != "byte") return {std::nullopt, {"a unit of bytes", quoted_cell(written)}};
  return {unit, {}};
}

bool holds_whole_numbers(const ncu_column& meaning, const ncu_unit& unit) {
  static const std::set<std::string> measured = {"us", "%", "hz", "W", "J", "C"};
  return meaning.whole && unit.factor == 1 && measured.count(unit.name) == 0 &&
         unit.name.find('/') == std::string::npos;
}

// Pages of before 2021 have no columns of sizes: there the number of blocks, or threads, tells launches
// apart.
void take_size(import_page& page, uint32_t import_launch::*size, std::string& field,
               const std::vector<std::string>& metrics) {
  for (size_t k = 0; k < page.columns.size(); ++k) {
    if (std::find(metrics.begin(), metrics.end(), page.columns[k].metric) == metrics.end()) continue;
    for (import_launch& launch : page.launches)
      if (page.texts[launch.*size].empty() && k < launch.cells.size() && launch.cells[k].value) {
        field = "column " + page.columns[k].name;
        launch.*size = page.texts.add(fmt::format("{}", *launch.cells[k].value));
      }
  }
}

}  // namespace

size_t ncu_cells::add_column(const std::string& name, const ncu_column& meaning) {
  columns_.push_back({name, meaning});
  return columns_.size() - 1;
}

void ncu_cells::add(size_t column, size_t launch, const std::string& unit, const std::string& text) {
  cells_.push_back({column, launch, unit, text});
}

void ncu_cells::name_columns(import_page& page) const {
  std::map<std::string, size_t> owners;  // the column that has the name of ours
  for (size_t k = 0; k < columns_.size(); ++k) {
    const auto [place, added] = owners.emplace(columns_[k].meaning.metric, k);
    if (!added && columns_[k].meaning.rank < columns_[place->second].meaning.rank) place->second = k;
  }
  for (size_t k = 0; k < columns_.size(); ++k) {
    const auto& [name, meaning] = columns_[k];
    import_column column{name, meaning.metric, meaning.aggregation, "", meaning.sum, meaning.used, {}};
    if (meaning.kind == ncu_column_kind::unknown)
      column.fault = {"a column or metric of Nsight Compute that is known here (--skip leaves one out)",
                      "an unknown name"};
    else if (owners.at(meaning.metric) != k)
      column.metric = name;
    page.columns.push_back(std::move(column));
  }
}

void ncu_cells::read(import_page& page, const std::string& file, char decimal_mark) const {
  name_columns(page);
  number_locale locale(file, decimal_mark);
  std::vector<read_unit> units;
  units.reserve(cells_.size());
  for (const cell_entry& entry : cells_) {
    const ncu_column& meaning = columns_[entry.column].meaning;
    units.push_back(unit_of_cell(entry.unit, meaning));
    const std::string text = without_instances(entry.text);
    if (!page.columns[entry.column].fault && units.back().unit && is_number(text))
      locale.observe(columns_[entry.column].name, text, holds_whole_numbers(meaning, *units.back().unit));
  }
  for (size_t k = 0; k < cells_.size(); ++k) {
    const cell_entry& entry = cells_[k];
    import_column& column = page.columns[entry.column];
    std::vector<import_cell>& cells = page.launches[entry.launch].cells;
    if (cells.size() <= entry.column) cells.resize(entry.column + 1);
    import_cell& cell = cells[entry.column];
    if (column.fault || entry.text.empty()) continue;
    const std::string text = without_instances(entry.text);
    if (!is_number(text)) {
      const bool list = text.find("; ") != std::string::npos;
      cell.fault = {"a finite number (--skip leaves the column out)",
                    list ? "a list of instances" : quoted_cell(text)};
    } else if (!units[k].unit) {
      cell.fault = units[k].fault;
    } else if (const auto reading = locale.read_cell(text); !reading.value) {
      cell.fault = {reading.expected, quoted_cell(text)};
    } else if (const ncu_unit& unit = *units[k].unit; !column.unit.empty() && column.unit != unit.name) {
      cell.fault = {"the unit " + column.unit + ", as in other launches", quoted_cell(entry.unit)};
    } else {
      column.unit = unit.name;
      const double value = unit.factor * *reading.value;
      if (cell.value && *cell.value != value)
        cell.fault = {fmt::format("one value in a launch, as {}", *cell.value), fmt::format("{}", value)};
      cell.value = value;
    }
  }
  take_size(page, &import_launch::grid, page.grid_field,
            {"launch__grid_size", "Launch Statistics: Grid Size"});
  take_size(page, &import_launch::block, page.block_field,
            {"launch__block_size", "Launch Statistics: Block Size"});
}

ncu_launch_reader::ncu_launch_reader(const std::vector<std::string>& names, import_page& page) {
  const auto find = [&](const char* name) {
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? -1 : static_cast<int>(found - names.begin());
  };
  id_ = find("ID");
  kernel_ = find("Kernel Name");
  grid_ = find("Grid Size");
  block_ = find("Block Size");
  capability_ = find("CC");
  device_name_ = find("device__attribute_display_name");
  if (device_name_ < 0) device_name_ = find("Device Name");
  page.origin = "ncu";
  page.kernel_field = "column Kernel Name";
  page.grid_field = "column Grid Size";
  page.block_field = "column Block Size";
  page.device_field = device_name_ < 0 ? "column CC" : "column " + names[static_cast<size_t>(device_name_)];
}

import_launch ncu_launch_reader::launch(const std::vector<std::string>& cells, import_page& page) const {
  const auto text = [&](int column) {
    return column < 0 ? std::string() : cells.at(static_cast<size_t>(column));
  };
  import_launch launch;
  launch.id = text(id_);
  launch.kernel = page.texts.add(text(kernel_));
  launch.grid = page.texts.add(launch_size(text(grid_)));
  launch.block = page.texts.add(launch_size(text(block_)));
  profile_device device;
  device.name = text(device_name_);
  if (const std::string capability = text(capability_); !capability.empty())
    device.compute_capability = capability;
  launch.device = page.add_device(device);
  return launch;
}

void ncu_launch_reader::check_same(const import_launch& one, const import_launch& other,
                                   const import_page& page, const std::string& file, int line) const {
  const auto refuse = [&](const std::string& column, const std::string& expected, const std::string& found) {
    throw input_error(file, fmt::format("line {}: {}", line, column),
                      fmt::format("{}, as in other rows of ID {}", printable(expected), printable(one.id)),
                      printable(found));
  };
  if (one.kernel != other.kernel) refuse(page.kernel_field, page.kernel(one), page.kernel(other));
  if (one.grid != other.grid) refuse(page.grid_field, page.grid(one), page.grid(other));
  if (one.block != other.block) refuse(page.block_field, page.block(one), page.block(other));
  if (one.device != other.device)
    refuse("column CC", page.devices[one.device].compute_capability.value_or("none"),
           page.devices[other.device].compute_capability.value_or("none"));
}

}  // namespace scansim
