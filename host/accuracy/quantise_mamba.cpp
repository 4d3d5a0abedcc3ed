#include "host/accuracy/quantise_mamba.h"

#include <cmath>
#include <stdexcept>

#include "host/accuracy/prune_projections.h"
#include "host/quantise/power_of_two_fit.h"
#include "host/quantise/quantise_layers.h"
#include "host/quantise/quantise_operators.h"

namespace scansim {

namespace {

quantised_mamba quantise(const mamba_model& model, const activation_record& record,
                         const layer_format& format, scan_machine& machine, mamba_scales& scales,
                         bool given) {
  const mamba_weights& w = model.weights();
  std::vector<layer_weights> layers;
  for (const mamba_layer& layer : w.layers)
    layers.push_back({layer.norm, layer.in_proj, layer.out_proj, {borrow_branch(layer)}});
  const int most = absmax_frac({w.embedding.data(), static_cast<size_t>(w.embedding.size())}, 16);
  quantised_stack stack = quantise_layers(layers, w.config.norm_eps, most, record, format, machine,
                                          given ? &scales.stack : nullptr);
  if (!given) {
    scales.stack = std::move(stack.scales);
    scales.frac_head = least_error_frac(record.values(activation::norm, w.config.n_layers), 8);
  }
  const int frac_residual = scales.stack.frac_residual, frac = scales.frac_head;

  quantised_mamba q;
  q.config = w.config;
  q.layers = std::move(stack.layers);
  q.embedding.resize(w.config.vocab, w.config.d_model);
  for (int64_t i = 0; i < q.embedding.size(); ++i) {
    q.embedding.data()[i] = static_cast<int16_t>(quantise_value(w.embedding.data()[i], frac_residual, 16));
  }
  q.norm_f = make_norm(w.norm_f, w.config.norm_eps, norm_weight_frac(w.norm_f), frac_residual, frac);
  q.head = quantise_linear(w.config.tied ? w.embedding : w.lm_head, 8);
  for (const int frac_w : q.head.frac) q.head_step.push_back(std::ldexp(1.0F, -(frac + frac_w)));
  return q;
}

template <class Token>
quantised_mamba pruned_and_quantised(const mamba_model& model,
                                     const std::vector<std::span<const Token>>& windows,
                                     const layer_format& format, scan_machine& machine,
                                     mamba_scales& scales) {
  const activation_record record(model, windows);
  if (!format.prunes()) return quantise(model, record, format, machine, scales, false);
  const mamba_model pruned(prune_projections(model, record, format));
  return quantise(pruned, activation_record(pruned, windows), format, machine, scales, false);
}

}  // namespace

quantised_mamba quantise_mamba(const mamba_model& model, const std::vector<std::span<const uint8_t>>& windows,
                               const layer_format& format, scan_machine& machine) {
  mamba_scales scales;
  return pruned_and_quantised(model, windows, format, machine, scales);
}

quantised_mamba quantise_mamba(const mamba_model& model, const std::vector<std::span<const int32_t>>& windows,
                               const layer_format& format, scan_machine& machine, mamba_scales* chosen) {
  mamba_scales scales;
  return pruned_and_quantised(model, windows, format, machine, chosen ? *chosen : scales);
}

quantised_mamba quantise_mamba(const mamba_model& model, const mamba_scales& given,
                               const layer_format& format, scan_machine& machine) {
  if (format.prunes() || format.state_pattern)
    throw std::invalid_argument("quantise_mamba: a pattern is chosen from activations");
  const activation_record none(model.config().n_layers, 0, 0, [](const activation_keeper&) {});
  mamba_scales scales = given;
  return quantise(model, none, format, machine, scales, true);
}

}  // namespace scansim
