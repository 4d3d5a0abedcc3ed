// A trace: one selective_scan_fn call in one .safetensors file. Tensors u, delta, A, B, C and optionally D,
// z, delta_bias, h0, expect.y, expect.h_last (F32, F16, BF16 or F64; shapes in scan_tensors.h; B and C may
// also be (batch, N, L), meaning G = 1). The metadata key "scansim" holds JSON: required "format" 1,
// "operator" "selective_scan", "delta_softplus" bool; optional "reverse" bool, "mode" "prefill" | "decode",
// "expect_tolerance" {"rtol", "atol"}, "scales" [scan_scales...], "provenance" {...}, "state_sparsity" "N:M"
// (then also the tensor state_index, state_index.h). Contract: what loads is consistent: every shape fits the
// others, every size >= 1, N <= 256, D divisible by G, every value finite, nothing unknown. All else is one
// input_error naming the field. Memory: the file is mapped and each tensor is converted once into its own
// float vector; the total is about the size of the tensors as float.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "traces/scan_scales.h"
#include "traces/scan_tensors.h"
#include "traces/state_sparsity.h"

namespace scansim {

constexpr int64_t max_trace_states = 256;  // N, as in the reference kernel

// |got - want| <= atol + rtol * |want|; the defaults are those of mamba_ssm's own float test.
struct expect_tolerance {
  double rtol = 6e-4;
  double atol = 2e-3;
};

struct scan_trace {
  std::string path;
  std::string sha256;    // of the whole file, hexadecimal
  scan_tensors tensors;  // with state sparsity: compacted, so N counts the kept states and G the index groups
  std::optional<state_sparsity> sparsity;                // what was compacted; empty: every state is kept
  nlohmann::json provenance = nlohmann::json::object();  // as written; empty object if absent
  std::vector<scan_scales> scales;                       // one per combination of widths; empty if absent
  std::optional<expect_tolerance> tolerance;             // for expect.*; absent: the defaults above
};

// Throws input_error for anything that is not a valid trace.
scan_trace load_scan_trace(const std::string& path);

// Writes F32 tensors; empty vectors are left out. `provenance` must be an object. The file appears whole or
// not at all. With a `selection` the tensors are those of the whole call. Throws input_error if the tensors
// break the contract above (so a written trace always loads), tool_error if the file cannot be written.
void write_scan_trace(const std::string& path, const scan_tensors& tensors,
                      const nlohmann::json& provenance = nlohmann::json::object(),
                      const std::vector<scan_scales>& scales = {},
                      const std::optional<expect_tolerance>& tolerance = std::nullopt,
                      const std::optional<state_selection>& selection = std::nullopt);

// Checks the contract of `tensors` by itself: sizes, presence, finite values. `file` names the source in the
// error.
void check_scan_tensors(const scan_tensors& tensors, const std::string& file);

// What `trace info` prints: path, sha256, shape, options, per tensor its shape, count, min, max, mean, std
// (population) and absmax, scales, tolerance, provenance.
nlohmann::json describe(const scan_trace& trace);

}  // namespace scansim
