#include "host/report/run_result.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "traces/input_error.h"

namespace scansim {

namespace {

constexpr double sum_tolerance = 1e-9;  // relative: doubles added in another order

[[noreturn]] void refuse(const std::string& where, const std::string& what) {
  throw tool_error("result of " + where + " contradicts itself: " + what);
}

void check_amount(const std::string& where, const std::string& name, double value) {
  if (!std::isfinite(value) || value < 0) refuse(where, fmt::format("{} is {}", name, value));
}

void check_sha256(const std::string& where, const std::string& name, const std::string& text) {
  const bool hexadecimal = text.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!text.empty() && (text.size() != 64 || !hexadecimal)) refuse(where, name + " is no SHA-256");
}

bool same(double left, double right) {
  return std::abs(left - right) <= sum_tolerance * std::max(std::abs(left), std::abs(right));
}

void check_range(const std::string& where, const std::string& name, const energy_range& range) {
  check_amount(where, name + ".low_pj", range.low_pj);
  check_amount(where, name + ".nominal_pj", range.nominal_pj);
  check_amount(where, name + ".high_pj", range.high_pj);
  if (range.low_pj > range.nominal_pj || range.nominal_pj > range.high_pj) {
    refuse(where, name + " is not low <= nominal <= high");
  }
}

template <class entries>
void check_sum(const std::string& where, const std::string& name, const entries& parts,
               const energy_range& total) {
  energy_range sum;
  for (const auto& part : parts) {
    check_range(where, name, part.total);
    sum += part.total;
  }
  if (!same(sum.low_pj, total.low_pj) || !same(sum.nominal_pj, total.nominal_pj) ||
      !same(sum.high_pj, total.high_pj)) {
    refuse(where, fmt::format("energy by {} sums to {} pJ, the total is {} pJ", name, sum.nominal_pj,
                              total.nominal_pj));
  }
}

void check_energy(const rung_result& rung) {
  if (!rung.energy) return;
  const energy_report& energy = *rung.energy;
  check_range(rung.rung, "system estimate", energy.system_estimate);
  check_sum(rung.rung, "level", energy.levels, energy.system_estimate);
  if (energy.events.empty()) return;  // measured as a whole, not composed
  check_sum(rung.rung, "event", energy.events, energy.system_estimate);
  check_sum(rung.rung, "block", energy.blocks, energy.system_estimate);
  const event_counters counters = costed_counters(rung);
  for (const event_energy& entry : energy.events) {
    const auto block = counters.find(entry.block);
    if (block == counters.end() || block->second.count(entry.event) == 0 ||
        block->second.at(entry.event) != entry.count) {
      refuse(rung.rung, "energy counts another " + entry.block + "." + entry.event + " than the counters");
    }
  }
}

void check_stalls(const rung_result& rung) {
  if (!rung.cycles || rung.cycles_estimated) return;
  for (const auto& [block, stalls] : stalls_of(rung)) {
    if (stalls.total() != *rung.cycles) {
      refuse(rung.rung, fmt::format("{}: busy {} + wait_in {} + wait_out {} + idle {} = {}, cycles {}", block,
                                    stalls.busy, stalls.wait_in, stalls.wait_out, stalls.idle, stalls.total(),
                                    *rung.cycles));
    }
  }
}

// What must move is a fact of the call, whoever adds it up.
void check_compulsory(const run_result& result, const rung_result& rung) {
  if (rung.traffic.empty() || !result.compulsory_bytes) return;
  const uint64_t sum = sum_of(rung.traffic).compulsory_bytes;
  if (sum != *result.compulsory_bytes)
    refuse(rung.rung, fmt::format("compulsory bytes {}, of the call {}", sum, *result.compulsory_bytes));
}

// Only rungs below ref have checksums, and cycles that are no estimates; there the contracts have no
// tolerance, so agreement can be checked again from the result alone.
void check_verdict(const run_result& result, const rung_result& rung) {
  if (rung.compared_with.empty() || rung.compared_with == "recorded") return;
  if (rung.compared_with == "gpu") refuse(rung.rung, "compared with gpu, which is beside the ladder");
  const auto other = std::find_if(result.rungs.begin(), result.rungs.end(),
                                  [&](const rung_result& one) { return one.rung == rung.compared_with; });
  if (other == result.rungs.end())
    refuse(rung.rung, "compared with " + rung.compared_with + ", which did not run");
  if (!rung.agree || !other->agree) return;  // one that does not keep its own arithmetic says so
  const auto differs = [](const std::string& left, const std::string& right) {
    return !left.empty() && !right.empty() && left != right;
  };
  if (differs(rung.output_sha256, other->output_sha256) || differs(rung.state_sha256, other->state_sha256)) {
    refuse(rung.rung, "agrees with " + other->rung + ", but the checksums differ");
  }
  const bool counted = !rung.cycles_estimated && !other->cycles_estimated;
  if (counted && rung.cycles && other->cycles && *rung.cycles != *other->cycles) {
    refuse(rung.rung, "agrees with " + other->rung + ", but the cycles differ");
  }
}

uint64_t port_bytes(const rung_result& rung) {
  return counter_of(rung, "dma", "dram_read_bytes") + counter_of(rung, "dma", "dram_write_bytes");
}

}  // namespace

event_counters costed_counters(const rung_result& rung) {
  event_counters counters = rung.counters;
  const auto dram = costed_dram_events(rung.memory);
  if (!dram.empty()) counters[dram_block] = dram;
  return with_cycle_events(std::move(counters));
}

uint64_t written_waves::time_ps(uint64_t cycle) const {
  const auto behind =
      std::find_if(starts.begin(), starts.end(), [&](const wave_start& one) { return one.cycle > cycle; });
  const wave_start& start = behind == starts.begin() ? *behind : *(behind - 1);
  return start.time_ps + wave_step * (cycle - start.cycle);
}

bool run_result::compared() const {
  return std::any_of(rungs.begin(), rungs.end(), [](const rung_result& rung) {
    return !rung.compared_with.empty() && (!rung.gpu || rung.gpu->measured());
  });
}

std::string run_result::verdict() const {
  return !agree() ? "disagree" : compared() ? "agree" : "not compared";
}

std::map<std::string, stall_counts> stalls_of(const rung_result& rung) {
  std::map<std::string, stall_counts> stalls;
  if (!rung.cycles) return stalls;
  for (const auto& [block, events] : rung.counters) {
    const auto count = [&events = events](const char* name) {
      const auto found = events.find(name);
      return found == events.end() ? uint64_t{0} : found->second;
    };
    if (events.count("busy") == 0) continue;
    stalls[block] = {count("busy"), count("wait_in"), count("wait_out"), count("idle")};
  }
  return stalls;
}

work_steps steps_of(const run_result& result) {
  if (result.macs > 0) return {"MACs", "MACs", result.macs};
  return {"updates", "upd", result.state_updates};
}

std::optional<machine_metrics> metrics_of(const run_result& result, const rung_result& rung) {
  if (rung.cycles.value_or(0) == 0) return std::nullopt;
  return metrics_of({*rung.cycles,
                     rung.counters,
                     result.point,
                     result.bandwidth,
                     {result.tokens, result.state_updates, result.macs},
                     rung.energy ? &*rung.energy : nullptr});
}

std::optional<double> lane_utilisation(const run_result& result, const rung_result& rung) {
  if (!rung.cycles || *rung.cycles == 0 || result.state_updates == 0) return std::nullopt;
  return static_cast<double>(result.state_updates) /
         (static_cast<double>(*rung.cycles) * result.point.num_pe());
}

uint64_t counter_of(const rung_result& rung, const std::string& block, const std::string& event) {
  const auto found = rung.counters.find(block);
  if (found == rung.counters.end()) return 0;
  const auto value = found->second.find(event);
  return value == found->second.end() ? 0 : value->second;
}

std::optional<double> traffic_ratio(const run_result& result, const rung_result& rung) {
  const uint64_t bytes = port_bytes(rung);
  if (bytes == 0 || result.compulsory_bytes.value_or(0) == 0) return std::nullopt;
  return static_cast<double>(bytes) / static_cast<double>(*result.compulsory_bytes);
}

std::optional<busiest_part> busiest(const run_result& result, const rung_result& rung) {
  if (rung.cycles.value_or(0) == 0) return std::nullopt;
  const auto cycles = static_cast<double>(*rung.cycles);
  busiest_part part;
  // Reads and writes have channels of their own: the port is as busy as the busier of the two.
  const uint64_t busier_bytes =
      std::max(counter_of(rung, "dma", "dram_read_bytes"), counter_of(rung, "dma", "dram_write_bytes"));
  part.port_share = static_cast<double>(busier_bytes) / (cycles * result.point.axi_bytes());
  part.name = "the memory port";
  part.share = part.port_share;
  part.memory_bound = true;
  for (const auto& [block, stalls] : stalls_of(rung)) {
    const double share = static_cast<double>(stalls.busy) / cycles;
    if (block == "dma" || block == "sequencer" || share <= part.share) continue;
    part.share = share, part.name = block, part.memory_bound = false;
  }
  if (const uint64_t slots = counter_of(rung, "gemm_nm", "mac_slots"); slots > 0)
    part.multipliers = static_cast<double>(counter_of(rung, "gemm_nm", "macs")) / static_cast<double>(slots);
  return part;
}

void check_run_result(const run_result& result) {
  check_sha256("the run", "trace_sha256", result.trace_sha256);
  check_amount("the run", "relative MSE of hls against ref", result.hls_vs_ref_relative_mse.value_or(0));
  check_amount("the run", "relative MSE of quantisation", result.quantisation_relative_mse.value_or(0));
  std::set<std::string> seen;
  for (const rung_result& rung : result.rungs) {
    if (!seen.insert(rung.rung).second) refuse(rung.rung, "two results of one rung");
    check_sha256(rung.rung, "output_sha256", rung.output_sha256);
    check_sha256(rung.rung, "state_sha256", rung.state_sha256);
    check_amount(rung.rung, "wall_s", rung.wall_s);
    if (lane_utilisation(result, rung).value_or(0) > 1) refuse(rung.rung, "lane utilisation above 1");
    check_stalls(rung);
    check_compulsory(result, rung);
    check_energy(rung);
    check_gpu_result(rung);
    check_verdict(result, rung);
  }
}

}  // namespace scansim
