// A GPU's outputs against ref, by the published tolerances of the kernel suites (host/cuda/README.md):
// selective scan for prefill, state update for decode, y and the last state; for int8 the relative MSE of y
// <= 1e-3, the last state only reported (its static, clipped scale is the format's own error). ref is given
// what the kernel was given: activations rounded to the precision, for int8 the values that the int8 operands
// stand for. Contract: sizes must be the trace's, or input_error naming `source`; a NaN never agrees.
#pragma once
#include <string>
#include <vector>

#include "host/cuda/measure/gpu_call.h"
#include "host/operators/operator_case.h"
#include "host/report/gpu_result.h"
#include "models/ref/selective_scan_ref.h"
#include "traces/scan_trace.h"

namespace scansim {

struct gpu_agreement {
  bool agree = true;
  std::string finding;  // one line
  gpu_comparison figures;
};

expect_tolerance gpu_tolerance(gpu_precision precision, bool decode);  // not int8
inline constexpr double int8_relative_mse_bar = 1e-3;

// The tensors as a kernel of that precision sees them.
scan_tensors as_stored(const scan_trace& trace, gpu_precision precision);

// `reference` is ref on the trace as it is. An empty h_last is not compared.
gpu_agreement compare_gpu_outputs(const std::vector<float>& y, const std::vector<float>& h_last,
                                  const scan_trace& trace, gpu_precision precision,
                                  const scan_output& reference, const std::string& source);

// Of another operator that has kernels (ssd, conv1d), by the tolerances of its own suite: outputs by name
// against ref on the call as the kernel sees it. A last state that was not recorded is not compared.
gpu_agreement compare_gpu_call(const gpu_outputs& outputs, const trace& given, gpu_precision precision,
                               const std::vector<named_reals>& reference, const std::string& source);
expect_tolerance gpu_tolerance(const call_kind& kind, gpu_precision precision);

}  // namespace scansim
