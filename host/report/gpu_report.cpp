#include "host/report/gpu_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "host/report/or_null.h"
#include "host/report/text_table.h"

namespace scansim {
namespace {

using nlohmann::json;

std::string energy_cell(const run_result& result, const gpu_result& gpu) {
  if (result.tokens == 0 || (!gpu.energy && !gpu.energy_bound_uj)) return "-";
  const double per_token = 1e-6 / static_cast<double>(result.tokens);
  if (!gpu.energy) return "at most " + with_si_prefix(*gpu.energy_bound_uj * per_token, "J");
  return with_si_prefix(gpu.energy->idle_included_uj * per_token, "J");
}

std::string ratio_text(double ratio) { return fmt::format("{:.3g} x", ratio); }

// Of a time, or of an energy, over the gpu's.
std::string compared_text(double ratio, const char* above, const char* below) {
  return ratio >= 1 ? ratio_text(ratio) + " " + above : ratio_text(1 / ratio) + " " + below;
}
std::string speed_text(double ratio) { return compared_text(ratio, "slower", "faster"); }
std::string amount_text(double ratio) { return compared_text(ratio, "more", "less"); }

std::string ratio_lines(const run_result& result, const gpu_result& gpu) {
  const auto ratios = ratios_to_gpu(result);
  if (!ratios) return "";
  const std::string head = ratios->rung + " over gpu: ";
  if (!ratios->time) return head + "ratios withheld, " + ratios->withheld + "\n";
  std::string text = fmt::format("{}{} (simulated {}, gpu {} {})\n", head, speed_text(*ratios->time),
                                 with_si_prefix(ratios->machine_time_s, "s"), gpu.label,
                                 with_si_prefix(gpu.time_us * 1e-6, "s"));
  if (!ratios->withheld.empty()) return text + head + ratios->withheld + "\n";
  std::string levels;
  for (const rung_result& rung : result.rungs)
    if (rung.rung == ratios->rung) levels = rung.energy->level_names();
  std::string energies;
  if (ratios->energy_idle_included) energies = amount_text(*ratios->energy_idle_included) + " with idle";
  if (ratios->energy_idle_subtracted)
    energies += (energies.empty() ? "" : ", ") + amount_text(*ratios->energy_idle_subtracted) + " without";
  if (energies.empty()) return text;
  return text + head +
         fmt::format("energy {} ({} {} estimated, gpu board {})\n", energies, ratios->rung, levels,
                     gpu.label);
}

const char* basis_text(const gpu_result& gpu) {
  return gpu.binding_basis == "assumption" ? "an assumption" : "a datasheet's ceiling";
}

// Where the instructions of a kernel bind, which kernel's.
std::string code_text(const gpu_result& gpu) {
  const bool of_code = gpu.binding_ceiling == "issue_rate" || gpu.binding_ceiling == "shared_bandwidth";
  return of_code && !gpu.counted_kernel.empty() ? ", by the code of " + gpu.counted_kernel : "";
}

json bounds_json(const gpu_result& gpu) {
  json bounds = json::array();
  for (const roofline_time& one : gpu.bounds)
    bounds.push_back(
        {{"ceiling", one.ceiling}, {"basis", one.basis}, {"time_us", one.time_us}, {"applies", one.applies}});
  return bounds;
}

json comparison_json(const gpu_comparison& comparison) {
  return {{"rtol", or_null(comparison.rtol)},
          {"atol", or_null(comparison.atol)},
          {"relative_mse_bar", or_null(comparison.relative_mse_bar)},
          {"max_abs_error", comparison.max_abs_error},
          {"relative_mse", comparison.relative_mse},
          {"state_relative_mse", or_null(comparison.state_relative_mse)}};
}

json energy_json(const run_result& result, const gpu_result& gpu) {
  if (!gpu.energy && !gpu.energy_bound_uj) return {};
  std::optional<double> included, subtracted, idle_w;
  if (gpu.energy) {
    included = gpu.energy->idle_included_uj;
    subtracted = gpu.energy->idle_subtracted_uj;
    idle_w = gpu.energy->idle_w;
  }
  const auto per_token = [&](const std::optional<double>& energy_uj) {
    return energy_uj && result.tokens > 0 ? json(*energy_uj / static_cast<double>(result.tokens)) : json();
  };
  return {{"level", gpu.energy ? gpu.energy->level : "board"},
          {"idle_included_uj", or_null(included)},
          {"idle_subtracted_uj", or_null(subtracted)},
          {"upper_bound_uj", or_null(gpu.energy_bound_uj)},
          {"idle_included_per_token_uj", per_token(included)},
          {"idle_subtracted_per_token_uj", per_token(subtracted)},
          {"upper_bound_per_token_uj", per_token(gpu.energy_bound_uj)},
          {"idle_w", or_null(idle_w)},
          {"basis", gpu.energy_basis}};
}

json ratios_json(const run_result& result, const gpu_result& gpu) {
  const auto ratios = ratios_to_gpu(result);
  if (!ratios) return {};
  return {{"rung", ratios->rung},
          {"labels", {{ratios->rung, "simulated"}, {"gpu", gpu.label}}},
          {"time", or_null(ratios->time)},
          {"energy_idle_included", or_null(ratios->energy_idle_included)},
          {"energy_idle_subtracted", or_null(ratios->energy_idle_subtracted)},
          {"withheld", ratios->withheld.empty() ? json() : json(ratios->withheld)}};
}

}  // namespace

std::vector<std::string> gpu_cells(const run_result& result, const gpu_result& gpu) {
  const double seconds = gpu.time_us * 1e-6;
  const auto rate = [&](uint64_t count) {
    return count > 0 ? with_si_prefix(static_cast<double>(count) / seconds) : "-";
  };
  return {with_si_prefix(seconds, "s"), rate(result.tokens), rate(steps_of(result).amount),
          energy_cell(result, gpu), gpu.energy || gpu.energy_bound_uj ? "board" : "-"};
}

std::string gpu_text(const run_result& result) {
  for (const rung_result& rung : result.rungs) {
    if (!rung.gpu) continue;
    const gpu_result& gpu = *rung.gpu;
    std::string text = fmt::format("gpu: {}, {}, {}: {}\n", gpu.label, gpu.precision, gpu.device, gpu.source);
    if (const auto share = gpu.achieved_share())
      text += fmt::format("gpu: {:.1f} % of its binding ceiling, {}, measured in the same run\n",
                          100 * *share, gpu.binding_ceiling);
    else if (!gpu.measured())
      text += fmt::format("gpu: bound by {}, {}{}; no kernel ran\n", gpu.binding_ceiling, basis_text(gpu),
                          code_text(gpu));
    if (gpu.energy && result.tokens > 0)
      text += fmt::format(
          "gpu: energy/token of the board, {} with idle, {} without\n", energy_cell(result, gpu),
          with_si_prefix(gpu.energy->idle_subtracted_uj * 1e-6 / static_cast<double>(result.tokens), "J"));
    return text + ratio_lines(result, gpu);
  }
  return "";
}

void add_gpu_json(json& object, const run_result& result, const gpu_result& gpu) {
  object["time_s"] = gpu.time_us * 1e-6;
  object["label"] = gpu.label;
  object["precision"] = gpu.precision;
  object["device"] = gpu.device;
  object["kernel"] = gpu.kernel.empty() ? json() : json(gpu.kernel);
  object["source"] = gpu.source;
  object["time_us"] = {{"median", gpu.time_us},
                       {"low", or_null(gpu.time_low_us)},
                       {"high", or_null(gpu.time_high_us)},
                       {"basis", gpu.time_basis}};
  object["energy"] = energy_json(result, gpu);
  object["ceilings"] = json::array();
  for (const profile_ceiling& ceiling : gpu.ceilings)
    object["ceilings"].push_back({{"name", ceiling.name},
                                  {"unit", ceiling.unit},
                                  {"value", ceiling.value},
                                  {"basis", ceiling.basis},
                                  {"source", ceiling.source}});
  object["roofline"] = {{"time_us", or_null(gpu.roofline_us)},
                        {"ceiling", gpu.binding_ceiling.empty() ? json() : json(gpu.binding_ceiling)},
                        {"basis", gpu.binding_basis.empty() ? json() : json(gpu.binding_basis)},
                        {"bounds", bounds_json(gpu)},
                        {"counted_kernel", gpu.counted_kernel.empty() ? json() : json(gpu.counted_kernel)},
                        {"achieved_share", or_null(gpu.achieved_share())}};
  object["comparison"] = gpu.comparison ? comparison_json(*gpu.comparison) : json();
  object["ratios"] = ratios_json(result, gpu);
}

}  // namespace scansim
