// What a sweep's folder says of its last run besides rows: the file that was run (spec.yaml), and in run.json
// the folder that its paths are relative to and the hash of the program. Contract: write_run before the first
// row; a folder without both is no sweep (input_error).
#pragma once
#include "host/sweep/sweep_spec.h"

namespace scansim {

struct sweep_folder {
  sweep_spec spec;
  std::string model;  // hash of the program that ran last
};

void write_run(const std::string& folder, const sweep_spec& spec, const std::string& model);
sweep_folder read_sweep_folder(const std::string& folder);

}  // namespace scansim
