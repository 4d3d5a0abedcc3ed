#include "host/energy/sta_check.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "host/area/child_process.h"
#include "traces/input_error.h"
#include "traces/output_file.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;

constexpr double sta_period = 100;  // ns: nothing is late, and slacks have their digits

std::string script_for(const gate_netlist& netlist, const liberty_library& library,
                       const timing_setting& setting) {
  std::string inputs, clock = fmt::format("create_clock -name clk -period {}", sta_period);
  for (const auto& [name, nets] : netlist.inputs)
    for (size_t i = 0; i < nets.size(); ++i) {
      const std::string port = fmt::format("{}_{}", name, i);
      if (nets[i] == netlist.clock)
        clock += " [get_ports " + port + "]";
      else
        inputs += " " + port;
    }
  return fmt::format(
      "read_liberty {}\nread_verilog netlist.v\nlink_design {}\n{}\nset_clock_transition {} [get_clocks "
      "clk]\n"
      "set_input_delay 0 -clock clk [get_ports {{{}}}]\nset_input_transition {} [get_ports {{{}}}]\n"
      "set_output_delay 0 -clock clk [all_outputs]\n"
      "report_checks -path_delay max -group_count 1000000 -format end -digits 6\nexit\n",
      fs::absolute(library.file).string(), netlist.module, clock, setting.clock_transition, inputs,
      setting.input_transition, inputs);
}

// Lines "g12/D (DFFPOSX1)  99.8  0.264650  99.5 (MET)": the first of an end is its worst.
std::map<std::string, double> arrivals_in(const std::string& log) {
  std::ifstream stream(log);
  std::map<std::string, double> found;
  std::string line;
  while (std::getline(stream, line)) {
    std::istringstream words(line);
    std::string name, of;
    double required = 0, actual = 0, slack = 0;
    if (words >> name >> of >> required >> actual >> slack && of.front() == '(')
      found.try_emplace(name, sta_period - slack);
  }
  return found;
}

}  // namespace

bool sta_is_installed() {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  std::string folder;
  std::error_code failed;
  while (std::getline(folders, folder, ':'))
    if (fs::is_regular_file(fs::path(folder) / "sta", failed)) return true;
  return false;
}

std::map<std::string, double> sta_arrivals(const gate_netlist& netlist, const liberty_library& library,
                                           const timing_setting& setting, const std::string& folder) {
  if (!sta_is_installed())
    throw tool_error(
        fmt::format("sta: not found: install Debian's package {} (.ci/energy_tools does)", sta_package));
  const fs::path place = fs::absolute(folder);
  write_output((place / "netlist.v").string(), netlist_verilog(netlist));
  write_output((place / "time.tcl").string(), script_for(netlist, library, setting));
  const std::string log = (place / "sta.log").string();
  const int status = run_child_process(
      {"env", "-C", place.string(), "sta", "-no_init", "-no_splash", "-exit", "time.tcl"}, log, "sta");
  std::map<std::string, double> found = arrivals_in(log);
  if (status != 0 || found.empty())
    throw tool_error(fmt::format("sta: status {}, {}; see {}", status, first_complaint(log), log));
  return found;
}

arrival_difference compare_arrivals(const gate_timing& timing, const std::map<std::string, double>& sta) {
  arrival_difference made;
  for (const path_end& end : timing.ends) {
    const auto there = sta.find(end.name);
    const double found = end.arrival + end.setup, want = there == sta.end() ? 0 : there->second;
    const double off = std::abs(found - want) / std::max(found, 0.1);
    ++made.compared;
    if (off <= made.largest) continue;
    made.largest = off;
    made.where = fmt::format("{}: {:.6f} ns here, {} by sta", end.name, found,
                             there == sta.end() ? "nothing" : fmt::format("{:.6f} ns", want));
  }
  return made;
}

}  // namespace scansim
