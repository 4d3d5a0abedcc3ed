// A sweep file (host/sweep/README.md): a base design point, workloads, the space of parameters over it,
// constraints, how points are drawn, objectives.
// Contract: every name is a field of a design point, every reference is to one above it or to the base; what
// a file says more or otherwise is refused with file and field. Points: sweep_points.h.
#pragma once
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "host/program/scan/scan_layout.h"
#include "host/run/gpu_choice.h"
#include "host/sweep/expression.h"
#include "models/area/fpga_part.h"
#include "models/configs/design_point.h"

namespace scansim {

// One field of the design point that a sweep sets.
struct sweep_parameter {
  std::string name;
  std::vector<sweep_value> values;    // sampled: one of them
  std::optional<expression> derived;  // or computed
  std::string with;                   // or looked up by the value of another
  std::vector<std::pair<std::string, sweep_value>> mapped;
  std::optional<expression> when;  // set only where it holds; else the base's value
};

struct network_workload;
struct operator_workload;

struct sweep_workload {
  std::string name;  // mamba-130m L 2048
  scan_form form;
  double weight = 1;
  nlohmann::json identity;     // what its time depends on
  uint64_t state_updates = 0;  // of its scans that machines run
  std::string trace;           // the file it comes from; empty: a shape
  std::string trace_sha256;    // of that file
  // A whole network: then the form has its batch and tokens alone.
  std::shared_ptr<const network_workload> network = nullptr;
  // A call of an operator: then the form has its tokens alone.
  std::shared_ptr<const operator_workload> call = nullptr;

  bool has_values() const { return !trace.empty() || call; }  // a shape and a network have none of their own
};

// What a row may take (key `limits`). Contract: one that takes longer is a row of status timeout, one that
// needs more memory a row that failed; both are tried again `retries` times in the same run.
struct row_limits {
  std::optional<double> seconds;
  std::optional<uint64_t> memory_mb;
  uint64_t retries = 0;
};

struct sweep_objective {
  std::string result;  // a name of sweep_results.h
  bool maximise = false;
};

enum class sample_method { grid, random, sobol, list, nsga2, asked };  // asked: none of its own

struct sweep_spec {
  std::string file, text;  // as read
  std::string root;        // folder that paths in it are relative to
  std::string base;        // name or path
  design_point base_point;
  std::vector<sweep_workload> workloads;
  std::vector<sweep_parameter> space;
  std::vector<expression> constraints;         // over parameters: before a run
  std::vector<expression> result_constraints;  // over results too: after it
  sample_method method = sample_method::grid;
  uint64_t sample_points = 0, sample_seed = 1;
  uint64_t population = 0, generations = 0;                              // nsga2
  std::vector<std::vector<std::pair<std::string, sweep_value>>> listed;  // rows of a list
  std::vector<std::vector<std::pair<std::string, sweep_value>>>
      asked;  // besides, in the folder (point_service.h)
  std::vector<sweep_objective> objectives;
  std::shared_ptr<const area_model> area;  // nullptr: machines of the space have units
  std::optional<fpga_part> part;           // that every point has to fit
  bool values = false;                     // rows of values are wanted (value_row.h)
  std::string confirm;                     // the rung that confirms the front; empty: none
  row_limits limits;
  uint64_t memory_seed = 1;                            // of the random memory model
  std::optional<gpu_choice> reference = gpu_choice{};  // the GPU that plots have as a line; never live
};

// `fits`: a part, as if the file had the key; empty: as the file says.
sweep_spec load_sweep_spec(const std::string& file, const std::string& root = ".",
                           const std::string& fits = "");

// The value of a field of a design point.
sweep_value field_value(const nlohmann::json& point, const std::string& name);
// Whether a design point has a field of that name.
bool is_point_field(const nlohmann::json& point, const std::string& name);

}  // namespace scansim
