#include "host/area/yosys_run.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "host/area/child_process.h"
#include "host/area/synthesis_failure.h"
#include "models/configs/data_directory.h"
#include "sim/cosim/passing_folder.h"
#include "sim/cosim/rtl_cache.h"
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
constexpr const char* script_name = "run.ys";

std::string read_text(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

// As run_child_process, with what a missing program means here.
int run_node_program(const std::vector<std::string>& arguments, const std::string& log,
                     const std::string& what, const progress_callback& progress) {
  try {
    return run_child_process(arguments, log, what, progress);
  } catch (const tool_error& error) {
    throw tool_error(std::string(error.what()) + " (synthesis needs Node.js and npm)");
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

void fill_folder(const std::string& folder, const synthesis_run& run) {
  for (const auto& [name, path] : run.files) {
    std::error_code failed;
    fs::copy_file(path, fs::path(folder) / name, failed);
    if (failed) throw tool_error(path.string() + ": cannot be copied: " + failed.message());
  }
  for (const auto& [name, text] : run.texts) write_output((fs::path(folder) / name).string(), text);
  write_output((fs::path(folder) / script_name).string(), run.script);
}

std::string tool_script() { return data_directory() + "/host/area/yosys.mjs"; }

}  // namespace

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

std::string synthesis_digest(const synthesis_run& run) {
  std::string text = run.script + sha256_of_file(tool_script());
  for (const auto& [name, path] : run.files) text += sha256_of_file(path.string());
  for (const auto& [name, content] : run.texts) text += content;
  const char* given = std::getenv("SCANSIM_YOSYS");
  if (given == nullptr || *given == '\0')
    text += fmt::format("{}@{}", package, package_version);
  else
    for (const char* part : {"package.json", "gen/bundle.js"}) text += read_text(fs::path(given) / part);
  return sha256_hex(text.data(), text.size());
}

std::string run_synthesis(const synthesis_run& run, const std::string& name, const std::string& work_dir,
                          const progress_callback& progress) {
  std::error_code failed;
  fs::create_directories(work_dir, failed);
  if (failed) throw tool_error(work_dir + ": cannot be made: " + failed.message());
  const fs::path tool = fs::absolute(installed_package(work_dir, progress));
  const passing_folder made(work_dir, "area");
  const std::string folder = made.path().string();
  fill_folder(folder, run);
  temporary_path log(folder + ".log");
  const int status = run_node_program({"node", tool_script(), tool.string(), folder, script_name, run.result},
                                      log.path(), "synthesizing " + name, progress);
  if (status != 0) {
    const std::string path = log.path();
    log.keep();
    throw tool_error(fmt::format("synthesis failed with status {}: {}; see {}", status,
                                 one_line(synthesis_failure(path, status)), path));
  }
  return read_text(fs::path(folder) / run.result);
}

}  // namespace scansim
