// The synthesis of a design point for FPGA: script, cache, statistics.
#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "host/area/area_report.h"
#include "host/area/yosys_run.h"
#include "sim/cosim/rtl_cache.h"
#include "sim/cosim/text_cache.h"

namespace scansim {

namespace {

namespace fs = std::filesystem;

constexpr const char* result_name = "area.json";
// In place of the hash of the map: a new name in a table moves no count.
constexpr uint32_t map_value = 0x5a5a5a5a;

// Numbered names keep the compile order visible and two files of one name apart.
std::string name_in_folder(const std::vector<fs::path>& files, size_t k) {
  return fmt::format("{:03}_{}", k, files[k].filename().string());
}

std::string script_of(const std::vector<fs::path>& files, const design_point& point, const std::string& top) {
  // Not -defer: with it Yosys 0.55 fails an assertion on a parametrised top that instantiates a module
  // without parameters.
  std::string read = "read_verilog -sv";
  for (size_t k = 0; k < files.size(); ++k) read += " " + name_in_folder(files, k);
  std::string select = "hierarchy -check -top " + top;
  for (const auto& [name, value] : rtl_parameters(point))
    select += fmt::format(" -chparam {} {}", name, value);
  select += fmt::format(" -chparam MapValue {}", map_value);
  return read + "\n" + select + "\nsynth_xilinx -family xcup -noiopad\ntee -q -o " + result_name +
         " stat -json\n";
}

synthesis_run run_of(const design_point& point, const std::string& rtl_dir, const std::string& top) {
  const std::vector<fs::path> files = rtl_files(rtl_dir);
  synthesis_run run{{}, {}, script_of(files, point, top), result_name};
  for (size_t k = 0; k < files.size(); ++k) run.files.emplace_back(name_in_folder(files, k), files[k]);
  return run;
}

}  // namespace

area_report run_area(const design_point& point, const std::string& rtl_dir, const std::string& work_dir,
                     const std::string& top, const progress_callback& progress) {
  const std::string stat = run_synthesis(run_of(point, rtl_dir, top), point.name, work_dir, progress);
  return area_from_stat(stat, top, point);
}

std::string area_tool_folder() { return rtl_cache_directory() + "/yosys"; }
std::string area_cache_folder() { return rtl_cache_directory() + "/areas"; }

kept_area known_area(const design_point& point, const std::string& rtl_dir, const std::string& work_dir,
                     const std::string& cache_folder, bool again, const progress_callback& progress) {
  const synthesis_run run = run_of(point, rtl_dir, machine_top);
  const std::string digest = synthesis_digest(run);
  if (const std::optional<std::string> stat = again ? std::nullopt : cached_text(cache_folder, digest))
    return {area_from_stat(*stat, machine_top, point), true};
  const std::string stat = run_synthesis(run, point.name, work_dir, progress);
  kept_area found{area_from_stat(stat, machine_top, point)};
  cache_text(cache_folder, digest, stat);
  return found;
}

}  // namespace scansim
