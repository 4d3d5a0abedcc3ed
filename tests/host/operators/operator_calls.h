// Small calls of every operator for the tests, drawn by the project's generator.
#pragma once
#include "traces/operator_generate.h"

namespace scansim::test {

inline operator_request small_request(const std::string& name, uint64_t seed = 1) {
  operator_request r;
  r.name = name;
  r.seed = seed;
  r.rows = 6, r.inner = 40, r.columns = 5;
  r.channels = 5, r.length = 12, r.width = 4;
  r.size = name == "hadamard" ? 24 : 48;
  if (name == "mamba_block") r.model_width = 20, r.channels = 24, r.states = 4;
  return r;
}

inline gemm_call small_gemm(const operator_request& request) {
  return std::get<gemm_call>(generate_operator(request));
}

}  // namespace scansim::test
