// Compares values with recorded ones element by element: agree when |got - want| <= atol + rtol |want|
// everywhere. Contract: a NaN never agrees; the defaults are mamba_ssm's float tolerances (rtol 6e-4, atol
// 2e-3). Choose it between ref, gpu and hls only; below hls everything is compared bit for bit.
#pragma once
#include <cstdint>
#include <vector>

#include "models/ref/selective_scan_ref.h"
#include "traces/expect_tolerance.h"
#include "traces/scan_tensors.h"

namespace scansim {

struct tensor_comparison {
  bool present = false;  // false: nothing was recorded, and `agree` says nothing
  bool agree = true;
  int64_t count = 0;  // elements compared
  int64_t failures = 0;
  int64_t first_failure = -1;  // flat index; -1 if all agree
  double got = 0, want = 0;    // at the first failure
  double max_abs_error = 0;
  int64_t max_error_index = -1;
  double relative_mse = 0;  // sum (got - want)^2 / sum want^2; 0 if both are 0
};

// The sizes must be equal, or std::invalid_argument.
tensor_comparison compare_values(const std::vector<double>& got, const std::vector<float>& want,
                                 const expect_tolerance& tolerance);

struct expect_comparison {
  tensor_comparison y, h_last;
  bool present() const { return y.present || h_last.present; }
  bool agree() const { return y.agree && h_last.agree; }
};

// Compares with tensors.expect_y and tensors.expect_h_last where these are not empty.
expect_comparison compare_to_expect(const scan_output& output, const scan_tensors& tensors,
                                    const expect_tolerance& tolerance = {});

}  // namespace scansim
