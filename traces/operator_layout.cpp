#include "traces/operator_layout.h"

namespace scansim {

namespace {

void settle(int64_t& size, int64_t value) {
  if (size == 0) size = value;
}

std::vector<operator_tensor> layout(gemm_call& c) {
  const operator_axis m{"M", &c.rows}, k{"K", &c.inner}, n{"N", &c.columns}, x{"X", &c.x_rows},
      y{"Y", &c.y_rows};
  return {{"x", &c.x, nullptr, {x, k}, true, {}},
          {"w", &c.w, nullptr, {n, k}, true, {}},
          {"bias", &c.bias, nullptr, {n}, false, {}},
          {"gather", nullptr, &c.gather, {m}, false, {}},
          {"scatter", nullptr, &c.scatter, {m}, false, [&c] { settle(c.rows, c.x_rows); }},
          {"residual", &c.residual, nullptr, {y, n}, false, [&c] { settle(c.y_rows, c.rows); }},
          {"expect.y", &c.expect_y, nullptr, {y, n}, false, {}}};
}

std::vector<operator_tensor> layout(conv1d_call& c) {
  const operator_axis d{"D", &c.channels}, l{"L", &c.length}, w{"W", &c.width}, past{"W - 1", &c.past};
  return {{"x", &c.x, nullptr, {d, l}, true, {}},
          {"w", &c.w, nullptr, {d, w}, true, {}},
          {"bias", &c.bias, nullptr, {d}, false, {}},
          {"state", &c.state, nullptr, {d, past}, false, [&c] { settle(c.past, c.width - 1); }},
          {"expect.y", &c.expect_y, nullptr, {d, l}, false, {}}};
}

std::vector<operator_tensor> layout(hadamard_call& c) {
  const operator_axis rows{"rows", &c.rows}, n{"n", &c.size};
  return {{"x", &c.x, nullptr, {rows, n}, true, {}},
          {"expect.y", &c.expect_y, nullptr, {rows, n}, false, {}}};
}

std::vector<operator_tensor> layout(rms_norm_call& c) {
  const operator_axis rows{"rows", &c.rows}, d{"D", &c.size};
  return {{"x", &c.x, nullptr, {rows, d}, true, {}},
          {"w", &c.w, nullptr, {d}, true, {}},
          {"expect.y", &c.expect_y, nullptr, {rows, d}, false, {}}};
}

}  // namespace

std::vector<operator_tensor> operator_tensors(operator_call& call) {
  return std::visit([](auto& one) { return layout(one); }, call);
}

std::vector<int64_t> sizes_of(const operator_tensor& tensor) {
  std::vector<int64_t> sizes;
  for (const operator_axis& axis : tensor.axes) sizes.push_back(*axis.size);
  return sizes;
}

}  // namespace scansim
