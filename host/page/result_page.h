// The data of a result's page, from the JSON of `compare` or `run` (host/report/result_json.h, whose names
// these are; what is not established is null):
//   kind "result", file, verdict, command, reproduce, memory_model, seed, fused
//   program {version, revision, dirty}, trace {path, sha256, operator, tokens, state_updates, macs,
//     compulsory_bytes}, design_point {<name>: value}
//   errors [[what, value]], limits [[what, count]], warnings [{kind, rung, text}]
//   rungs [{name, verdict, compared_with, finding, cycles, time_s, wall_s, simulated, energy, gpu, machine}],
//     in the order of the run
//   energy {low_pj, nominal_pj, high_pj, level, technology, dram, blocks, events [{name, level, the same
//     three}]}
//   gpu {label, precision, device, kernel, source, time_us, energy, ceilings, roofline, ratios}
//   correlation: of report --correlate, as host/correlate/gpu_correlation.h has it; absent without it
//   machine {bound_by, power_w, bytes_per_s, roofs [{unit, amount, peak_per_s}], moved_bytes,
//     tensors [{name, read, written, compulsory}], blocks [{name, busy, wait_in, wait_out, idle}], operators}
// Contract: a file of another kind, or with a value of another kind where one of these stands, is refused
// with file and field (input_error).
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace scansim {

nlohmann::json result_page(const std::string& file);

}  // namespace scansim
