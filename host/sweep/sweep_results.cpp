#include "host/sweep/sweep_results.h"

#include <algorithm>

namespace scansim {
namespace {

constexpr double pj = 1e-12, mhz = 1e6;

double energy_at(const energy_range& range, energy_end end) {
  if (end == energy_end::low) return range.low_pj;
  return end == energy_end::high ? range.high_pj : range.nominal_pj;
}

double count_of(const event_counters& counters, const std::string& block, const std::string& event) {
  const auto found = counters.find(block);
  if (found == counters.end() || !found->second.contains(event)) return 0;
  return static_cast<double>(found->second.at(event));
}

}  // namespace

sweep_results results_of(const design_point& point, const std::vector<workload_result>& workloads,
                         const cost_table& costs, energy_end end) {
  double cycles = 0, energy_pj = 0, tokens = 0, busy = 0, moved = 0, compulsory = 0;
  for (const workload_result& one : workloads) {
    const event_counters& counters = one.row->counters;
    cycles += one.weight * static_cast<double>(one.row->cycles);
    energy_pj += one.weight * energy_at(estimate_energy(counters, point, costs).system_estimate, end);
    tokens += one.weight * one.tokens;
    busy += one.weight * count_of(counters, "scan_serial", "busy");
    moved += one.weight *
             (count_of(counters, "dma", "dram_read_bytes") + count_of(counters, "dma", "dram_write_bytes"));
    compulsory += one.weight * static_cast<double>(one.row->compulsory_bytes);
  }
  const double time_s = cycles / (point.clock_mhz * mhz), energy_j = energy_pj * pj;
  return {{"cycles", cycles},
          {"time_s", time_s},
          {"energy_j", energy_j},
          {"edp", energy_j * time_s},
          {"power_w", energy_j / time_s},
          {"tokens_per_s", tokens / time_s},
          {"utilisation", busy / cycles},
          {"traffic_bytes", moved},
          {"traffic_ratio", moved / compulsory}};
}

const std::vector<std::string>& sweep_result_list() {
  static const std::vector<std::string> names = {"cycles",      "time_s",        "energy_j",
                                                 "edp",         "power_w",       "tokens_per_s",
                                                 "utilisation", "traffic_bytes", "traffic_ratio"};
  return names;
}

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
