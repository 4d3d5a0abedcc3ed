#include <fmt/format.h>

#include <algorithm>

#include "host/gpu_profile/nsys_columns.h"
#include "host/gpu_profile/nsys_exports.h"
#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

struct trace_columns {
  int name, start, duration, id, device, registers, grid, block;
  int grid_xyz[3], block_xyz[3];
};

trace_columns columns_of_trace(const nsys_columns& columns) {
  return {columns.find({"Name", "Kernel Name"}),
          columns.find({"Start", "Kernel Start"}),
          columns.find({"Duration", "Kernel Dur"}),
          columns.find({"CorrId"}),
          columns.find({"Device", "DevId"}),
          columns.find({"Reg/Trd"}),
          columns.find({"GridXYZ"}),
          columns.find({"BlockXYZ"}),
          {columns.find({"GrdX"}), columns.find({"GrdY"}), columns.find({"GrdZ"})},
          {columns.find({"BlkX"}), columns.find({"BlkY"}), columns.find({"BlkZ"})}};
}

std::string size_text(const nsys_columns& columns, const csv_record& row, int joined, const int (&xyz)[3]) {
  if (joined >= 0) return launch_size(columns.text(row, joined));
  const auto x = columns.whole(row, xyz[0]), y = columns.whole(row, xyz[1]), z = columns.whole(row, xyz[2]);
  return x && y && z ? launch_size(*x, *y, *z) : "";
}

// "NVIDIA X (0)", or a bare number.
std::string device_name(const std::string& text) {
  const size_t ordinal = text.rfind(" (");
  const std::string name =
      ordinal != std::string::npos && text.ends_with(')') ? text.substr(0, ordinal) : text;
  return name.find_first_not_of("0123456789") == std::string::npos ? "" : name;
}

// Nothing for a row that copies or fills memory: it has no grid.
std::optional<import_launch> launch_of(const nsys_columns& columns, const trace_columns& at,
                                       const csv_record& row, const std::string& file, import_page& page) {
  const std::string grid = size_text(columns, row, at.grid, at.grid_xyz);
  const std::string written = columns.text(row, at.grid < 0 ? at.grid_xyz[0] : at.grid);
  if (written.empty()) return std::nullopt;
  if (grid.empty())
    throw input_error(file, fmt::format("line {}: {}", row.line, page.grid_field), "three whole numbers",
                      "\"" + printable(written) + "\"");
  import_launch launch;
  launch.id = columns.text(row, at.id);
  launch.kernel = page.texts.add(columns.text(row, at.name));
  launch.grid = page.texts.add(grid);
  launch.block = page.texts.add(size_text(columns, row, at.block, at.block_xyz));
  profile_device device;
  device.name = device_name(columns.text(row, at.device));
  launch.device = page.add_device(device);
  launch.cells = {columns.time(row, at.duration)};
  if (const auto registers = columns.whole(row, at.registers)) {
    launch.cells.emplace_back();
    launch.cells.back().value = static_cast<double>(*registers);
  }
  if (!launch.cells[0].value && !launch.cells[0].fault) launch.cells[0].fault = {"a time", "none"};
  return launch;
}

}  // namespace

import_page read_nsys_gpu_trace(const csv_table& table, char decimal_mark) {
  const nsys_columns columns(table, decimal_mark);
  const trace_columns at = columns_of_trace(columns);
  import_page page = page_with_head(
      columns,
      {"the trace of nsys", at.name, at.duration, at.grid < 0 ? "columns GrdX, GrdY, GrdZ" : "column GridXYZ",
       at.block < 0 ? "columns BlkX, BlkY, BlkZ" : "column BlockXYZ", "column Device"});
  if (at.registers >= 0) page.columns.push_back(registers_column(columns.name(at.registers)));
  std::vector<std::pair<double, import_launch>> found;
  for (const csv_record& row : table.rows) {
    auto launch = launch_of(columns, at, row, table.file, page);
    if (!launch) continue;
    const import_cell start = at.start < 0 ? import_cell{} : columns.time(row, at.start);
    if (!start.value)
      throw input_error(table.file, fmt::format("line {}: column Start", row.line), "a time", "none");
    if (launch->id.empty()) launch->id = std::to_string(found.size());
    found.emplace_back(*start.value, std::move(*launch));
  }
  if (found.empty()) throw input_error(table.file, "launches", "a row per kernel launch", "none");
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& one, const auto& other) { return one.first < other.first; });
  for (auto& one : found) page.launches.push_back(std::move(one.second));
  return page;
}

}  // namespace scansim
