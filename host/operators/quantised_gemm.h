// A gemm call in integers, as the machine would get it: x s8 with one scale, weights s8 or 4-bit with a scale
// per output channel, bias at the accumulator's scale, residual at that of y; weights compressed to N values
// and one index per group of M. Contract: quantised() and run() are exact functions of the call and the
// output width; the weights come back out of their compressed form, so a fault in it shows in y. It knows no
// tiles.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hls/gemm/gemm_nm.h"
#include "host/operators/operator_result.h"
#include "host/quantise/gemm_weights.h"
#include "traces/calls/gemm.h"

namespace scansim {

// Of a row of weights, those that a pattern keeps; the last group of inputs is a whole one.
inline int64_t values_of_row(const nm_pattern& pattern, int64_t inputs) {
  return pattern.dense() ? inputs : (inputs + pattern.m - 1) / pattern.m * pattern.n;
}

struct quantised_gemm {
  gemm_scales scales;
  std::vector<int> frac_acc;  // per channel
  std::vector<int8_t> x;
  quantised_linear w;
  std::vector<int32_t> bias;      // zeros if absent
  std::vector<int16_t> residual;  // empty if absent
  uint64_t bias_clipped = 0;
  hls::gemm_epilogue epilogue;
  std::vector<hls::gemm_channel> channels;
  std::vector<double> product;  // of ref on the quantised inputs, before the epilogue, at the rows of y
  std::vector<double> want;     // after it
};

// `output_bits` 8 or 16, for epilogue none. Without `stored` scales they are chosen from the call. Errors:
// input_error if the ranges of the rows lie too far apart.
quantised_gemm quantise_gemm(const gemm_call& call, int output_bits, const std::string& file,
                             const gemm_scales* stored = nullptr);

std::vector<int32_t> run_gemm(const gemm_call& call, const quantised_gemm& q, const gemm_weights& weights,
                              hls::unit_saturations& saturations);

operator_result gemm_on_hls(const gemm_call& call, const quantised_gemm& q);

}  // namespace scansim
