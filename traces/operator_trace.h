// A trace of one operator around the scan: gemm, conv1d, hadamard, rms_norm or a whole mamba_block, in one
// .safetensors file.
// Tensors and metadata of each: traces/README.md. Contract: what loads is consistent (sizes chain, indices
// stay inside their tensors, weights hold their N:M pattern, every value finite, nothing unknown); all else
// is one input_error naming the field. A written trace always loads. Choose scan_trace.h for selective_scan;
// this reader refuses it. Values are float as given: number formats are chosen where a call is run
// (host/operators).
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "hls/gemm/gemm_nm.h"
#include "traces/mamba_block_call.h"
#include "traces/nm_pattern.h"
#include "traces/scan_trace.h"

namespace scansim {

// y = epilogue( x[gather] w^T + bias ), row i of the product stored as row scatter[i] of y; rows of y that no
// entry names are zero.
struct gemm_call {
  int64_t rows = 0;     // M, of the product
  int64_t inner = 0;    // K, reduced
  int64_t columns = 0;  // N
  int64_t x_rows = 0;   // X, rows of x; M without gather
  int64_t y_rows = 0;   // Y, rows of y and residual; M without scatter
  nm_pattern sparsity;  // of w along K; n = m: dense
  int weight_bits = 8;  // 8, or 4 with a multiplier per 128 k
  // w is (K, N) in the file: the layer's (outputs, inputs) in the backward data pass, dX = dY W. Here (N, K).
  bool transposed = false;
  hls::gemm_epilogue_kind epilogue = hls::gemm_epilogue_kind::none;
  std::vector<float> x, w, bias, residual, expect_y;
  std::vector<int64_t> gather, scatter;  // empty: the identity
};

// Causal depthwise convolution, then silu if asked for.
struct conv1d_call {
  int64_t channels = 0, length = 0, width = 0;  // D, L, W
  int64_t past = 0;                             // W - 1
  bool silu = true;
  std::vector<float> x, w, bias, state, expect_y;  // state: oldest first; empty: zeros
};

// y = (H_m (x) H_{2^log2}) x per row, not normalised.
struct hadamard_call {
  int64_t rows = 0, size = 0;  // n = m 2^log2
  int m = 1, log2 = 0;
  std::vector<float> x, expect_y;
};

// y = x w / sqrt(mean(x^2) + eps) per row.
struct rms_norm_call {
  int64_t rows = 0, size = 0;  // D
  double eps = 1e-5;
  std::vector<float> x, w, expect_y;
};

using operator_call = std::variant<gemm_call, conv1d_call, hadamard_call, rms_norm_call, mamba_block_call>;

struct operator_trace {
  std::string path;
  std::string sha256;  // of the whole file, hexadecimal
  operator_call call;
  nlohmann::json provenance = nlohmann::json::object();
  std::optional<expect_tolerance> tolerance;
};

inline constexpr double max_norm_eps = 1e6;
inline constexpr int64_t max_block_states = 256;                  // N of mamba_block, as of a scan
inline constexpr int64_t max_output_elements = int64_t{1} << 31;  // y_rows is a number, not a tensor's size

const std::vector<std::string>& operator_names();  // in the order of the variant
const std::string& operator_name(const operator_call& call);
const std::vector<float>& expected_output(const operator_call& call);

// The operator that a file's metadata names, if it is one of operator_names(). Anything else, malformed files
// included, is no operator trace: load_scan_trace says what is wrong with it.
std::optional<std::string> find_operator(const std::string& path);

operator_trace load_operator_trace(const std::string& path);

// Throws input_error if the call breaks the contract, tool_error if the file cannot be written.
void write_operator_trace(const std::string& path, const operator_call& call,
                          const nlohmann::json& provenance = nlohmann::json::object(),
                          const std::optional<expect_tolerance>& tolerance = std::nullopt);

// The contract of a call by itself; `file` names the source in errors.
void check_operator_call(const operator_call& call, const std::string& file);

// m and log2 of n = m 2^log2 with the smallest m of {1, 12, 20, 28, 40}; false if n is no such size.
bool split_hadamard_size(int64_t n, int& m, int& log2);

// What `trace info` prints.
nlohmann::json describe(const operator_trace& trace);

}  // namespace scansim
