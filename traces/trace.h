// A trace: one call of one operator in one .safetensors file (traces/README.md). Contract: what loads is
// consistent: sizes chain, indices stay inside their tensors, weights hold their N:M pattern, every value is
// finite, nothing is unknown; all else is one input_error naming the field. A written trace always loads, and
// appears whole or not at all. Values are float as given: number formats are chosen where a call is run. The
// file is mapped and each tensor converted once into its own float vector.
#pragma once
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "traces/calls/call_list.h"
#include "traces/expect_tolerance.h"

namespace scansim {

struct trace {
  std::string path;
  std::string sha256;  // of the whole file, hexadecimal
  std::shared_ptr<const call> call_;
  nlohmann::json provenance = nlohmann::json::object();
  // For expect.*: as given, or that of half-precision recordings; empty: the default.
  std::optional<expect_tolerance> tolerance;
  bool own_tolerance = false;                    // given in the metadata
  tensor_dtype recorded_as = tensor_dtype::f32;  // the coarsest type of expect.* and the call's input
  stored_scales scales;                          // one for each combination of widths; empty: none
};

// Throws input_error for anything that is not a valid trace of one of `kinds`.
trace load_trace(const std::string& path, call_kinds kinds = call_list());

// Where the tolerance comes from, for a message that it was not kept: "the tolerance of BF16 recordings
// (rtol 0.03, atol 0.05; expect_tolerance in the metadata sets another)".
std::string tolerance_text(const trace& one);

// The operator that a file names; nullptr if it names none of `kinds` or cannot be read, and then load_trace
// says what is wrong.
const call_kind* kind_in(const std::string& path, call_kinds kinds = call_list());

// Throws input_error if the call breaks its contract, its scales do not fit it or `provenance` is no object,
// tool_error if the file cannot be written. The writer's tensors are F32 and integers.
void write_trace(const std::string& path, const call& one,
                 const nlohmann::json& provenance = nlohmann::json::object(),
                 const std::optional<expect_tolerance>& tolerance = std::nullopt,
                 const stored_scales& scales = {});

// Writes the file `from`, a trace of `one`, with other scales; all else is kept as it is, dtypes included.
void write_scales(const std::string& from, const std::string& to, const call& one,
                  const stored_scales& scales);

// What `trace info` prints.
nlohmann::json describe(const trace& one);

}  // namespace scansim
