#include "host/report/machine_metrics.h"

#include <algorithm>
#include <array>

namespace scansim {
namespace {

constexpr double joules_of_pj = 1e-12;

uint64_t count_of(const event_counters& counters, const std::string& block, const std::string& event) {
  const auto events = counters.find(block);
  if (events == counters.end()) return 0;
  const auto found = events->second.find(event);
  return found == events->second.end() ? 0 : found->second;
}

// Blocks that move what others compute with; the two that only give orders are no part of it.
bool is_pipe(const std::string& block) { return block == "scratch_read" || block == "scratch_write"; }
bool gives_orders(const std::string& block) { return block == "dma" || block == "sequencer"; }

std::string busiest_block(const event_counters& counters) {
  std::string name;
  uint64_t most = 0;
  for (const auto& [block, events] : counters) {
    const uint64_t busy = count_of(counters, block, "busy");
    if (gives_orders(block) || busy == 0 || busy < most) continue;
    name = block, most = busy;
  }
  return name;
}

// The fullest of the memory's channels.
run_limit memory_limit(const machine_metrics& metrics) {
  const bandwidth_use& one = metrics.read.share() >= metrics.write.share() ? metrics.read : metrics.write;
  const bool reads = metrics.read.bytes_per_s >= metrics.write.bytes_per_s;
  return {reads ? limit_kind::read : limit_kind::write, limit_cause::bandwidth, "",
          std::max(one.share(), metrics.both.share())};
}

// Nothing is full: what the busiest block does when it is not busy.
run_limit waiting_limit(const metered_run& run, const std::string& block, const run_limit& memory) {
  const auto share = [&](const char* state) {
    return static_cast<double>(count_of(run.counters, block, state)) / static_cast<double>(run.cycles);
  };
  const bool moving = memory.share >= moving_share;
  const double data = share("wait_in"), place = share("wait_out"), idle = share("idle");
  if (data >= place && data >= idle)
    return {moving ? memory.kind : limit_kind::latency, limit_cause::waits_for_data, block, data};
  if (place >= idle)
    return {moving && memory.kind == limit_kind::write ? limit_kind::write : limit_kind::pipe,
            limit_cause::waits_for_place, block, place};
  return {limit_kind::latency, limit_cause::no_command, block, idle};
}

run_limit limit_of(const metered_run& run, const machine_metrics& metrics) {
  const run_limit memory = memory_limit(metrics);
  const std::string block = busiest_block(run.counters);
  const double busy =
      static_cast<double>(count_of(run.counters, block, "busy")) / static_cast<double>(run.cycles);
  if (memory.share >= saturated_share && memory.share >= busy) return memory;
  if (busy >= saturated_share)
    return {is_pipe(block) ? limit_kind::pipe : limit_kind::compute, limit_cause::busy, block, busy};
  return waiting_limit(run, block, memory);
}

void add_rates(const metered_run& run, machine_metrics& metrics) {
  const auto cycles = static_cast<double>(run.cycles);
  if (run.work.state_updates > 0)
    metrics.state_updates = {static_cast<double>(run.work.state_updates) / cycles,
                             static_cast<double>(run.point.num_pe())};
  const uint64_t done = count_of(run.counters, "gemm_nm", "macs");
  if (run.work.macs == 0 || done == 0) return;
  metrics.macs = {static_cast<double>(run.work.macs) / cycles,
                  static_cast<double>(run.point.axi_bytes()) * run.point.gemm_depth};
  metrics.macs_over_useful = static_cast<double>(done) / static_cast<double>(run.work.macs);
}

void add_energy(const metered_run& run, machine_metrics& metrics) {
  if (run.energy == nullptr) return;
  const energy_range& all = run.energy->system_estimate;
  const double per_s = joules_of_pj / metrics.time_s;
  metrics.power = {per_s * all.low_pj, per_s * all.nominal_pj, per_s * all.high_pj};
  metrics.energy_delay_js = joules_of_pj * all.nominal_pj * metrics.time_s;
  const auto each = [&](uint64_t amount) {
    return amount > 0 ? std::optional(all.nominal_pj / static_cast<double>(amount)) : std::nullopt;
  };
  metrics.pj_per_state_update = each(run.work.state_updates);
  metrics.pj_per_mac = each(run.work.macs);
}

}  // namespace

const char* limit_name(limit_kind kind) {
  constexpr std::array names = {"compute", "pipe", "read", "write", "latency"};
  return names.at(static_cast<size_t>(kind));
}

const char* cause_name(limit_cause cause) {
  constexpr std::array names = {"busy", "bandwidth", "waits for data", "waits for a place", "no command"};
  return names.at(static_cast<size_t>(cause));
}

machine_metrics metrics_of(const metered_run& run) {
  machine_metrics metrics;
  if (run.cycles == 0) return metrics;
  metrics.time_s = static_cast<double>(run.cycles) / (run.point.clock_mhz * 1e6);
  const auto per_s = [&](const char* event) {
    return static_cast<double>(count_of(run.counters, "dma", event)) / metrics.time_s;
  };
  metrics.read = {per_s("dram_read_bytes"), run.memory.read_bytes_per_s};
  metrics.write = {per_s("dram_write_bytes"), run.memory.write_bytes_per_s};
  metrics.both = {metrics.read.bytes_per_s + metrics.write.bytes_per_s, run.memory.both_bytes_per_s};
  metrics.limit = limit_of(run, metrics);
  add_rates(run, metrics);
  add_energy(run, metrics);
  return metrics;
}

}  // namespace scansim
