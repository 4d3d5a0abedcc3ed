// The SystemVerilog package of the machine's map, as text, and the spelling of its names.
//   map_package()          all of rtl/top/ssm_map_pkg.sv
//   upper_camel("gemm_x")  "GemmX"
// Contract: pure; the package names no other package (Yosys takes no constant of one inside another).
#pragma once
#include <string>
#include <string_view>

namespace scansim::map {

std::string map_package();
std::string upper_camel(std::string_view name);

}  // namespace scansim::map
