#include "host/accuracy/quantise_vim.h"

#include <algorithm>
#include <cmath>

#include "host/accuracy/prune_projections.h"
#include "host/accuracy/quantised_patches.h"
#include "host/program/compile/layer_program.h"
#include "host/quantise/power_of_two_fit.h"
#include "host/quantise/quantise_layers.h"
#include "host/quantise/quantise_operators.h"

namespace scansim {

namespace {

// What the patches are added to: (d_model, tokens).
float_matrix positions(const vim_weights& w) {
  float_matrix position = w.pos_embed.transpose();
  for (int64_t t = 0; t < position.cols(); ++t)
    position.col(t) += t == w.config.cls_position() ? w.cls_token : w.patch_bias;
  return position;
}

quantised_vim quantise(const vim_model& model, const activation_record& record, const layer_format& format,
                       scan_machine& machine) {
  const vim_weights& w = model.weights();
  quantised_vim q;
  q.config = w.config;
  const float_matrix position = positions(w);
  q.patch_embed.linear = quantise_linear(w.patch_embed, 8);
  int most = absmax_frac({position.data(), static_cast<size_t>(position.size())}, 16);
  for (size_t n = 0; n < q.patch_embed.linear.frac.size(); ++n) {
    if (!q.patch_embed.linear.w.row(static_cast<int64_t>(n)).isZero(0))
      most = std::min(most, pixel_frac + q.patch_embed.linear.frac[n]);
  }
  std::vector<layer_weights> layers;
  for (const vim_layer& layer : w.layers) {
    layers.push_back({layer.norm, layer.in_proj, layer.out_proj, {}});
    for (const vim_branch& branch : layer.branches) layers.back().branches.push_back(borrow_branch(branch));
  }
  const vim_config& c = w.config;
  layer_format asked = format;
  asked.merge_directions =
      directions_merge({c.d_model, c.d_inner, c.dt_rank, c.d_state}, c.tokens(), machine.point());
  quantised_stack stack = quantise_layers(layers, c.norm_eps, most, record, asked, machine);
  q.layers = std::move(stack.layers);
  q.patch_embed.channel = finish_channels(
      q.patch_embed.linear, pixel_frac, [&](int64_t) { return stack.scales.frac_residual; }, "patch_embed");
  q.position.resize(position.rows(), position.cols());
  for (int64_t i = 0; i < position.size(); ++i) {
    q.position.data()[i] =
        static_cast<int16_t>(quantise_value(position.data()[i], stack.scales.frac_residual, 16));
  }
  const int frac = least_error_frac(record.values(activation::norm, w.config.n_layers), 8);
  q.norm_f =
      make_norm(w.norm_f, w.config.norm_eps, norm_weight_frac(w.norm_f), stack.scales.frac_residual, frac);
  q.head = quantise_linear(w.head, 8);
  for (int64_t n = 0; n < w.head.rows(); ++n) {
    const int frac_acc = frac + q.head.frac[static_cast<size_t>(n)];
    q.head_bias.push_back(quantise_value(w.head_bias[n], frac_acc, 32));
    q.head_step.push_back(std::ldexp(1.0F, -frac_acc));
  }
  return q;
}

}  // namespace

quantised_vim quantise_vim(const vim_model& model, const std::vector<std::span<const uint8_t>>& images,
                           const layer_format& format, scan_machine& machine) {
  const activation_record record(model, images);
  if (!format.prunes()) return quantise(model, record, format, machine);
  const vim_model pruned(prune_projections(model, record, format));
  return quantise(pruned, activation_record(pruned, images), format, machine);
}

}  // namespace scansim
