// The arrivals of a netlist by OpenSTA (Debian's package opensta), to hold those of gate_timing.h against.
// Contract: same library, netlist, transitions and clock; per end of a path, by its name, the time that the
// latest path to it takes, setup included (arrivals of both edges may tie there).
// Errors: tool_error naming the package where the program is not installed, or with the tool's complaint.
#pragma once
#include <map>
#include <string>

#include "host/energy/gate_timing.h"

namespace scansim {

inline constexpr const char* sta_package = "opensta";

bool sta_is_installed();

// Files are made in `folder`, which exists.
std::map<std::string, double> sta_arrivals(const gate_netlist& netlist, const liberty_library& library,
                                           const timing_setting& setting, const std::string& folder);

struct arrival_difference {
  size_t compared = 0;
  double largest = 0;  // relative
  std::string where;
};
arrival_difference compare_arrivals(const gate_timing& timing, const std::map<std::string, double>& sta);

}  // namespace scansim
