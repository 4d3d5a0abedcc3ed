// What is known of calls on a machine, on GPUs and by a model, side by side: the profiles (recorder, imports)
// and results (--json of compare or run) of a folder, grouped by the trace that they ran.
//   model error = modelled time / measured time - 1; share of a ceiling = work / ceiling / time
// The model is the roofline of the datasheet that names the device, with the counts of the kernel that would
// run where they are known; without such a datasheet the ceilings measured in the same run. Contract: rows of
// one trace agree about operator, mode and sizes, or input_error names file and field; what is not known is
// absent, never zero; no ratio of a machine to a GPU is made here (gpu_result.h has the rule for those).
#pragma once
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "host/gpu_profile/gpu_profile.h"

namespace scansim {

struct correlation_energy {
  double uj = 0;
  std::optional<double> low_uj, high_uj;  // a machine's range; of a board: without idle, with idle
  std::string level, basis;
};

struct ceiling_share {
  std::string ceiling, basis;  // "copy_bandwidth", "measured" or "datasheet h100-sxm"
  double share = 0;
};

struct correlation_row {
  std::string label;  // simulated, modelled, live, recorded, imported; step: one kernel of a recorded call
  std::string on;     // the design point with its rungs, or the device
  std::string kernel, precision, origin, file;
  std::optional<double> time_us, low_us, high_us;
  std::optional<double> bytes, least_bytes;  // moved, and what any kernel must move
  std::string bytes_basis;                   // "port", "DRAM", "least"
  std::optional<correlation_energy> energy;
  std::vector<ceiling_share> shares;
  std::optional<double> model_us;
  std::string model_ceiling, model_basis;
  std::string note;  // why there is no model, or no time

  bool measured() const { return label == "live" || label == "recorded" || label == "imported"; }
  std::optional<double> model_error() const;
};

struct correlated_call {
  profile_trace trace;  // of a result: operator and path alone
  std::vector<correlation_row> rows;
};

// Of the measured rows of one kernel at one precision on one device, over all calls.
struct model_fit {
  std::string kernel, precision, device;
  size_t rows = 0;
  double factor = 1, least = 1, most = 1;  // measured / modelled: geometric mean and extremes
};

struct correlation_outlier {
  size_t call = 0, row = 0;
  std::string what;
};

struct gpu_correlation {
  std::string folder;
  std::vector<correlated_call> calls;
  std::vector<model_fit> fits;
  std::vector<correlation_outlier> outliers;
  std::vector<std::string> passed_over;                   // files that are no JSON
  size_t modelled_rows = 0;                               // measured rows that have a model
  std::optional<double> factor, mean_error, correlation;  // over them; of log times, from 3 rows on

  bool compared() const;  // a measured row stands beside a model or a machine
};

struct correlate_request {
  std::string folder;
  std::string trace;                     // part of a path or the begin of a checksum; empty: all
  std::string model;                     // datasheet of devices that none names; empty: none
  std::string model_folder;              // models/gpu
  double outlier_percent = 50;           // of its model, below which a row is listed
  std::string result;                    // one more result, beside those of the folder; empty: none
  std::string trace_option = "--trace";  // behind which `trace` was given, for errors
};

gpu_correlation correlate_gpu(const correlate_request& request);

nlohmann::json to_json(const gpu_correlation& correlation);
std::string correlation_text(const gpu_correlation& correlation);
// One line a row; cells with commas or quotes are quoted (RFC 4180).
std::string correlation_csv(const gpu_correlation& correlation);

}  // namespace scansim
