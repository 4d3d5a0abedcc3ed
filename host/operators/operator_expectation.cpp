#include "host/operators/operator_expectation.h"

#include <fmt/format.h>

namespace scansim {

namespace {

int64_t row_length(const operator_call& call) {
  struct reader {
    int64_t operator()(const gemm_call& c) const { return c.columns; }
    int64_t operator()(const conv1d_call& c) const { return c.length; }
    int64_t operator()(const hadamard_call& c) const { return c.size; }
    int64_t operator()(const rms_norm_call& c) const { return c.size; }
    int64_t operator()(const mamba_block_call& c) const { return c.d_model; }
  };
  return std::visit(reader{}, call);
}

}  // namespace

uint64_t tokens_of(const operator_call& call) {
  struct reader {
    int64_t operator()(const gemm_call& c) const { return c.rows; }
    int64_t operator()(const conv1d_call& c) const { return c.length; }
    int64_t operator()(const hadamard_call& c) const { return c.rows; }
    int64_t operator()(const rms_norm_call& c) const { return c.rows; }
    int64_t operator()(const mamba_block_call& c) const { return c.length; }
  };
  return static_cast<uint64_t>(std::visit(reader{}, call));
}

std::string place(const operator_call& call, int64_t index) {
  return fmt::format("y[{}, {}]", index / row_length(call), index % row_length(call));
}

tensor_comparison compare_with_expected(const operator_trace& trace, const std::vector<double>& y) {
  const std::vector<float>& want = expected_output(trace.call);
  if (want.empty()) return {};
  return compare_values(y, want, trace.tolerance.value_or(expect_tolerance{}));
}

std::string expected_text(const tensor_comparison& c, const operator_call& call) {
  if (!c.present) return "no recorded output to compare with";
  if (c.agree)
    return fmt::format("agrees with expect.y: largest absolute error {:.3g}, relative MSE {:.3g}",
                       c.max_abs_error, c.relative_mse);
  return fmt::format("expect.y: {} of {} elements differ, first at {}: {}, recorded {}", c.failures, c.count,
                     place(call, c.first_failure), c.got, c.want);
}

}  // namespace scansim
