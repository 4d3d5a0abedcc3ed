// A whole layer for the harness.
#include "host/operators/mamba_block_operator.h"
#include "host/operators/operator_rows.h"
#include "host/operators/scan_trials.h"
#include "host/program/compile/layer_program.h"
#include "models/ref/mamba_block_ref.h"

namespace scansim {

namespace {

const mamba_block_call& layer_in(const call& one) { return payload<mamba_block_call>(one); }

quantised_mamba_block layer_quantised(const mamba_block_call& c, const mamba_block_scales* stored,
                                      const design_point& point, const std::string& file) {
  return quantise_mamba_block(c, point, file, stored);
}

void layer_widths(call_scales& scales, const design_point& point) {
  for (branch_scales& branch : dynamic_cast<mamba_block_scales&>(scales).layer.branches)
    take_widths(branch.scan, point);
}

program layer_compiled(const mamba_block_call& c, const quantised_mamba_block& q,
                       const compile_options& options, const design_point& point) {
  const bool from_zero = c.h0.empty() && c.conv_state.empty();
  return make_layer_program(q.layer, q.r, from_zero ? std::span<const quantised_branch_state>{} : q.states,
                            {options.fused, c.sparsity, true}, point);
}

least_work mamba_block_work(const call& one) {
  const mamba_block_call& c = layer_in(one);
  least_work work{2 * elements(c.x) + elements(c.norm) + elements(c.in_proj) + elements(c.out_proj), 0, 0};
  const auto tokens = static_cast<double>(c.length);
  const double updates = tokens * static_cast<double>(c.channels * c.states);
  work.flops = tokens * 2 * (elements(c.in_proj) + elements(c.out_proj)) + 4 * elements(c.x);
  for_each_branch(c, [&](const mamba_branch_call& b, size_t) {
    const double weights = elements(b.conv_weight) + elements(b.x_proj) + elements(b.dt_proj);
    work.elements += weights + elements(b.conv_bias) + elements(b.dt_bias) + elements(b.a) + elements(b.d) +
                     2 * (elements(c.conv_state) + elements(c.h0));
    work.flops += tokens * 2 * weights + 6 * updates;
    work.exps += updates;
  });
  return work;
}

std::vector<int> layer_fraction_bits(const quantised_mamba_block& q, const std::string& output) {
  if (output == "y") return {q.scales.frac_residual};
  if (output.ends_with("conv")) return {q.scales.layer.frac_conv_input};
  return {q.scales.layer.branches[output.find("backward") == std::string::npos ? 0 : 1].scan.frac_state};
}

// Of states, as conv_state and h0 are, over the states that are kept.
std::vector<int64_t> layer_state_shape(const call& one, const std::string& output) {
  const mamba_block_call& c = layer_in(one);
  return {c.channels, output.ends_with("conv") ? c.past : c.kept_states()};
}

}  // namespace

const operator_row mamba_block_row = {
    .kind = &mamba_block_kind,
    .ref =
        [](const call& one) {
          return std::vector<named_reals>{{"y", mamba_block_ref(layer_in(one)).y}};
        },
    .quantise = quantised_by<mamba_block_call, mamba_block_scales, layer_quantised, mamba_block_on_hls,
                             layer_compiled, layer_fraction_bits>::make,
    .work = mamba_block_work,
    .macs = [](const call& one) { return projection_macs(layer_in(one)); },
    .set_widths = layer_widths,
    .fusable = true,
    .state_shape = layer_state_shape,
    .share = [](const call& one) { return share_of(layer_in(one)); },
    .try_faults = [](const call& one) { return try_faults(layer_in(one)); }};

}  // namespace scansim
