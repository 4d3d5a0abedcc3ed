// A run's result as JSON, for programs and for later comparison. Layout (schema_version 1): scansim {version,
// revision, dirty}, command, reproduce, verdict "agree" | "disagree" | "not compared", design_point,
// memory_model, seed, fused, trace {path, sha256, operator, tokens, state_updates, compulsory_bytes},
// tool_versions, rungs
// {<rung>: {order, verdict, compared_with, finding, cycles, time_s, lane_utilisation,
// traffic_over_compulsory, counters, energy, output_sha256, state_sha256, traffic {bytes_read, bytes_written,
// compulsory_bytes, tensors
// {<tensor>: the same three, or the compulsory bytes alone where no machine ran}}, busiest {name, share,
// memory_port_share, memory_bound, multiplier_use}, scales, storage (both as the operator has them), bound
// {formula, largest_error, largest_share}, wall_s, sim_cycles_per_s, sim_state_updates_per_s}}, errors
// {hls_vs_ref {relative_mse}, quantisation {relative_mse}}, files. rungs.gpu has further keys: gpu_report.h.
// What a run did not establish is null, never zero.
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
