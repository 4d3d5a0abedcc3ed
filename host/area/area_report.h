// `scansim area`: logic of the machine at one design point, from synthesis of its RTL for Xilinx UltraScale+
// by Yosys (synth_xilinx -family xcup, hierarchy kept). Per module: instances, cells of its own and with its
// children; per block of the top, the units of units as blocks of their own; total; "compute only" =
// delta_softplus + scan_serial + gate_silu, the scan's own whatever else the machine has, also per processing
// element (num_lanes x states_per_lane). Not placed, not timed; nothing is optimised across module
// boundaries.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "host/area/cell_counts.h"
#include "models/configs/design_point.h"
#include "sim/cosim/tool_process.h"

namespace scansim {

struct module_area {
  std::string module;      // name in the RTL; one entry per set of parameters
  uint64_t instances = 0;  // in the whole machine
  cell_counts own;         // of one instance, without its children
  cell_counts whole;       // of one instance, with its children
};

struct block_area {
  // Module name of a child of the top or of a module that only holds blocks (units, gemm_path,
  // conv_path: own cells), or "(top)" for the top's own cells.
  std::string block;
  uint64_t instances = 0;
  cell_counts cells;  // of all instances together
};

struct area_report {
  design_point point;
  std::string tool;  // name and version of the synthesis tool
  std::vector<module_area> modules;
  std::vector<block_area> blocks;
  cell_counts total;
  cell_counts compute;
};

inline constexpr const char* machine_top = "ssm_top";

// Synthesizes `top` (files: rtl_dir/files.f, one path per line in compile order, # for comments, relative to
// rtl_dir or to its parent). work_dir keeps the tool (npm package, installed on first use; the environment
// variable SCANSIM_YOSYS names an installed one instead) and the log of a run that failed, and nothing else,
// however a run ends. Errors: input_error for a file list that cannot be read, tool_error if npm, node or the
// tool fails, and what `progress` throws.
area_report run_area(const design_point& point, const std::string& rtl_dir, const std::string& work_dir,
                     const std::string& top = machine_top, const progress_callback& progress = {});

// Likewise, or from `cache_folder` (sim/cosim/text_cache.h) the counts of an earlier run on the same RTL,
// parameters and tool, unless `again`. `kept`: they were there.
struct kept_area {
  area_report report;
  bool kept = false;
};
kept_area known_area(const design_point& point, const std::string& rtl_dir, const std::string& work_dir,
                     const std::string& cache_folder, bool again, const progress_callback& progress = {});

// Of the cache: where the tool is, and where the counts are.
std::string area_tool_folder();
std::string area_cache_folder();

// The same from the text of Yosys' `stat -json`. Errors: tool_error if it is not what the tool is known to
// write.
area_report area_from_stat(const std::string& stat_json, const std::string& top, const design_point& point);

std::string area_text(const area_report& report);  // tables for the terminal
nlohmann::json to_json(const area_report& report);

}  // namespace scansim
