// A module of the RTL as a netlist of library cells, by Yosys: read, parameters set, flattened, mapped.
//   synth -flatten -noalumacc;  dfflibmap;  abc with buffers and sizes for `mapping_period_ps`
// -noalumacc: sums stay behind their products, as the RTL has them (default `synth` merges acc + a * b).
// Contract: kept in the cache under a digest of RTL, parameters, library, script and tool; reads of the RTL
// only what the module reaches. Errors: input_error for a missing module, tool_error as of area's run, and,
// naming the Debian package, if the cell library is not installed.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "host/energy/gate_netlist.h"
#include "sim/cosim/tool_process.h"

namespace scansim {

struct rtl_module {
  std::string name;
  std::vector<std::pair<std::string, int64_t>> parameters;
  std::string text = "";  // its source; empty: the file of that name
};

struct mapped_netlist {
  gate_netlist netlist;
  bool kept = false;  // it was in the cache
};

// Where the library is: $SCANSIM_LIBERTY, or that of Debian's qflow-tech-osu018.
std::string liberty_file();
inline constexpr const char* liberty_package = "qflow-tech-osu018";

std::string netlist_cache_folder();

// The files of `rtl_dir` that the module needs, in compile order: its own, those that name modules or
// packages in it, and so on.
std::vector<std::string> rtl_reached(const std::string& rtl_dir, const std::string& module);

mapped_netlist map_to_gates(const rtl_module& module, const liberty_library& library,
                            const std::string& rtl_dir, const progress_callback& progress = {});

}  // namespace scansim
