// Generates a call of gemm, conv1d, hadamard, rms_norm or mamba_block: activations and weights with
// log-normal row scales and normal entries, so that quantisation meets channels of different ranges; weights
// pruned by magnitude to the pattern asked for; index lists and kept states that are random selections.
// Contract: the same
// request gives the same bits on every machine; each tensor has its own random stream. Not the
// statistics of a particular model: write a trace of your layer where these matter.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "traces/operator_trace.h"

namespace scansim {

struct operator_request {
  std::string name;  // of operator_names()
  uint64_t seed = 1;
  int64_t rows = 0;         // gemm M; hadamard, rms_norm: rows
  int64_t inner = 0;        // gemm K
  int64_t columns = 0;      // gemm N
  int64_t channels = 0;     // conv1d, mamba_block D
  int64_t length = 0;       // conv1d, mamba_block L
  int64_t size = 0;         // hadamard n, rms_norm D
  int64_t width = 4;        // conv1d, mamba_block W
  int64_t model_width = 0;  // mamba_block d_model; dt_rank is a sixteenth of it, rounded up
  int64_t states = 16;      // mamba_block N
  std::string pattern = "dense", weight_format = "int8", epilogue = "none";
  std::string state_pattern = "dense";  // mamba_block: N of every M states kept, drawn per index group
  int64_t state_groups = 1;             // index groups of channels
  double eps = 1e-5;
  bool with_bias = true, with_state = false, silu = true;
  bool bidirectional = false;            // mamba_block
  bool hadamard = true;                  // mamba_block
  bool gather = false, scatter = false;  // x or y with twice the rows, of which M are named
  bool transposed = false;               // gemm: w (K, N), as in the backward data pass
};

// Throws input_error (file "generate") naming what does not fit.
operator_call generate_operator(const operator_request& request);

nlohmann::json operator_provenance(const operator_request& request);

}  // namespace scansim
