#include "host/page/point_detail.h"

#include <nlohmann/json.hpp>
#include <set>

#include "host/report/machine_metrics.h"
#include "sim/rungs/device_memory.h"

namespace scansim {
namespace {

constexpr double joules_of_pj = 1e-12, hz_of_mhz = 1e6;

void add_cycles(const event_counters& counters, double weight, point_detail& detail) {
  for (const auto& [block, events] : counters) {
    if (!events.contains("busy")) continue;
    block_cycles& sum = detail.cycles[block];
    sum.busy += weight * static_cast<double>(events.at("busy"));
    sum.wait_in += weight * static_cast<double>(events.at("wait_in"));
    sum.wait_out += weight * static_cast<double>(events.at("wait_out"));
  }
}

}  // namespace

point_detail point_details::of(const sweep_point& point) {
  point_detail detail;
  detail.peak_updates_per_s = point.design.num_pe() * point.design.clock_mhz * hz_of_mhz;
  detail.peak_bytes_per_s = bandwidth(point.design).both_bytes_per_s;
  std::set<std::string> bounds;
  for (size_t i = 0; i < point.keys.size(); ++i) {
    const point_row& row = store_.rows.at(point.keys[i]);
    const scan_shape& shape = spec_.workloads[i].form.shape;
    const double weight = spec_.workloads[i].weight;
    const auto tokens = static_cast<uint64_t>(shape.batch * shape.length);
    const uint64_t updates = spec_.workloads[i].state_updates;
    const energy_report energy = estimate_energy(row.counters, point.design, costs_.of(point.design));
    for (const block_energy& block : energy.blocks)
      detail.energy_j[block.block] += weight * block.total.nominal_pj * joules_of_pj;
    detail.energy_low_j += weight * energy.system_estimate.low_pj * joules_of_pj;
    detail.energy_high_j += weight * energy.system_estimate.high_pj * joules_of_pj;
    add_cycles(row.counters, weight, detail);
    detail.state_updates += weight * static_cast<double>(updates);
    bounds.insert(limit_name(
        metrics_of(
            {row.cycles, row.counters, point.design, bandwidth(point.design), {tokens, updates, 0}, &energy})
            .limit.kind));
  }
  for (const std::string& bound : bounds) detail.bound += (detail.bound.empty() ? "" : ", ") + bound;
  return detail;
}

const memory_bandwidth& point_details::bandwidth(const design_point& design) {
  const nlohmann::json key = {design.memory, design.memory_settings, design.axi_data_bits, design.clock_mhz};
  const auto [at, first] = bandwidths_.try_emplace(key.dump());
  if (first) at->second = peak_bandwidth(design.memory, memory_parameters_of(design, spec_.memory_seed));
  return at->second;
}

}  // namespace scansim
