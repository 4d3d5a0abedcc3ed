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

// Points that an optimiser asked for (point_service.h): a JSON object a line, asked.jsonl; a line that is cut
// off is left out.
void append_asked(const std::string& folder, const nlohmann::json& point);
std::vector<std::vector<std::pair<std::string, sweep_value>>> read_asked(const std::string& folder);

void write_run(const std::string& folder, const sweep_spec& spec, const std::string& model);
// `fits` as of load_sweep_spec: of what is read, not of what is kept.
sweep_folder read_sweep_folder(const std::string& folder, const std::string& fits = "");

}  // namespace scansim
