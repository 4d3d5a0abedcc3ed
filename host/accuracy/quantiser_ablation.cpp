#include "host/accuracy/quantiser_ablation.h"

#include <cmath>
#include <functional>
#include <set>

#include "host/quantise/hadamard_fold.h"
#include "host/quantise/power_of_two_fit.h"
#include "models/nn/bits_per_byte.h"

namespace scansim {

namespace {

using name_set = std::set<std::string>;

const std::vector<std::string> weight_names = {"w.in_proj",  "w.conv1d", "w.x_proj", "w.dt_proj",
                                               "w.out_proj", "w.head",   "A"};

float_matrix back_to_float(const quantised_linear& linear) {
  float_matrix w = linear.slab;
  for (int64_t n = 0; n < w.rows(); ++n) w.row(n) *= std::ldexp(1.0F, -linear.frac[static_cast<size_t>(n)]);
  return w;
}

void round_to(Eigen::Ref<float_matrix> values, int frac, int bits) {
  const auto high = static_cast<float>(std::ldexp(1.0, bits - 1) - 1);
  const auto scale = static_cast<float>(std::ldexp(1.0, frac));
  values = (values.array() * scale + 0.5F).floor().min(high).max(-high - 1) / scale;
}

class rounded_model {
 public:
  rounded_model(const mamba_model& model, const quantised_mamba& quantised, const activation_record& record,
                const name_set& rounded)
      : quantised_(quantised), rounded_(rounded), model_(round_weights(model.weights())) {
    const int64_t layers = quantised.config.n_layers;
    fracs_.assign(static_cast<size_t>(layers + 2), std::vector<int>(num_activations, 0));
    for (int64_t layer = -1; layer <= layers; ++layer) choose_fracs(record, layer);
  }

  float_matrix forward(std::span<const int32_t> tokens) const {
    mamba_state state = zero_state(model_.config());
    return model_.forward(tokens, state,
                          [this](activation site, int64_t layer, Eigen::Ref<float_matrix> values) {
                            if (rounded_.contains(activation_names[static_cast<size_t>(site)]))
                              round(site, layer, values);
                          });
  }

 private:
  mamba_weights round_weights(mamba_weights w) const {
    for (size_t i = 0; i < w.layers.size(); ++i) {
      mamba_layer& layer = w.layers[i];
      const quantised_layer& q = quantised_.layers[i];
      const quantised_branch& branch = q.branches[0];
      if (rounded_.contains("w.in_proj")) layer.in_proj = back_to_float(q.in_proj.linear);
      if (rounded_.contains("w.x_proj")) layer.x_proj = back_to_float(branch.x_proj.linear);
      if (rounded_.contains("w.dt_proj")) layer.dt_proj = back_to_float(branch.dt_proj.linear);
      if (rounded_.contains("w.conv1d"))
        layer.conv_weight = back_to_float(quantise_linear(layer.conv_weight, 8));
      if (rounded_.contains("w.out_proj")) {
        layer.out_proj = back_to_float(q.out_proj);
        const quantised_output& output = branch.output;
        if (output.hadamard) layer.out_proj = hadamard_unfold({output.m, output.log2}, layer.out_proj);
      }
      if (rounded_.contains("A")) {
        for (size_t k = 0; k < layer.a.size(); ++k)
          layer.a[k] = static_cast<float>(std::ldexp(branch.scan.a[k], -branch.scan.scales.frac_a));
      }
    }
    if (rounded_.contains("w.head")) {
      if (w.config.tied) w.lm_head = w.embedding;
      w.config.tied = false;
      w.lm_head = back_to_float(quantised_.head);
    }
    return w;
  }

  void choose_fracs(const activation_record& record, int64_t layer) {
    std::vector<int>& frac = fracs_[static_cast<size_t>(layer + 1)];
    const auto at = [&](activation site) -> int& { return frac[static_cast<size_t>(site)]; };
    const int64_t layers = quantised_.config.n_layers;
    if (layer >= 0) at(activation::norm) = least_error_frac(record.values(activation::norm, layer), 8);
    if (layer < layers)
      at(activation::residual) = absmax_frac(record.values(activation::residual, layer), 16);
    if (layer < 0 || layer == layers) return;
    const quantised_branch& branch = quantised_.layers[static_cast<size_t>(layer)].branches[0];
    const scan_scales& s = branch.scan.scales;
    at(activation::conv_input) = least_error_frac(record.values(activation::conv_input, layer), 8);
    at(activation::dt) = least_error_frac(record.values(activation::dt, layer), 8);
    at(activation::u) = s.frac_u, at(activation::z) = s.frac_z, at(activation::delta) = s.frac_delta;
    at(activation::b) = s.frac_b, at(activation::c) = s.frac_c;
    at(activation::y) = s.frac_y - branch.output.shift;
  }

  void round(activation site, int64_t layer, Eigen::Ref<float_matrix> values) const {
    const int frac = fracs_[static_cast<size_t>(layer + 1)][static_cast<size_t>(site)];
    if (site != activation::y) return round_to(values, frac, site == activation::residual ? 16 : 8);
    const quantised_output& output = quantised_.layers[static_cast<size_t>(layer)].branches[0].output;
    if (!output.hadamard) return round_to(values, frac, 8);
    const float_matrix h = hadamard_matrix({output.m, output.log2});
    float_matrix rotated = h * values;
    round_to(rotated, frac, 8);
    values = h.transpose() * rotated / static_cast<float>(h.rows());
  }

  const quantised_mamba& quantised_;
  const name_set rounded_;
  const mamba_model model_;
  std::vector<std::vector<int>> fracs_;
};

}  // namespace

std::vector<ablation_row> ablate_quantisers(const mamba_model& model, const quantised_mamba& quantised,
                                            const activation_record& record, std::span<const int32_t> text,
                                            int64_t context, int workers) {
  std::vector<std::string> names(std::begin(activation_names), std::end(activation_names));
  names.insert(names.end(), weight_names.begin(), weight_names.end());
  const auto bits = [&](const name_set& rounded) {
    const rounded_model trial(model, quantised, record, rounded);
    return bits_per_token([&](std::span<const int32_t> tokens, int) { return trial.forward(tokens); }, text,
                          context, workers);
  };
  const name_set all(names.begin(), names.end());
  std::vector<ablation_row> rows{{"none", bits({}), bits(all)}};
  for (const std::string& name : names) {
    name_set others = all;
    others.erase(name);
    rows.push_back({name, bits({name}), bits(others)});
  }
  return rows;
}

}  // namespace scansim
