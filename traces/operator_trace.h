// A trace of an operator around the scan as a closed set of calls, over trace.h, for code that visits them.
#pragma once
#include <optional>
#include <string>
#include <variant>

#include "traces/calls/conv1d.h"
#include "traces/calls/gemm.h"
#include "traces/calls/hadamard.h"
#include "traces/calls/mamba_block.h"
#include "traces/calls/rms_norm.h"
#include "traces/trace.h"

namespace scansim {

using operator_call = std::variant<gemm_call, conv1d_call, hadamard_call, rms_norm_call, mamba_block_call>;

struct operator_trace {
  std::string path;
  std::string sha256;  // of the whole file, hexadecimal
  operator_call call;
  nlohmann::json provenance = nlohmann::json::object();
  std::optional<expect_tolerance> tolerance;
};

std::vector<std::string> operator_names();  // in the order of the variant
std::string operator_name(const operator_call& call);
const std::vector<float>& expected_output(const operator_call& call);
const call& base_of(const operator_call& call);
operator_call variant_of(const call& one);

// The operator that a file's metadata names, if it is one of operator_names().
std::optional<std::string> find_operator(const std::string& path);

operator_trace load_operator_trace(const std::string& path);
void write_operator_trace(const std::string& path, const operator_call& call,
                          const nlohmann::json& provenance = nlohmann::json::object(),
                          const std::optional<expect_tolerance>& tolerance = std::nullopt);
void check_operator_call(const operator_call& call, const std::string& file);
nlohmann::json describe(const operator_trace& trace);

}  // namespace scansim
