// A front with values and RTL behind it: a point's workloads run on hls, systemc, the sweep's own rung and
// those below, each compared with the one above it as in `scansim compare`, and the stored row with the
// rung that it came from. Scans of a shape are generated with seed 1, as `sweep show` says.
// Contract: any inequality makes a confirmation that is not equal and says what differed; it is kept in the
// folder, confirmed/<key>-<rung>.json, and stands for the row as long as its key does. Errors of tools and
// of input as run() (host/run/run.h).
#pragma once
#include <map>
#include <string>

#include "host/run/run_observer.h"
#include "host/sweep/sweep_points.h"
#include "host/sweep/sweep_store.h"

namespace scansim {

struct confirmation {
  std::string key, rung;  // of the row; the lowest rung that ran
  bool equal = false;
  std::string finding;  // what differed; equal: empty
  uint64_t cycles = 0;  // of the lowest rung
  std::string output_sha256;
};

// The rungs that a confirmation by `lowest` runs, of the ladder's order. input_error: no machine with values.
std::vector<std::string> confirming_rungs(const std::string& lowest);

bool is_confirming_rung(const std::string& name);
std::string confirming_rung_names();  // "hls, systemc, rtl"

// Of a workload with values: a scan or a trace, no network.
confirmation confirm_row(const sweep_spec& spec, const sweep_point& point, size_t workload,
                         const point_row& row, const std::string& lowest, run_observer& observer);

void write_confirmation(const std::string& folder, const confirmation& one);
// By key and rung.
using confirmations = std::map<std::pair<std::string, std::string>, confirmation>;
confirmations read_confirmations(const std::string& folder);

}  // namespace scansim
