// One machine rung of a run: the call's program on the rung's device, and what a result says of it. Contract:
// one systemc run object per process (SystemC elaborates once); the time to build a rung's library is apart
// from the time to run it. It compares nothing (difference.h).
#pragma once
#include <memory>

#include "host/operators/operator_case.h"
#include "host/program/program_driver.h"
#include "host/report/run_result.h"
#include "host/run/run_observer.h"
#include "host/run/wave_file.h"
#include "sim/rungs/rung.h"

namespace scansim {

struct machine_setting {
  const design_point& point;
  std::string memory_model;
  uint64_t seed = 1;
  wave_file* waves = nullptr;  // for the rung that has them
  compile_options options;
  cycle_window window;                // of the waves
  activity_request activity;          // for a rung that has it
  uint64_t most_cycles = UINT64_MAX;  // of a start
  std::optional<rtl_kind> rtl_build = {};
  bool switching = false;  // of rungs that count it
};

// Fills counters, time, energy, checksums and traffic of `entry`, as far as the rung has them.
program_result run_machine_rung(rung_result& entry, operator_case& call, const rung& row,
                                const machine_setting& setting, run_observer& observer);

// The same of the operator's own arithmetic: its counters, checksums and compulsory bytes.
void describe_arithmetic(rung_result& entry, operator_case& call, const golden_result& golden);

operator_facts facts_of(nlohmann::json facts);  // null: no facts

}  // namespace scansim
