// What the gpu rung established: a measurement made in this run (live), one made earlier for the same trace
// (recorded), or none, only a roofline from a datasheet (modelled). Contract, checked by check_gpu_result():
// the three never mix: measured ceilings, energy and outputs belong to live and recorded alone, datasheet
// ceilings, assumptions and an upper bound of energy to modelled alone. Ratios of the machine to the gpu
// follow the rules of host/gpu_profile/README.md: withheld below 80 % of the kernel's own roofline; energies
// only if measured.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "host/gpu_profile/gpu_profile.h"
#include "host/gpu_profile/roofline.h"

namespace scansim {

struct run_result;
struct rung_result;

// Outputs against ref; by |gpu - ref| <= atol + rtol |ref|, or for int8 by the relative MSE of y alone.
struct gpu_comparison {
  std::optional<double> rtol, atol;        // of the kernel's published suite
  std::optional<double> relative_mse_bar;  // int8
  double max_abs_error = 0, relative_mse = 0;
  std::optional<double> state_relative_mse;  // of the last state, where there is one
};

struct gpu_result {
  std::string label;      // "live", "recorded" or "modelled"
  std::string precision;  // "fp32", "fp16", "bf16", "int8"
  std::string device, kernel;
  std::string source;  // the profile's file, the datasheet's name, or "this run"
  double time_us = 0;  // of one call
  std::optional<double> time_low_us, time_high_us;
  std::string time_basis;
  std::optional<profile_energy> energy;  // measured, per call
  std::optional<double> energy_bound_uj;
  std::string energy_basis;
  std::vector<profile_ceiling> ceilings;
  std::optional<double> roofline_us;  // by `ceilings`
  std::string binding_ceiling, binding_basis;
  std::vector<roofline_time> bounds;  // the time by each ceiling
  std::string counted_kernel;         // modelled: whose machine code issue and shared memory were counted in
  std::optional<gpu_comparison> comparison;

  bool measured() const { return label != "modelled"; }
  // Of the binding ceiling, 0..1 (above 1 where the L2 cache helps); absent if modelled or no ceilings.
  std::optional<double> achieved_share() const;
};

inline constexpr double publishable_share = 0.8;
// A kernel above its own ceiling was served by a cache, or the ceiling is wrong; 5 % is measurement spread.
inline constexpr double credible_share = 1.05;

// The last machine rung with time, over the gpu.
struct gpu_ratios {
  std::string rung;  // a machine's
  double machine_time_s = 0;
  std::optional<double> time;
  std::optional<double> energy_idle_included, energy_idle_subtracted;
  std::string withheld;  // why `time` or the energies are absent; empty: all there
};
// Absent if no gpu rung or no machine rung with time ran.
std::optional<gpu_ratios> ratios_to_gpu(const run_result& result);

// Throws tool_error naming what contradicts what.
void check_gpu_result(const rung_result& rung);

}  // namespace scansim
