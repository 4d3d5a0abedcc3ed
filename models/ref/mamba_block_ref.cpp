#include "models/ref/mamba_block_ref.h"

#include <algorithm>

#include "models/ref/conv1d_ref.h"
#include "models/ref/gemm_ref.h"
#include "models/ref/rms_norm_ref.h"
#include "models/ref/selective_scan_ref.h"

namespace scansim {

namespace {

using doubles = std::vector<double>;

doubles widen(const std::vector<float>& values) { return {values.begin(), values.end()}; }
std::vector<float> narrow(const doubles& values) { return {values.begin(), values.end()}; }

doubles transpose(const doubles& values, int64_t rows) {
  const auto height = static_cast<size_t>(rows), width = values.size() / height;
  doubles out(values.size());
  for (size_t i = 0; i < height; ++i)
    for (size_t j = 0; j < width; ++j) out[j * height + i] = values[i * width + j];
  return out;
}

// Rows of `length` tokens, each turned round.
doubles reversed(doubles values, int64_t length) {
  for (auto row = values.begin(); row != values.end(); row += length) std::reverse(row, row + length);
  return values;
}

doubles rows_of(const doubles& values, int64_t first, int64_t count, int64_t length) {
  return {values.begin() + first * length, values.begin() + (first + count) * length};
}

// (a, b, inner) as (b, a, inner): features of all sequences by sequence, and back.
doubles swap_outer(const doubles& values, int64_t a, int64_t b) {
  if (a == 1 || b == 1) return values;
  doubles out(values.size());
  const int64_t inner = static_cast<int64_t>(values.size()) / (a * b);
  for (int64_t i = 0; i < a; ++i)
    for (int64_t j = 0; j < b; ++j)
      std::copy_n(values.begin() + (i * b + j) * inner, inner, out.begin() + (j * a + i) * inner);
  return out;
}

std::vector<float> by_sequence(const doubles& features, const mamba_block_call& c) {
  return narrow(swap_outer(features, static_cast<int64_t>(features.size()) / c.all_tokens(), c.batch));
}

// w (outputs, inputs) times x (inputs, length): (outputs, length).
doubles project(const std::vector<float>& w, int64_t outputs, const doubles& x, int64_t inputs,
                int64_t length) {
  const doubles y = gemm_ref(transpose(x, inputs), widen(w), {}, {length, inputs, outputs});
  return transpose(y, length);
}

scan_tensors scan_call(const mamba_block_call& c, const mamba_branch_call& b, const doubles& z,
                       const mamba_branch_activations& a) {
  scan_tensors scan;
  scan.shape = {c.batch, c.channels, c.states, 1, c.length};
  scan.options.delta_softplus = true;
  scan.u = by_sequence(a.u, c), scan.delta = by_sequence(a.delta, c), scan.z = by_sequence(z, c);
  scan.b = by_sequence(a.b, c), scan.c = by_sequence(a.c, c);
  scan.a = b.a, scan.d = b.d, scan.delta_bias = b.dt_bias, scan.h0 = c.h0;
  return compact_call(scan, kept_of(c, b));
}

// Every sequence behind its own earlier inputs.
doubles convolve(const mamba_block_call& c, const mamba_branch_call& b, const doubles& conv_input) {
  const doubles rows = swap_outer(conv_input, c.channels, c.batch), w = widen(b.conv_weight),
                bias = widen(b.conv_bias), state = widen(c.conv_state);
  doubles u;
  for (int64_t s = 0; s < c.batch; ++s) {
    const doubles before = state.empty() ? state : rows_of(state, s * c.channels, c.channels, c.past);
    const doubles of_sequence = conv1d_ref(rows_of(rows, s * c.channels, c.channels, c.length), w, bias,
                                           {c.channels, c.length, c.width}, true, before)
                                    .y;
    u.insert(u.end(), of_sequence.begin(), of_sequence.end());
  }
  return swap_outer(u, c.batch, c.channels);
}

// conv_input and z in scan order.
mamba_branch_activations run_branch(const mamba_block_call& c, const mamba_branch_call& b,
                                    const doubles& conv_input, const doubles& z,
                                    std::optional<scan_fault> fault) {
  mamba_branch_activations a;
  const int64_t tokens = c.all_tokens();
  a.u = convolve(c, b, conv_input);
  const doubles projected = project(b.x_proj, c.projected, a.u, c.channels, tokens);
  a.dt = rows_of(projected, 0, c.rank, tokens);
  a.b = rows_of(projected, c.rank, c.states, tokens);
  a.c = rows_of(projected, c.rank + c.states, c.states, tokens);
  a.delta = project(b.dt_proj, c.channels, a.dt, c.rank, tokens);
  scan_tensors scan = scan_call(c, b, z, a);
  if (fault) plant(*fault, scan);
  scan_output out = selective_scan_ref(scan);
  a.y = swap_outer(out.y, c.batch, c.channels), a.h_last = std::move(out.h_last);
  return a;
}

}  // namespace

mamba_block_activations mamba_block_ref(const mamba_block_call& c, std::optional<scan_fault> fault) {
  mamba_block_activations a;
  const doubles x = widen(c.x);
  const int64_t tokens = c.all_tokens();
  a.norm = transpose(rms_norm_ref(x, widen(c.norm), c.d_model, c.eps), tokens);
  const doubles expanded = project(c.in_proj, c.expanded, a.norm, c.d_model, tokens);
  a.conv_input = rows_of(expanded, 0, c.channels, tokens);
  a.z = rows_of(expanded, c.channels, c.channels, tokens);
  a.branches.push_back(run_branch(c, c.forward, a.conv_input, a.z, fault));
  doubles sum = a.branches[0].y;
  if (c.backward) {
    a.branches.push_back(
        run_branch(c, *c.backward, reversed(a.conv_input, c.length), reversed(a.z, c.length), fault));
    const doubles turned = reversed(a.branches[1].y, c.length);
    for (size_t i = 0; i < sum.size(); ++i) sum[i] += turned[i];
  }
  a.y = gemm_ref(transpose(sum, c.channels), widen(c.out_proj), {}, {tokens, c.channels, c.d_model},
                 gemm_ref_epilogue::residual, x);
  return a;
}

}  // namespace scansim
