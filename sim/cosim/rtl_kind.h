// What a library of a design point is built for. plain: to run fast; coverage: it counts which lines,
// branches and bits of ports were run (coverage_scope.h); randinit: registers hold random bits before reset
// (drawn from the run's seed), so that a missing reset shows. The last two also check contracts between
// modules (rtl/checks.f); on the memory port all of them check AXI (axi_memory_port.h). Waves and timelines
// go with each of them.
#pragma once
#include <string>
#include <vector>

namespace scansim {

enum class rtl_kind { plain, coverage, randinit };

const std::vector<std::string>& rtl_kind_names();  // in the order of the values

// Throws input_error that names `origin` for a name that is none of them.
rtl_kind rtl_kind_named(const std::string& name, const std::string& origin);

inline constexpr const char* rtl_build_variable = "SCANSIM_RTL_BUILD";
// What it says, else plain.
rtl_kind rtl_kind_of_environment();

// Where what was covered is written, a file for each machine: $SCANSIM_COVERAGE, else ./coverage.
std::string coverage_folder();

}  // namespace scansim
