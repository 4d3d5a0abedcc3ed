#include "traces/operator_layout.h"

#include "traces/state_index.h"

namespace scansim {

namespace {

void settle(int64_t& size, int64_t value) {
  if (size == 0) size = value;
}

std::vector<operator_tensor> layout(gemm_call& c) {
  const operator_axis m{"M", &c.rows}, k{"K", &c.inner}, n{"N", &c.columns}, x{"X", &c.x_rows},
      y{"Y", &c.y_rows};
  return {{"x", &c.x, nullptr, {x, k}, true, {}},
          c.transposed ? operator_tensor{"w", &c.w, nullptr, {k, n}, true, {}, {}, true}
                       : operator_tensor{"w", &c.w, nullptr, {n, k}, true, {}},
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

void add_branch(mamba_block_call& c, mamba_branch_call& b, const std::string& prefix,
                std::vector<operator_tensor>& table) {
  const operator_axis d{"D", &c.channels}, n{"N", &c.states}, r{"R", &c.rank}, w{"W", &c.width},
      p{"R + 2 N", &c.projected};
  const auto settle_projected = [&c] { settle(c.projected, c.rank + 2 * c.states); };
  table.push_back({prefix + "A", &b.a, nullptr, {d, n}, true, {}, prefix + "A_log"});
  table.push_back({prefix + "D", &b.d, nullptr, {d}, true, {}});
  table.push_back({prefix + "conv1d.weight", &b.conv_weight, nullptr, {d, w}, true, {}});
  table.push_back({prefix + "conv1d.bias", &b.conv_bias, nullptr, {d}, true, {}});
  table.push_back({prefix + "dt_proj.weight", &b.dt_proj, nullptr, {d, r}, true, {}});
  table.push_back({prefix + "dt_proj.bias", &b.dt_bias, nullptr, {d}, true, {}});
  table.push_back({prefix + "x_proj.weight", &b.x_proj, nullptr, {p, d}, true, settle_projected});
  if (c.state_sparsity.dense()) return;
  const operator_axis groups{"index groups", &c.index_groups}, kept{"kept states", &c.indexed};
  table.push_back({prefix + state_index_name, nullptr, &b.state_index, {groups, kept}, true, [&c] {
                     settle(c.indexed, c.kept_states());
                   }});
}

std::vector<operator_tensor> layout(mamba_block_call& c) {
  const operator_axis l{"L", &c.length}, model{"d_model", &c.d_model}, d{"D", &c.channels}, n{"N", &c.states},
      expanded{"2 D", &c.expanded}, past{"W - 1", &c.past};
  std::vector<operator_tensor> table = {{"x", &c.x, nullptr, {l, model}, true, {}},
                                        {"norm.weight", &c.norm, nullptr, {model}, true, {}}};
  add_branch(c, c.forward, "", table);
  table.push_back({"in_proj.weight", &c.in_proj, nullptr, {expanded, model}, true, [&c] {
                     settle(c.expanded, 2 * c.channels);
                   }});
  table.push_back({"out_proj.weight", &c.out_proj, nullptr, {model, d}, true, {}});
  table.push_back(
      {"conv_state", &c.conv_state, nullptr, {d, past}, false, [&c] { settle(c.past, c.width - 1); }});
  table.push_back({"h0", &c.h0, nullptr, {d, n}, false, {}});
  if (c.backward) add_branch(c, *c.backward, "backward.", table);
  table.push_back({"expect.y", &c.expect_y, nullptr, {l, model}, false, {}});
  return table;
}

}  // namespace

std::vector<operator_tensor> operator_tensors(operator_call& call) {
  return std::visit([](auto& one) { return layout(one); }, call);
}

std::vector<float> transpose(const std::vector<float>& matrix, int64_t rows, int64_t cols) {
  std::vector<float> out(matrix.size());
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t col = 0; col < cols; ++col)
      out[static_cast<size_t>(col * rows + row)] = matrix[static_cast<size_t>(row * cols + col)];
  return out;
}

std::vector<int64_t> sizes_of(const operator_tensor& tensor) {
  std::vector<int64_t> sizes;
  for (const operator_axis& axis : tensor.axes) sizes.push_back(*axis.size);
  return sizes;
}

}  // namespace scansim
