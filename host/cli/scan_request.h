// What `run` and `compare` are asked for, as options and as the loaded thing: a trace, a design point, rungs,
// a memory model. Contract: everything the user gave is checked before the first rung runs; errors are
// input_error that name the option, or the file and field.
#pragma once
#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "host/cli/gpu_rung.h"
#include "host/report/run_result.h"
#include "models/configs/design_point.h"
#include "traces/scan_trace.h"

namespace scansim {

// Options that choose a design point.
struct design_request {
  std::string config;
  std::vector<std::string> overrides;
};
void add_design_options(CLI::App& app, design_request& request);
design_point load_design(const design_request& request);

struct scan_request {
  std::string trace_path;
  design_request design;
  std::vector<std::string> rungs;
  std::string memory;  // empty: the design point's
  gpu_choice gpu;
  uint64_t seed = 1;
  std::string json_path, csv_dir, wave_path;
  bool quiet = false;
  bool unfused = false;  // mamba_block: every result between its operators goes to memory and back
};
void add_scan_options(CLI::App& app, scan_request& request);

struct scan_job {
  scan_trace trace;
  design_point point;
  std::vector<std::string> rungs;  // in the order of the ladder, each once
  std::string memory;
  gpu_choice gpu;
  uint64_t seed = 1;
  std::string wave_path;
};
scan_job load_job(const scan_request& request);

// The model named, or the design point's own; throws input_error naming --memory.
std::string checked_memory(const std::string& name, const design_point& point);
// Throws input_error naming `option` if a file cannot be made at `path`. An empty path passes.
void check_output_path(const std::string& option, const std::string& path);

// The stall and energy tables of --csv, as new files; adds their names to the result.
void write_tables(const scan_request& request, run_result& result);

// A shell command that repeats the comparison on `rungs`, with waves if `wave_path` is not empty.
std::string command_line(const scan_request& request, const std::vector<std::string>& rungs,
                         const std::string& wave_path);

}  // namespace scansim
