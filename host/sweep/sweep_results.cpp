#include "host/sweep/sweep_results.h"

#include <algorithm>
#include <optional>

namespace scansim {
namespace {

constexpr double pj = 1e-12, mhz = 1e6;
constexpr const char *area_prefix = "area.", *accuracy_prefix = "accuracy.";
constexpr const char *relative_mse_result = "accuracy.relative_mse",
                     *quantisation_mse_result = "accuracy.quantisation_mse";

double count_of(const event_counters& counters, const std::string& block, const std::string& event) {
  const auto found = counters.find(block);
  if (found == counters.end() || !found->second.contains(event)) return 0;
  return static_cast<double>(found->second.at(event));
}

void add_accuracy(const std::vector<workload_result>& workloads, sweep_results& results) {
  for (const workload_result& one : workloads) {
    if (!one.values) continue;
    double& error = results.try_emplace(relative_mse_result, 0).first->second;
    double& lost = results.try_emplace(quantisation_mse_result, 0).first->second;
    error = std::max(error, one.values->relative_mse);
    lost = std::max(lost, one.values->quantisation_mse);
  }
}

}  // namespace

results_at_ends results_of(const design_point& point, const std::vector<workload_result>& workloads,
                           const cost_table& costs, const area_model* area) {
  double cycles = 0, tokens = 0, busy = 0, moved = 0, compulsory = 0;
  energy_range energy;
  for (const workload_result& one : workloads) {
    const event_counters& counters = one.row->counters;
    cycles += one.weight * static_cast<double>(one.row->cycles);
    energy += one.weight * estimate_energy(counters, point, costs).system_estimate;
    tokens += one.weight * one.tokens;
    busy += one.weight * count_of(counters, "scan_serial", "busy");
    moved += one.weight *
             (count_of(counters, "dma", "dram_read_bytes") + count_of(counters, "dma", "dram_write_bytes"));
    compulsory += one.weight * static_cast<double>(one.row->compulsory_bytes);
  }
  const std::optional<modelled_area> logic = area ? std::optional(area->of(point)) : std::nullopt;
  const double time_s = cycles / (point.clock_mhz * mhz);
  const auto at = [&](double energy_pj) -> sweep_results {
    const double energy_j = energy_pj * pj;
    sweep_results all = {{"cycles", cycles},
                         {"time_s", time_s},
                         {"energy_j", energy_j},
                         {"edp", energy_j * time_s},
                         {"power_w", energy_j / time_s},
                         {"tokens_per_s", tokens / time_s},
                         {"utilisation", busy / cycles},
                         {"traffic_bytes", moved},
                         {"traffic_ratio", moved / compulsory}};
    if (logic) {
      all["area.lut"] = logic->lut, all["area.ff"] = logic->ff;
      all["area.dsp"] = static_cast<double>(logic->dsp), all["area.bram"] = logic->bram();
    }
    add_accuracy(workloads, all);
    return all;
  };
  return {at(energy.low_pj), at(energy.nominal_pj), at(energy.high_pj)};
}

const std::vector<std::string>& sweep_result_list() {
  static const std::vector<std::string> names = {"cycles",
                                                 "time_s",
                                                 "energy_j",
                                                 "edp",
                                                 "power_w",
                                                 "tokens_per_s",
                                                 "utilisation",
                                                 "traffic_bytes",
                                                 "traffic_ratio",
                                                 "area.lut",
                                                 "area.ff",
                                                 "area.dsp",
                                                 "area.bram",
                                                 relative_mse_result,
                                                 quantisation_mse_result};
  return names;
}

bool is_accuracy_result(const std::string& name) { return name.starts_with(accuracy_prefix); }

bool is_area_result(const std::string& name) { return name.starts_with(area_prefix); }

bool is_sweep_result(const std::string& name) {
  const std::vector<std::string>& names = sweep_result_list();
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string sweep_result_names() {
  std::string text;
  for (const std::string& name : sweep_result_list()) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace scansim
