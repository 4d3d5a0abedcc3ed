// A job of a regression: one drawn call on one design point under one memory model, on some rungs; or one run
// of a program. Contract: a pure function of what identity() says and of the program that runs it, so that
// its key, a hash of both, names its result; limits are not part of it.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/regress/regress_plan.h"

namespace scansim {

struct regress_job {
  std::string key, test;
  test_kind kind = test_kind::compare;
  operator_workload call;           // of a compare that draws it
  std::string trace, trace_sha256;  // of one of a file: as the plan names it; of what is in it
  uint64_t call_seed = 1, memory_seed = 1;
  design_request design;
  std::string point, memory;  // the label of the plan; the memory model
  std::vector<std::string> rungs;
  rtl_kind rtl_build = rtl_kind::plain;
  std::shared_ptr<const nlohmann::json> machine;  // identity of the design point; null: of `design`
  std::vector<std::string> command;               // of a program, resolved
  std::string program_sha256;                     // of its first word
  uint64_t draw_seed = 0;                         // what all of it was drawn from
  job_limits limits;
  bool recorded = false;
};

// Hash of what besides a job's identity decides its result: this program, its data files, the RTL.
std::string regress_digest();

// A design point as it counts for results: without its name.
std::shared_ptr<const nlohmann::json> machine_identity(const design_point& point);

// Call, design point field by field, memory, seeds, rungs; or the command.
nlohmann::json identity_of(const regress_job& job);
void name_job(regress_job& job, const std::string& digest);  // sets the key

// What a program's process has besides: what its rtl machines are built for.
std::vector<std::pair<std::string, std::string>> environment_of(const regress_job& job);

// Where a trace that a plan names is: as it says, else in the data folder. input_error: in neither.
std::string trace_file(const std::string& name);

// What compare is asked for, of a call in a file; and the words behind `scansim` that make the file.
run_request request_of(const regress_job& job, const std::string& trace_path);
std::string trace_arguments(const regress_job& job, const std::string& trace_path);

// "random_scan tiny random: selective_scan channels 9 length 33, seed 17"
std::string job_title(const regress_job& job);

// Where a reproduce_line puts a call that it draws.
inline constexpr const char* case_file = "case.safetensors";
// One shell line that shows the job again, on a fresh clone too: exit status 0 agree, 1 disagree, else more.
std::string reproduce_line(const regress_job& job, const std::string& invocation,
                           const std::string& wave_options = "");

}  // namespace scansim
