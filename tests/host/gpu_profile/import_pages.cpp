#include "tests/host/gpu_profile/import_pages.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>

namespace scansim::test {

std::string quoted_line(const csv_row& cells, char separator) {
  std::string line;
  for (const std::string& cell : cells)
    line += (line.empty() ? "" : std::string(1, separator)) + "\"" + cell + "\"";
  return line + "\n";
}

std::string plain_line(const csv_row& cells, char separator) {
  std::string line;
  for (size_t k = 0; k < cells.size(); ++k) {
    const bool quote = cells[k].find_first_of(",;\"") != std::string::npos;
    line += (k == 0 ? "" : std::string(1, separator)) + (quote ? "\"" + cells[k] + "\"" : cells[k]);
  }
  return line + "\n";
}

csv_row ncu_cells_of(const ncu_launch& launch) {
  return {launch.id, "4711",       "app",       "host", launch.kernel,    "1",
          "7",       launch.block, launch.grid, "0",    launch.capability};
}

std::string ncu_raw_page(const std::vector<ncu_metric>& metrics, const std::vector<ncu_launch>& launches,
                         char separator) {
  csv_row names = ncu_identification, units(names.size());
  for (const ncu_metric& metric : metrics) {
    names.push_back(metric.name);
    units.push_back(metric.unit);
  }
  std::string text = quoted_line(names, separator) + quoted_line(units, separator);
  for (size_t k = 0; k < launches.size(); ++k) {
    csv_row row = ncu_cells_of(launches[k]);
    for (const ncu_metric& metric : metrics)
      row.push_back(metric.values.at(std::min(k, metric.values.size() - 1)));
    text += quoted_line(row, separator);
  }
  return text;
}

std::string ncu_details_page(const std::vector<ncu_detail>& rows, bool with_rules) {
  csv_row names = ncu_identification;
  for (const char* name : {"Section Name", "Metric Name", "Metric Unit", "Metric Value"})
    names.push_back(name);
  if (with_rules)
    for (const char* name : {"Rule Name", "Rule Type", "Rule Description"}) names.push_back(name);
  std::string text = quoted_line(names);
  for (const ncu_detail& one : rows) {
    csv_row row = ncu_cells_of(one.launch);
    for (const std::string& cell : {one.section, one.name, one.unit, one.value}) row.push_back(cell);
    const bool rule = one.name.empty();
    if (rule)
      for (const char* cell : {"SOLBottleneck", "OPT", "words, with a comma"}) row.push_back(cell);
    std::string line = quoted_line(row);
    if (with_rules && !rule) line.insert(line.size() - 1, ",");  // the tool leaves the other cells out
    text += line;
  }
  return text;
}

std::string torch_event(const torch_kernel& kernel) {
  return fmt::format(
      R"({{"ph":"X","cat":"{}","name":"{}","pid":0,"tid":7,"ts":{},"dur":{},"args":{{"External id":3,"External id":3,)"
      R"("device":{},"correlation":{},"registers per thread":96,"grid":{},"block":{},"est. achieved occupancy %":31}}}})",
      kernel.category, kernel.name, kernel.begin, kernel.duration, kernel.device, kernel.correlation,
      kernel.grid, kernel.block);
}

std::string torch_trace(const std::vector<torch_kernel>& kernels) {
  std::string events =
      R"({"ph":"M","name":"process_name","pid":1,"args":{"name":"python"}},)"
      R"({"ph":"X","cat":"cpu_op","name":"aten::add","ts":1,"dur":900.5,"args":{"Input Dims":[[2,3],[]]}},)"
      R"({"ph":"X","cat":"gpu_memcpy","name":"Memcpy HtoD","ts":2,"dur":50,"args":{"device":0}})";
  for (const torch_kernel& kernel : kernels) events += "," + torch_event(kernel);
  return R"({"schemaVersion":1,"deviceProperties":[{"id":0,"name":"Example GPU","totalGlobalMem":1000000000,)"
         R"("computeMajor":9,"computeMinor":0,"numSms":12},{"id":1,"name":"Other GPU"}],"displayTimeUnit":"ms",)"
         R"("traceEvents":[)" +
         events + R"(],"traceName":"t.json"})";
}

void write_database(const std::string& path, const std::string& statements) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
  const int status = sqlite3_exec(database, statements.c_str(), nullptr, nullptr, nullptr);
  CAPTURE(sqlite3_errmsg(database));
  CHECK(status == SQLITE_OK);
  sqlite3_close(database);
}

std::string nsys_schema() {
  return "CREATE TABLE StringIds (id INTEGER PRIMARY KEY, value TEXT NOT NULL);"
         "CREATE TABLE TARGET_INFO_GPU (id INTEGER, name TEXT, l2CacheSize INTEGER, totalMemory INTEGER, "
         "clockRate "
         "INTEGER, smCount INTEGER, computeMajor INTEGER, computeMinor INTEGER);"
         "CREATE TABLE TARGET_INFO_CUDA_DEVICE (gpuId INTEGER, cudaId INTEGER);"
         "CREATE TABLE CUPTI_ACTIVITY_KIND_KERNEL (start INTEGER NOT NULL, end INTEGER NOT NULL, deviceId "
         "INTEGER, "
         "correlationId INTEGER, demangledName INTEGER, shortName INTEGER, registersPerThread INTEGER, gridX "
         "INTEGER, "
         "gridY INTEGER, gridZ INTEGER, blockX INTEGER, blockY INTEGER, blockZ INTEGER);"
         "INSERT INTO StringIds VALUES (1, 'void scan_kernel<float>(Params)'), (2, 'scan_kernel'), (3, 'void "
         "conv(int)'), "
         "(4, 'conv');"
         "INSERT INTO TARGET_INFO_GPU VALUES (5, 'Example GPU', 4096, 1000000000, 1500000000, 12, 9, 0), "
         "(6, 'Other GPU', 8192, 2000000000, 1600000000, 24, 8, 0);"
         "INSERT INTO TARGET_INFO_CUDA_DEVICE VALUES (5, 0), (6, 1);";
}

double metric_value(const gpu_profile& profile, const std::string& name) {
  const profile_metric* metric = profile.find_metric(name);
  CAPTURE(name);
  REQUIRE(metric != nullptr);
  return metric->value;
}

std::string metric_unit(const gpu_profile& profile, const std::string& name) {
  const profile_metric* metric = profile.find_metric(name);
  CAPTURE(name);
  REQUIRE(metric != nullptr);
  return metric->unit;
}

std::string left_out(const gpu_profile& profile, const std::string& column) {
  for (const auto& [name, reason] : profile.import->left_out)
    if (name == column) return reason;
  return "";
}

import_choice of_kernel(const std::string& expression) {
  import_choice choice;
  choice.kernel = expression;
  return choice;
}

import_choice of_grid(const std::string& grid) {
  import_choice choice;
  choice.grid = grid;
  return choice;
}

import_choice of_launches(const csv_row& launches) {
  import_choice choice;
  choice.launches = launches;
  return choice;
}

import_choice in_calls(int64_t calls, const std::string& kernel) {
  import_choice choice = of_kernel(kernel);
  choice.calls = calls;
  return choice;
}

import_choice without(const csv_row& columns) {
  import_choice choice;
  choice.skip = columns;
  return choice;
}

import_choice strictly() {
  import_choice choice;
  choice.strict = true;
  return choice;
}

import_choice with_mark(char mark) {
  import_choice choice;
  choice.decimal_mark = mark;
  return choice;
}

}  // namespace scansim::test
