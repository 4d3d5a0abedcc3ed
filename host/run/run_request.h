// What a run of the ladder is asked for. Contract: run() (run.h) checks all of it before the first rung runs;
// errors are input_error that name the option of the command line, or the file and field.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/operators/compile_options.h"
#include "host/run/gpu_choice.h"
#include "host/timeline/run_timeline.h"
#include "models/configs/design_point.h"
#include "sim/rungs/device.h"

namespace scansim {

// A design point as a user names it.
struct design_request {
  std::string config;                  // a name, or a path ending in .yaml
  std::vector<std::string> overrides;  // key=value
};
design_point load_design(const design_request& request);

struct run_request {
  std::string trace_path;
  design_request design;
  std::vector<std::string> rungs;     // empty: all that the operator has on this design point
  std::string memory;                 // empty: the design point's
  uint64_t most_cycles = UINT64_MAX;  // of a start of the RTL: more of them are a machine that hangs
  uint64_t seed = 1;                  // of the random memory model
  gpu_choice gpu;
  compile_options program;
  std::string invocation = "scansim";  // how a shell starts the program, variables in front
  std::optional<rtl_kind> rtl_build;   // nullopt: what the environment says
  std::string wave_path;               // of the last rung, if it has waves; empty: none
  cycle_window waves;                  // the cycles that they have
  std::string timeline_path;           // of the last rung that has one; empty: none
  timeline_request timeline;           // the cycles and events that it has
  bool switching = false;              // how operands switch, and energy by gates
  bool stall_tables = false;           // somebody wants to write them
  bool keep_outputs = false;           // the result has every named output of every rung that has values
};

// " --unfused": the flags of compare that choose this program.
std::string program_flags(const compile_options& program);

// A word of a shell command, quoted where it has to be.
std::string shell_word(const std::string& word);

// The model named, or the design point's own; throws input_error naming --memory.
std::string checked_memory(const std::string& name, const design_point& point);

// " --timeline PATH" and what goes with it.
std::string timeline_options(const run_request& request, const std::string& path);

// A shell command that compares the request's trace on `rungs`, with waves if `wave_path` is not empty.
std::string command_line(const run_request& request, const std::vector<std::string>& rungs,
                         const std::string& wave_path);

}  // namespace scansim
