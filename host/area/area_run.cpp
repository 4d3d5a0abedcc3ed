// The run of the synthesis tool: an empty folder with the RTL and a script, the npm package, the statistics
// back.
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "host/area/area_report.h"
#include "host/area/child_process.h"
#include "host/area/synthesis_failure.h"
#include "models/configs/data_directory.h"
#include "sim/cosim/rtl_cache.h"
#include "sim/cosim/text_cache.h"
#include "traces/input_error.h"
#include "traces/one_line.h"
#include "traces/output_file.h"
#include "traces/sha256.h"
#include "traces/strict_json.h"
#include "traces/temporary_file.h"

namespace scansim {

namespace {

namespace fs = std::filesystem;

constexpr const char* package = "@yowasp/yosys";
constexpr const char* package_version = "0.55.944";
constexpr const char* script_name = "area.ys";
constexpr const char* result_name = "area.json";
// In place of the hash of the map: a new name in a table moves no count.
constexpr uint32_t map_value = 0x5a5a5a5a;

std::string read_text(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::vector<fs::path> rtl_files(const fs::path& rtl_dir) {
  const fs::path list = rtl_dir / "files.f";
  std::error_code failed;
  if (!fs::is_regular_file(list, failed))
    throw input_error(list.string(), "file", "a list of RTL files", "none");
  std::ifstream stream(list);
  std::vector<fs::path> files;
  std::string line;
  for (int number = 1; std::getline(stream, line); ++number) {
    line.erase(0, line.find_first_not_of(" \t"));
    line.erase(line.find_last_not_of(" \t\r") + 1);
    if (line.empty() || line[0] == '#' || line.rfind("//", 0) == 0) continue;
    fs::path file = rtl_dir / line;
    if (!fs::is_regular_file(file, failed)) file = rtl_dir / ".." / line;
    if (!fs::is_regular_file(file, failed)) {
      throw input_error(list.string(), "line " + std::to_string(number), "a path to a file",
                        "\"" + printable(line) + "\"");
    }
    files.push_back(file);
  }
  if (files.empty()) throw input_error(list.string(), "file", "at least one path", "none");
  return files;
}

// As run_child_process, with what a missing program means here.
int run_node_program(const std::vector<std::string>& arguments, const std::string& log,
                     const std::string& what, const progress_callback& progress) {
  try {
    return run_child_process(arguments, log, what, progress);
  } catch (const tool_error& error) {
    throw tool_error(std::string(error.what()) + " (area needs Node.js and npm)");
  }
}

// The folder of the package, installed under work_dir if it is not there yet.
fs::path installed_package(const fs::path& work_dir, const progress_callback& progress) {
  std::error_code failed;
  const char* given = std::getenv("SCANSIM_YOSYS");
  const bool chosen = given != nullptr && *given != '\0';
  const fs::path folder = chosen ? fs::path(given) : work_dir / "node_modules" / package;
  const fs::path entry = folder / "gen" / "bundle.js";
  if (fs::is_regular_file(entry, failed)) return folder;
  if (chosen) throw tool_error("SCANSIM_YOSYS: no " + std::string(package) + " in " + folder.string());
  const std::string log = (work_dir / "npm.log").string();
  const int status =
      run_node_program({"npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--prefix",
                        work_dir.string(), std::string(package) + "@" + package_version},
                       log, std::string("installing ") + package, progress);
  if (status != 0 || !fs::is_regular_file(entry, failed)) {
    throw tool_error(fmt::format("npm install {}@{} failed with status {}: {}; see {}", package,
                                 package_version, status, one_line(npm_failure(log, status)), log));
  }
  return folder;
}

// A folder that only this run uses, and that goes with it; those of runs that were killed go first.
class run_folder {
 public:
  explicit run_folder(const fs::path& work_dir) : path_((work_dir / build_folder_name("area")).string()) {
    remove_abandoned(work_dir, "area");
    std::error_code failed;
    if (!fs::create_directory(path_, failed))
      throw tool_error(work_dir.string() + ": no folder can be made in it: " +
                       (failed ? failed.message() : std::string("it is there")));
  }
  ~run_folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  run_folder(const run_folder&) = delete;
  run_folder& operator=(const run_folder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

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

void fill_folder(const std::string& folder, const std::vector<fs::path>& files, const std::string& script) {
  for (size_t k = 0; k < files.size(); ++k) {
    std::error_code failed;
    fs::copy_file(files[k], fs::path(folder) / name_in_folder(files, k), failed);
    if (failed) throw tool_error(files[k].string() + ": cannot be copied: " + failed.message());
  }
  write_output((fs::path(folder) / script_name).string(), script);
}

std::string tool_script() { return data_directory() + "/host/area/yosys.mjs"; }

// All that the counts depend on: files, script, and the tool, one's own by what is in its package.
std::string digest_of(const std::vector<fs::path>& files, const std::string& script) {
  std::string text = script + sha256_of_file(tool_script());
  for (const fs::path& file : files) text += sha256_of_file(file.string());
  const char* given = std::getenv("SCANSIM_YOSYS");
  if (given == nullptr || *given == '\0')
    text += fmt::format("{}@{}", package, package_version);
  else
    for (const char* part : {"package.json", "gen/bundle.js"}) text += read_text(fs::path(given) / part);
  return sha256_hex(text.data(), text.size());
}

// What `stat -json` writes.
std::string synthesise(const std::vector<fs::path>& files, const std::string& script, const std::string& name,
                       const std::string& work_dir, const progress_callback& progress) {
  std::error_code failed;
  fs::create_directories(work_dir, failed);
  if (failed) throw tool_error(work_dir + ": cannot be made: " + failed.message());
  const fs::path tool = fs::absolute(installed_package(work_dir, progress));
  const run_folder folder(work_dir);
  fill_folder(folder.path(), files, script);
  temporary_path log(folder.path() + ".log");
  const int status =
      run_node_program({"node", tool_script(), tool.string(), folder.path(), script_name, result_name},
                       log.path(), "synthesizing " + name, progress);
  if (status != 0) {
    const std::string path = log.path();
    log.keep();
    throw tool_error(fmt::format("synthesis failed with status {}: {}; see {}", status,
                                 one_line(synthesis_failure(path, status)), path));
  }
  return read_text(fs::path(folder.path()) / result_name);
}

}  // namespace

area_report run_area(const design_point& point, const std::string& rtl_dir, const std::string& work_dir,
                     const std::string& top, const progress_callback& progress) {
  const std::vector<fs::path> files = rtl_files(rtl_dir);
  const std::string stat = synthesise(files, script_of(files, point, top), point.name, work_dir, progress);
  return area_from_stat(stat, top, point);
}

std::string area_tool_folder() { return rtl_cache_directory() + "/yosys"; }
std::string area_cache_folder() { return rtl_cache_directory() + "/areas"; }

kept_area known_area(const design_point& point, const std::string& rtl_dir, const std::string& work_dir,
                     const std::string& cache_folder, bool again, const progress_callback& progress) {
  const std::vector<fs::path> files = rtl_files(rtl_dir);
  const std::string script = script_of(files, point, machine_top), digest = digest_of(files, script);
  if (const std::optional<std::string> stat = again ? std::nullopt : cached_text(cache_folder, digest))
    return {area_from_stat(*stat, machine_top, point), true};
  const std::string stat = synthesise(files, script, point.name, work_dir, progress);
  kept_area found{area_from_stat(stat, machine_top, point)};
  cache_text(cache_folder, digest, stat);
  return found;
}

}  // namespace scansim
