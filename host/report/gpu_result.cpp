#include "host/report/gpu_result.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/report/run_result.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw tool_error("result of gpu contradicts itself: " + what);
}

void check_time(const gpu_result& gpu) {
  const double low = gpu.time_low_us.value_or(gpu.time_us), high = gpu.time_high_us.value_or(gpu.time_us);
  if (!std::isfinite(gpu.time_us) || gpu.time_us <= 0) refuse(fmt::format("time is {} us", gpu.time_us));
  if (!(low > 0 && low <= gpu.time_us && gpu.time_us <= high && std::isfinite(high)))
    refuse(fmt::format("time {} us is not between {} and {} us", gpu.time_us, low, high));
}

void check_energy(const gpu_result& gpu) {
  if (gpu.energy_bound_uj && !(*gpu.energy_bound_uj >= 0 && std::isfinite(*gpu.energy_bound_uj)))
    refuse(fmt::format("upper bound of energy is {} uJ", *gpu.energy_bound_uj));
  if (!gpu.energy) return;
  const double included = gpu.energy->idle_included_uj, subtracted = gpu.energy->idle_subtracted_uj;
  if (gpu.energy->level != "board") refuse("measured energy of level " + gpu.energy->level);
  if (!(subtracted >= 0 && subtracted <= included && std::isfinite(included)))
    refuse(fmt::format("energy {} uJ with idle, {} uJ without", included, subtracted));
}

// What binds is the longest of the bounds that apply, where they are given.
void check_bounds(const gpu_result& gpu) {
  if (gpu.bounds.empty()) return;
  double longest_us = 0;
  for (const roofline_time& one : gpu.bounds)
    if (one.applies) longest_us = std::max(longest_us, one.time_us);
  if (!gpu.roofline_us || longest_us != *gpu.roofline_us)
    refuse(fmt::format("its longest bound is {} us, its roofline another", longest_us));
}

// Which facts go with which label.
void check_label(const rung_result& rung, const gpu_result& gpu) {
  if (gpu.label != "live" && gpu.label != "recorded" && gpu.label != "modelled")
    refuse("label '" + gpu.label + "'");
  for (const profile_ceiling& ceiling : gpu.ceilings)
    if ((ceiling.basis == "measured") != gpu.measured())
      refuse(fmt::format("{}, but {} is {}", gpu.label, ceiling.name, ceiling.basis));
  if (gpu.measured() && gpu.energy_bound_uj) refuse(gpu.label + ", but its energy is an upper bound");
  if (gpu.measured()) return;
  if (gpu.energy) refuse("modelled, but its energy was measured");
  if (gpu.comparison || !rung.compared_with.empty()) refuse("modelled, but its outputs were compared");
  if (gpu.ceilings.empty() || !gpu.roofline_us || *gpu.roofline_us != gpu.time_us)
    refuse("modelled, but its time is not that of its ceilings");
}

}  // namespace

std::optional<double> gpu_result::achieved_share() const {
  if (!measured() || !roofline_us) return std::nullopt;
  return *roofline_us / time_us;
}

void check_gpu_result(const rung_result& rung) {
  if (rung.gpu.has_value() != (rung.rung == "gpu"))
    throw tool_error("result of " + rung.rung + " contradicts itself: " +
                     (rung.gpu ? "it has facts of a GPU" : "it has no facts of a GPU"));
  if (!rung.gpu) return;
  const gpu_result& gpu = *rung.gpu;
  check_time(gpu);
  check_energy(gpu);
  check_label(rung, gpu);
  if (rung.cycles || rung.energy) refuse("it has cycles or energy of a machine");
  if (gpu.comparison.has_value() != !rung.compared_with.empty()) refuse("comparison without its figures");
  check_bounds(gpu);
  if (gpu.roofline_us && !(*gpu.roofline_us > 0 && std::isfinite(*gpu.roofline_us)))
    refuse(fmt::format("roofline is {} us", *gpu.roofline_us));
}

std::optional<gpu_ratios> ratios_to_gpu(const run_result& result) {
  const auto found = std::find_if(result.rungs.begin(), result.rungs.end(),
                                  [](const rung_result& rung) { return rung.gpu.has_value(); });
  const auto timed = std::find_if(result.rungs.rbegin(), result.rungs.rend(),
                                  [](const rung_result& rung) { return rung.cycles.has_value(); });
  if (found == result.rungs.end() || timed == result.rungs.rend()) return std::nullopt;
  const gpu_result& gpu = *found->gpu;
  gpu_ratios ratios;
  ratios.rung = timed->rung;
  ratios.machine_time_s = static_cast<double>(*timed->cycles) / (result.point.clock_mhz * 1e6);
  const auto share = gpu.achieved_share();
  if (gpu.measured() && !share) {
    ratios.withheld = "the gpu kernel's own ceilings were not measured";
  } else if (gpu.measured() && *share < publishable_share) {
    ratios.withheld =
        fmt::format("the gpu kernel reaches {:.1f} % of its binding ceiling, {} ({:.0f} % needed)",
                    100 * *share, gpu.binding_ceiling, 100 * publishable_share);
  } else if (gpu.measured() && *share > credible_share) {
    ratios.withheld =
        fmt::format("the gpu kernel reaches {:.1f} % of its binding ceiling, {}: its data stayed in a cache",
                    100 * *share, gpu.binding_ceiling);
  } else {
    ratios.time = ratios.machine_time_s * 1e6 / gpu.time_us;
  }
  if (!ratios.time) return ratios;
  if (!gpu.energy || !timed->energy) {
    ratios.withheld = gpu.energy ? "no energy ratio: the machine's energy was not estimated"
                                 : "no energy ratio: the gpu's energy was not measured";
    return ratios;
  }
  const double machine_uj = timed->energy->system_estimate.nominal_pj * 1e-6;
  if (gpu.energy->idle_included_uj > 0)
    ratios.energy_idle_included = machine_uj / gpu.energy->idle_included_uj;
  if (gpu.energy->idle_subtracted_uj > 0)
    ratios.energy_idle_subtracted = machine_uj / gpu.energy->idle_subtracted_uj;
  return ratios;
}

}  // namespace scansim
