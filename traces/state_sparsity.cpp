#include "traces/state_sparsity.h"

#include "hls/gemm/nm_format.h"

namespace scansim {

int64_t state_sparsity::index_bits() const {
  return index_groups * (states / pattern.m) * hls::nm_index_bits(pattern.n, pattern.m);
}

std::vector<float> compact_states(const std::vector<float>& values, const scan_shape& shape,
                                  const kept_states& kept) {
  const int64_t per_group = shape.channels / static_cast<int64_t>(kept.size());
  const int64_t rows = static_cast<int64_t>(values.size()) / shape.states;
  std::vector<float> out;
  out.reserve(static_cast<size_t>(rows) * kept[0].size());
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t channel = row % shape.channels;
    for (const int n : kept[static_cast<size_t>(channel / per_group)])
      out.push_back(values[static_cast<size_t>(row * shape.states + n)]);
  }
  return out;
}

std::vector<float> expand_states(const std::vector<float>& values, const scan_shape& shape,
                                 const kept_states& kept) {
  const int64_t per_group = shape.channels / static_cast<int64_t>(kept.size());
  const int64_t rows = shape.batch * shape.channels;
  std::vector<float> out(static_cast<size_t>(rows * shape.states), 0.0F);
  size_t next = 0;
  for (int64_t row = 0; row < rows; ++row)
    for (const int n : kept[static_cast<size_t>(row % shape.channels / per_group)])
      out[static_cast<size_t>(row * shape.states + n)] = values[next++];
  return out;
}

scan_tensors compact_call(const scan_tensors& call, const kept_states& kept) {
  if (kept.empty()) return call;
  scan_tensors out = call;
  out.a = compact_states(call.a, call.shape, kept);
  out.b = compact_shared(call.b, call.shape, kept);
  out.c = compact_shared(call.c, call.shape, kept);
  if (!call.h0.empty()) out.h0 = compact_states(call.h0, call.shape, kept);
  if (!call.expect_h_last.empty()) out.expect_h_last = compact_states(call.expect_h_last, call.shape, kept);
  out.shape.groups = static_cast<int64_t>(kept.size());
  out.shape.states = static_cast<int64_t>(kept[0].size());
  return out;
}

}  // namespace scansim
