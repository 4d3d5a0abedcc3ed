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

// w (outputs, inputs) times x (inputs, length): (outputs, length).
doubles project(const std::vector<float>& w, int64_t outputs, const doubles& x, int64_t inputs,
                int64_t length) {
  const doubles y = gemm_ref(transpose(x, inputs), widen(w), {}, {length, inputs, outputs});
  return transpose(y, length);
}

scan_tensors scan_call(const mamba_block_call& c, const mamba_branch_call& b, const doubles& z,
                       const mamba_branch_activations& a) {
  scan_tensors scan;
  scan.shape = {1, c.channels, c.states, 1, c.length};
  scan.options.delta_softplus = true;
  scan.u = narrow(a.u), scan.delta = narrow(a.delta), scan.z = narrow(z);
  scan.b = narrow(a.b), scan.c = narrow(a.c);
  scan.a = b.a, scan.d = b.d, scan.delta_bias = b.dt_bias, scan.h0 = c.h0;
  return compact_call(scan, kept_of(c, b));
}

// conv_input and z in scan order.
mamba_branch_activations run_branch(const mamba_block_call& c, const mamba_branch_call& b,
                                    const doubles& conv_input, const doubles& z,
                                    std::optional<scan_fault> fault) {
  mamba_branch_activations a;
  a.u = conv1d_ref(conv_input, widen(b.conv_weight), widen(b.conv_bias), {c.channels, c.length, c.width},
                   true, widen(c.conv_state))
            .y;
  const doubles projected = project(b.x_proj, c.projected, a.u, c.channels, c.length);
  a.dt = rows_of(projected, 0, c.rank, c.length);
  a.b = rows_of(projected, c.rank, c.states, c.length);
  a.c = rows_of(projected, c.rank + c.states, c.states, c.length);
  a.delta = project(b.dt_proj, c.channels, a.dt, c.rank, c.length);
  scan_tensors scan = scan_call(c, b, z, a);
  if (fault) plant(*fault, scan);
  scan_output out = selective_scan_ref(scan);
  a.y = std::move(out.y), a.h_last = std::move(out.h_last);
  return a;
}

}  // namespace

mamba_block_activations mamba_block_ref(const mamba_block_call& c, std::optional<scan_fault> fault) {
  mamba_block_activations a;
  const doubles x = widen(c.x);
  a.norm = transpose(rms_norm_ref(x, widen(c.norm), c.d_model, c.eps), c.length);
  const doubles expanded = project(c.in_proj, c.expanded, a.norm, c.d_model, c.length);
  a.conv_input = rows_of(expanded, 0, c.channels, c.length);
  a.z = rows_of(expanded, c.channels, c.channels, c.length);
  a.branches.push_back(run_branch(c, c.forward, a.conv_input, a.z, fault));
  doubles sum = a.branches[0].y;
  if (c.backward) {
    a.branches.push_back(
        run_branch(c, *c.backward, reversed(a.conv_input, c.length), reversed(a.z, c.length), fault));
    const doubles turned = reversed(a.branches[1].y, c.length);
    for (size_t i = 0; i < sum.size(); ++i) sum[i] += turned[i];
  }
  a.y = gemm_ref(transpose(sum, c.channels), widen(c.out_proj), {}, {c.length, c.channels, c.d_model},
                 gemm_ref_epilogue::residual, x);
  return a;
}

}  // namespace scansim
