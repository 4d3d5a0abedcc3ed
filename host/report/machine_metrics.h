// What an architect asks of one run of a machine, from its counters, its design point and its memory:
//   rates     useful state updates and multiply-accumulates a cycle, over what the arrays can do
//   bandwidth bytes/s on the port, over the most that the memory model can move (sim/mem/memory_bandwidth.h)
//   energy    W = energy / time, pJ per state update and per MAC: all of the call's energy over its useful
//   work limit     the busiest of the blocks and of the memory where one is busy at least saturated_share of
//   the
//             time; else what the busiest block waits for: data (read when the memory moves half of its peak,
//             latency below), a place for its results (write, pipe), or its next command (latency)
// Contract: any rung with cycles and counters will do; nothing is read from text or from another rung.
#pragma once
#include <optional>
#include <string>

#include "models/configs/design_point.h"
#include "models/energy/energy_report.h"
#include "sim/mem/memory_bandwidth.h"

namespace scansim {

// What the call needs, whatever a machine does for it; 0: not a measure of the call.
struct useful_work {
  uint64_t tokens = 0, state_updates = 0, macs = 0;
};

struct metered_run {
  uint64_t cycles = 0;
  const event_counters& counters;
  const design_point& point;
  memory_bandwidth memory;
  useful_work work;
  const energy_report* energy = nullptr;  // nullptr: not estimated
};

enum class limit_kind { compute, pipe, read, write, latency };
const char* limit_name(limit_kind kind);

enum class limit_cause { busy, bandwidth, waits_for_data, waits_for_place, no_command };
const char* cause_name(limit_cause cause);

struct run_limit {
  limit_kind kind = limit_kind::latency;
  limit_cause cause = limit_cause::no_command;
  std::string block;  // the busiest; empty: the memory
  double share = 0;   // of the cycles, or of the memory's peak
};

inline constexpr double saturated_share = 0.7, moving_share = 0.5;

struct bandwidth_use {
  double bytes_per_s = 0, peak_bytes_per_s = 0;
  double share() const { return peak_bytes_per_s > 0 ? bytes_per_s / peak_bytes_per_s : 0; }
};

struct array_use {
  double per_cycle = 0, capacity = 0;  // useful steps
  double share() const { return per_cycle / capacity; }
};

struct power_range {
  double low_w = 0, nominal_w = 0, high_w = 0;
};

struct machine_metrics {
  double time_s = 0;
  bandwidth_use read, write, both;
  std::optional<array_use> state_updates, macs;
  std::optional<double> macs_over_useful;  // of gemm_nm: what it multiplies over what the call needs
  std::optional<power_range> power;
  std::optional<double> pj_per_state_update, pj_per_mac, energy_delay_js;
  run_limit limit;
};

machine_metrics metrics_of(const metered_run& run);

}  // namespace scansim
