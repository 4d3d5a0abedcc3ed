// How far an output may be from the recorded one: |got - want| <= atol + rtol * |want|; the defaults are
// those of mamba_ssm's own tests, one for each type in which calls are recorded.
#pragma once
#include "traces/safetensors.h"

namespace scansim {

struct expect_tolerance {
  double rtol = 6e-4;
  double atol = 2e-3;
};

// Of a suite of kernels by the type of its tensors.
struct kernel_tolerances {
  expect_tolerance fp32, fp16, bf16;
};

constexpr expect_tolerance published_tolerance(tensor_dtype recorded) {
  if (recorded == tensor_dtype::bf16) return {3e-2, 5e-2};
  if (recorded == tensor_dtype::f16) return {3e-3, 5e-3};
  return {};
}

}  // namespace scansim
