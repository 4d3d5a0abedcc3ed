// A run's result as JSON, for programs and for later comparison. Layout, schema_version 1; what a run did not
// establish is null, never zero; <...> stands for names of the machine or of the call:
//   scansim {version, revision, dirty, data {folder, sha256, as_built, differs_from_revision}, rtl {sha256,
//     as_built, differs_from_revision}, library_sha256}, command, reproduce,
//   verdict "agree" | "disagree" | "not compared",
//   design_point, clock {mhz, basis, highest_published_mhz, above_published, published_mhz}: an assumption,
//   memory_model, seed, fused, z_first, tool_versions, files
//   waves {path, first_cycle, last_cycle, ps_per_cycle, starts [{cycle, time_ps}]}: --wave, cycles of the run
//   trace {path, sha256, operator, tokens, state_updates, macs, compulsory_bytes}
//   errors {hls_vs_ref {relative_mse, scan, h_last, line, scan_line, y_bound, h_last_bound}, quantisation
//   {relative_mse}, recorded {scan, h_last},
//     lost {relative_mse, scan}}: relative MSE; scan: of what the scan adds to y, without skip and gate;
//     recorded: ref against the recording; lost: hls against ref on the trace as given; line {slope,
//     slope_spread, mean, mean_spread} of y on ref, mean in last places of y; scan_line of the scan alone,
//     mean in units of its values; y_bound, h_last_bound {judged, beyond, largest_share, at}: values against
//     the bound of each, at: index of the one nearest to its bound
//   limits {<values of the call beyond the machine>: count}
//   warnings [{kind "blind check" | "quantisation", rung, text}]
//   rungs {<rung>: {order, verdict, compared_with, finding, cycles, time_s, lane_utilisation,
//     traffic_over_compulsory, counters {<block>: {<event>}}, memory {<event of the memory model>}, energy,
//     output_sha256, state_sha256, wall_s, sim_cycles_per_s, sim_state_updates_per_s,
//     traffic {bytes_read, bytes_written, compulsory_bytes, tensors {<tensor>: the same three, or the
//       compulsory bytes alone where no machine ran}},
//     busiest {name, share, memory_port_share, memory_bound, multiplier_use},
//     metrics {bound_by {kind "compute" | "pipe" | "read" | "write" | "latency", cause, block, share},
//       read, write, read_and_write: {bytes_per_s, peak_bytes_per_s, share},
//       useful_state_updates, useful_macs: {per_cycle, capacity, share}, macs_over_useful,
//       power_w {low, nominal, high}, pj_per_state_update, pj_per_useful_mac, energy_delay_js,
//       formula {cycles, relative_error, largest, compute, read, write, pipe, latency} of a scan},
//     operators [{name, unit, busy_cycles, steps, weight_bytes, energy_pj}] of a layer,
//     first_difference {cycle, signal, time_ps}: where the rung parts from the one it was compared with on
//     the memory
//       port; time_ps where the waves of this run have that cycle,
//     streams [{stream, block, beat, cycle, text}]: where each stream between blocks first differs and whose
//       doing that is, the earliest first; null where they were not compared or none differs,
//     scales, storage (both as the operator has them), bound {formula, largest_error, largest_share},
//     simulated {chunks, of} where the rung need not simulate all of them}}
// energy: {technology, dram {costs, node}, unit, not_modelled, system_estimate, by_level, by_block, events}.
// rungs.gpu has further keys: gpu_report.h. What the metrics mean: machine_metrics.h.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "host/report/run_result.h"

namespace scansim {

inline constexpr int result_schema_version = 1;

// Throws tool_error if the result contradicts itself.
nlohmann::json to_json(const run_result& result);
std::string result_json_text(const run_result& result);

}  // namespace scansim
