#include "host/energy/gate_synthesis.h"

#include <fmt/format.h>

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <regex>
#include <set>

#include "host/area/area_report.h"
#include "host/area/yosys_run.h"
#include "sim/cosim/rtl_cache.h"
#include "sim/cosim/text_cache.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;

constexpr const char* debian_liberty = "/usr/share/qflow/tech/osu018/osu018_stdcells.lib";
constexpr const char* cells_name = "cells.lib";
constexpr const char* result_name = "netlist.json";
constexpr const char* constraints_name = "mapping.txt";
constexpr const char* mapping_constraints = "set_driving_cell BUFX2\nset_load 0.05\n";
constexpr int mapping_period_ps = 6000;

std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

// Names of modules and packages that occur in a source, comments included: one file more does no harm.
std::set<std::string> names_in(const std::string& text) {
  std::set<std::string> found;
  for (size_t at = text.find("ssm_"); at != std::string::npos; at = text.find("ssm_", at + 1)) {
    size_t end = at;
    while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_'))
      ++end;
    found.insert(text.substr(at, end - at));
  }
  return found;
}

// The source of a module with other defaults of its parameters: Yosys 0.55 fails an assertion where -chparam
// makes a top anew whose children have parameters.
std::string with_parameters(std::string text, const rtl_module& module, const std::string& file) {
  for (const auto& [name, value] : module.parameters) {
    const std::regex declared("(parameter [a-z ]*" + name + " *= *)([^,\\s)]+)");
    std::smatch found;
    if (!std::regex_search(text, found, declared))
      throw input_error(file, "parameter", name, "none of that name");
    text = found.prefix().str() + found.str(1) + std::to_string(value) + found.suffix().str();
  }
  return text;
}

std::string mapping_script(const rtl_module& module, size_t files) {
  std::string read = "read_verilog -sv";
  for (size_t k = 0; k < files; ++k) read += fmt::format(" {:03}.sv", k);
  return fmt::format(
      "{}\nhierarchy -check -top {}\nsynth -flatten -noalumacc\ndfflibmap -liberty {}\n"
      "abc -liberty {} -constr {} -D {}\nopt_clean -purge\nwrite_json {}\n",
      read, module.name, cells_name, cells_name, constraints_name, mapping_period_ps, result_name);
}

}  // namespace

std::string netlist_cache_folder() { return rtl_cache_directory() + "/netlists"; }

std::string liberty_file() {
  const char* given = std::getenv("SCANSIM_LIBERTY");
  const std::string file = given != nullptr && *given != '\0' ? given : debian_liberty;
  std::error_code failed;
  if (!fs::is_regular_file(file, failed))
    throw tool_error(fmt::format("{}: no cell library: install Debian's package {} (.ci/energy_tools does)",
                                 file, liberty_package));
  return file;
}

std::vector<std::string> rtl_reached(const std::string& rtl_dir, const std::string& module) {
  const std::vector<fs::path> all = rtl_files(rtl_dir);
  std::set<std::string> reached, open = {module};
  while (!open.empty()) {
    const std::string name = *open.begin();
    open.erase(open.begin());
    if (!reached.insert(name).second) continue;
    for (const fs::path& file : all)
      if (file.stem() == name) open.merge(names_in(text_of(file)));
  }
  std::vector<std::string> files;
  bool found = false;
  for (const fs::path& file : all) {
    if (reached.count(file.stem().string()) == 0) continue;
    files.push_back(file.string());
    found |= file.stem() == module;
  }
  if (!found)
    throw input_error((fs::path(rtl_dir) / "files.f").string(), "module", module, "none of that name");
  return files;
}

mapped_netlist map_to_gates(const rtl_module& module, const liberty_library& library,
                            const std::string& rtl_dir, const progress_callback& progress) {
  std::vector<std::string> files;
  if (module.text.empty()) files = rtl_reached(rtl_dir, module.name);
  synthesis_run run{{{cells_name, library.file}},
                    {{constraints_name, mapping_constraints}},
                    mapping_script(module, files.empty() ? 1 : files.size()),
                    result_name};
  if (files.empty()) run.texts.emplace_back("000.sv", module.text);
  for (size_t k = 0; k < files.size(); ++k) {
    const std::string name = fmt::format("{:03}.sv", k);
    if (fs::path(files[k]).stem() == module.name)
      run.texts.emplace_back(name, with_parameters(text_of(files[k]), module, files[k]));
    else
      run.files.emplace_back(name, files[k]);
  }
  const std::string digest = synthesis_digest(run), cache = netlist_cache_folder();
  std::optional<std::string> text = cached_text(cache, digest);
  const bool kept = text.has_value();
  if (!kept) {
    text = compact_netlist(run_synthesis(run, module.name, area_tool_folder(), progress), module.name);
    cache_text(cache, digest, *text);
  }
  return {netlist_from_json(*text, module.name, library), kept};
}

}  // namespace scansim
