// A profile of one call on one GPU: who ran it, how it was measured, what was found. Contract: the JSON of
// README.md here, schema "scansim-gpu-profile" version 1; a profile that loads is complete and finite, every
// metric has unit and aggregation, and all else is one input_error naming file and field. Files appear whole
// or not at all.
#pragma once
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace scansim {

struct profile_trace {
  std::optional<std::string> sha256;
  std::string path, op = "selective_scan", mode = "prefill";
  int64_t batch = 0, channels = 0, states = 0, groups = 0, length = 0;  // 0: unknown (an import)
};

struct profile_device {
  std::string name;
  std::optional<std::string> compute_capability, driver, cuda;
  std::optional<int64_t> multiprocessors, memory_bytes, l2_bytes;
  std::optional<double> sm_clock_mhz, memory_clock_mhz, power_limit_w;
};

struct profile_build {
  std::string git_revision;
  bool git_dirty = false;
  std::string compiler, flags, architectures;
};

struct profile_kernel {
  std::string name, precision;
  std::vector<std::pair<std::string, std::string>> configuration;
};

struct profile_protocol {
  int warm_up = 0, repetitions = 0, buffer_sets = 0;
  uint64_t bytes_per_set = 0;
  std::optional<double> clocks_before_mhz, clocks_after_mhz;
  std::optional<double> clock_under_load_mhz = {};  // when it was steady, as timing began
  std::optional<double> temperature_before_c = {}, temperature_after_c = {};
  std::optional<std::string> throttle_reasons = {};  // as timing began or ended; "none": the clocks were free
};

struct profile_metric {
  std::string name, unit, aggregation;  // "time", "us", "median of 50 launches"
  double value = 0;
  std::optional<double> low, high;  // 5th and 95th percentile; of an import the extremes
  int64_t samples = 1;
  std::string source = "";  // what the imported file calls it; empty: our own recorder's
};

// The time of one kernel of a call of several is a metric "time of <step>", in us.
inline const std::string step_time_prefix = "time of ";

// What one call takes: the least of any kernel (scan_work.h), and, where the kernel that would run is known
// by its machine code (kernel_counts.h), what that one issues; 0: not known.
struct profile_work {
  double bytes = 0, exps = 0, flops = 0;
  double unit_ops = 0, launches = 0;
  double tensor_flops =
      0;  // products of matrices of 16 bits; those of float32 count sixfold (kernel_call_work.h)
  double instructions = 0, shared_bytes = 0;  // of the kernel: of its threads, through shared memory
};

struct profile_ceiling {
  std::string name, unit;  // a row of ceiling_units
  double value = 0;
  std::string basis, source;  // basis: "measured", "datasheet" or "assumption"
};

struct ceiling_unit {
  const char *name, *unit;
};
// exp_rate is that of exps of which some are polynomials; profiles of before there was unit_rate have it
// alone.
inline constexpr ceiling_unit ceiling_units[] = {
    {"copy_bandwidth", "byte/s"},   {"unit_rate", "op/s"},     {"exp_rate", "exp/s"},
    {"float32_rate", "flop/s"},     {"tensor_rate", "flop/s"}, {"issue_rate", "instruction/s"},
    {"shared_bandwidth", "byte/s"}, {"launch_floor", "us"}};

struct profile_energy {
  std::string level = "board", source;
  double window_s = 0, idle_w = 0;
  uint64_t calls = 0;
  double idle_included_uj = 0, idle_subtracted_uj = 0;  // per call
};

struct profile_outputs {
  std::string file, sha256;  // file name beside the profile
};

// Where an imported profile is from, and what of it is not in the profile.
struct profile_import {
  std::string source, file;                                   // "the raw page of ncu"; the path as given
  std::optional<std::string> sha256;                          // of the file
  int64_t launches = 1, calls = 1;                            // of the file, in the profile
  std::vector<std::pair<std::string, std::string>> left_out;  // column, reason
};

struct gpu_profile {
  std::string origin;   // "recorder", "ncu", "nsys" or "pytorch"
  std::string created;  // UTC, ISO 8601
  profile_trace trace;
  profile_device device;
  std::optional<profile_build> build;  // absent for an import
  profile_kernel kernel;
  std::optional<profile_protocol> protocol;  // absent for an import
  std::vector<profile_metric> metrics;
  std::optional<profile_work> work;
  std::vector<profile_ceiling> ceilings;
  std::optional<profile_energy> energy;
  std::optional<profile_outputs> outputs;
  std::optional<profile_import> import;

  const profile_metric* find_metric(const std::string& name) const;  // nullptr: none
};

nlohmann::json to_json(const gpu_profile& profile);
// `file` names the source in errors.
gpu_profile profile_from_json(const nlohmann::json& object, const std::string& file);
gpu_profile load_gpu_profile(const std::string& path);
// Throws tool_error if the file cannot be written.
void write_gpu_profile(const std::string& path, const gpu_profile& profile);

}  // namespace scansim
