// A plan of a regression (host/regress/README.md): what is claimed (testpoints), by which tests, on which
// design points and memory models, with calls drawn how. Contract: what a file says more or otherwise is an
// input_error with file and field; every testpoint has tests and every test a testpoint.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/regress/stimulus.h"
#include "host/run/run_request.h"

namespace scansim {

struct plan_point {
  std::string label;  // tiny, tiny interleave=8
  std::string group;  // label of the covering array that it is of; empty: of none
  design_request request;
  design_point point;
};

// compare: a drawn call on several rungs; program: a program of the build folder, judged by its exit status.
enum class test_kind { compare, program };

struct drawn_key {
  std::string name;
  call_key form;
  std::shared_ptr<const stimulus> value;
};

struct job_limits {
  double wall_s = 60;
  uint64_t cycles = 50'000'000;  // of a start of the RTL
  uint64_t memory_mb = 4096;     // of a process
};

struct plan_test {
  std::string name;
  test_kind kind = test_kind::compare;
  std::vector<size_t> points;  // of the plan; a program has none
  std::vector<std::string> memories, rungs;
  std::optional<rtl_kind> rtl_build;  // nullopt: what the environment says
  const call_kind* call = nullptr;
  std::vector<std::string> traces;       // in place of a drawn call: files, each a job of every point
  std::vector<drawn_key> helpers, keys;  // in the order of the file
  std::optional<expression> constraint;
  std::vector<std::string> command;  // of a program; {seed}
  uint64_t seeds = 1;                // a point
  job_limits limits;
  std::optional<double> budget_s;  // of all its jobs: further ones are not started
  bool may_refuse = false;         // a call that the machine cannot hold is no failure
  bool recorded = false;           // cycles and stalls are held to those of an approved run
};

struct plan_testpoint {
  std::string name, desc, stage;
  std::vector<std::string> tags, tests;
};

struct regress_plan {
  std::string file, text, name;
  std::string root;  // folder that paths of design points are relative to
  std::vector<plan_point> points;
  std::vector<std::string> memories;
  std::vector<plan_testpoint> testpoints;
  std::vector<plan_test> tests;
  uint64_t seed = 1;

  const plan_test& test(const std::string& test_name) const;
};

inline const std::vector<std::string> plan_stages = {"V1", "V2", "V3"};  // each holds those before it

regress_plan load_regress_plan(const std::string& file, const std::string& root = ".");

}  // namespace scansim
