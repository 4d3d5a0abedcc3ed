#include "host/accuracy/quantise_cross.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/accuracy/quantised_patches.h"
#include "host/quantise/calibrate_scan_sets.h"
#include "host/quantise/power_of_two_fit.h"
#include "host/quantise/quantise_operators.h"

namespace scansim {

namespace {

using value_list = std::vector<float>;

void append(value_list& to, const value_list& from) { to.insert(to.end(), from.begin(), from.end()); }
void append(value_list& to, const float_matrix& from) {
  to.insert(to.end(), from.data(), from.data() + from.size());
}

// What a layer did on all images.
struct layer_record {
  value_list residual, norm, conv_input, out_norm;
  std::array<value_list, cross_directions> dt;
  scan_sets_call first;  // of the first image
  scan_sets_call all;    // an image is a sequence of the batch
};

void join(scan_sets_call& all, const scan_sets_call& one) {
  if (all.sets.empty()) {
    all = one;
    return;
  }
  all.batch += one.batch;
  append(all.u, one.u), append(all.expect_y, one.expect_y);
  for (size_t k = 0; k < all.sets.size(); ++k) {
    scan_set& to = all.sets[k];
    const scan_set& from = one.sets[k];
    append(to.own.delta, from.own.delta), append(to.own.b, from.own.b), append(to.own.c, from.own.c);
    append(to.expect_h_last, from.expect_h_last);
  }
}

struct model_record {
  value_list embedded, norm_f;
  std::vector<layer_record> layers;

  model_record(const cross_model& model, const std::vector<std::span<const uint8_t>>& images)
      : layers(static_cast<size_t>(model.config().n_layers)) {
    for (const auto& image : images) {
      float_matrix x = model.embed(image);
      append(embedded, x);
      for (size_t i = 0; i < layers.size(); ++i)
        keep(model.run_layer(static_cast<int64_t>(i), x), x, layers[i]);
      append(norm_f, model.final_norm(x));
    }
  }

 private:
  static void keep(const cross_layer_values& values, const float_matrix& x, layer_record& to) {
    append(to.residual, x), append(to.norm, values.norm), append(to.conv_input, values.conv_input);
    append(to.out_norm, values.out_norm);
    for (size_t k = 0; k < cross_directions; ++k) append(to.dt[k], values.dt[k]);
    if (to.first.sets.empty()) to.first = values.scans;
    join(to.all, values.scans);
  }
};

quantised_cross_branch quantise_branch(const cross_branch& branch, const scan_scales& s, int frac_dt,
                                       int bits, const std::string& name) {
  const int64_t rank = branch.dt_proj.cols(), states = (branch.x_proj.rows() - rank) / 2;
  const auto projected_frac = [&](int64_t n) {
    return n < rank ? frac_dt : n < rank + states ? s.frac_b : s.frac_c;
  };
  return {
      make_projection(quantise_linear(branch.x_proj, bits), s.frac_u, projected_frac, name + "x_proj_weight"),
      make_projection(
          quantise_linear(branch.dt_proj, bits), frac_dt, [&](int64_t) { return s.frac_delta; },
          name + "dt_projs_weight")};
}

// The walks, weights and scales of a layer's scans, without the values of an image.
quantised_scan_sets scan_template(const scan_sets_call& call, const scan_sets_scales& scales,
                                  const hls::widths& widths) {
  quantised_scan_sets scans = quantise_scan_sets(call, scales, widths);
  for (quantised_set& set : scans.sets)
    set.rows.u.clear(), set.rows.delta.clear(), set.rows.b.clear(), set.rows.c.clear();
  return scans;
}

// A layer but for its norm and the finish of out_proj, which the residual stream's scale decides, and what
// decides that: the most fraction bits with which its values and sums fit.
struct layer_result {
  quantised_cross_layer layer;
  int frac_norm = 0, frac_out = 0, most_residual = 0;
};

// The most fraction bits of a sum that takes what `linear` adds.
int most_of_sum(const quantised_linear& linear, int frac_in, int most) {
  for (size_t n = 0; n < linear.frac.size(); ++n)
    if (!linear.w.row(static_cast<int64_t>(n)).isZero(0)) most = std::min(most, frac_in + linear.frac[n]);
  return most;
}

layer_result quantise_layer(const cross_layer& w, const layer_record& record, float eps, int bits,
                            const design_point& point, const std::string& name) {
  layer_result result;
  quantised_cross_layer& q = result.layer;
  const scan_sets_scales scales = calibrate_scan_sets(record.all, widths_of(point));
  const scan_scales& s = scales.sets.front();  // u and y have one scale for all
  q.call = record.first, q.scans = scan_template(record.first, scales, widths_of(point));
  const int frac_x = least_error_frac(record.conv_input, 8);
  result.frac_norm = least_error_frac(record.norm, 8);
  q.in_proj = make_projection(
      quantise_linear(w.in_proj, bits), result.frac_norm, [&](int64_t) { return frac_x; }, name + "in_proj");
  q.conv = make_conv(quantise_linear(w.conv_weight, 8), w.conv_bias, frac_x, s.frac_u, name + "conv2d");
  for (size_t k = 0; k < cross_directions; ++k)
    q.branches.push_back(
        quantise_branch(w.branches[k], scales.sets[k], least_error_frac(record.dt[k], 8), bits, name));
  result.frac_out = least_error_frac(record.out_norm, 8);
  q.out_norm = make_norm(w.out_norm, eps, norm_weight_frac(w.out_norm), s.frac_y, result.frac_out);
  q.out_proj.linear = quantise_linear(w.out_proj, bits);
  result.most_residual = most_of_sum(q.out_proj.linear, result.frac_out, absmax_frac(record.residual, 16));
  return result;
}

void quantise_head(const cross_weights& w, int frac, quantised_cross& q) {
  q.head = quantise_linear(w.head, 8);
  const auto tokens = static_cast<float>(w.config.tokens());
  for (int64_t n = 0; n < w.head.rows(); ++n) {
    const int frac_acc = frac + q.head.frac[static_cast<size_t>(n)];
    q.head_bias.push_back(quantise_value(w.head_bias[n] * tokens, frac_acc, 32));
    q.head_step.push_back(std::ldexp(1.0F, -frac_acc) / tokens);
  }
}

}  // namespace

quantised_cross quantise_cross(const cross_model& model, const std::vector<std::span<const uint8_t>>& images,
                               const layer_format& format, const design_point& point) {
  const cross_weights& w = model.weights();
  const float eps = w.config.norm_eps;
  const model_record record(model, images);
  quantised_cross q;
  q.config = w.config;
  q.patch_embed.linear = quantise_linear(w.patch_embed, 8);
  const auto bias_size = static_cast<size_t>(w.patch_bias.size());
  int frac_residual =
      std::min(absmax_frac(record.embedded, 16), absmax_frac({w.patch_bias.data(), bias_size}, 16));
  frac_residual = most_of_sum(q.patch_embed.linear, pixel_frac, frac_residual);
  std::vector<layer_result> found;
  for (size_t i = 0; i < w.layers.size(); ++i) {
    const std::string name = fmt::format("layer {} ", i);
    found.push_back(quantise_layer(w.layers[i], record.layers[i], eps, format.weight_bits, point, name));
    frac_residual = std::min(frac_residual, found.back().most_residual);
  }
  const auto at_residual = [&](int64_t) { return frac_residual; };
  q.patch_embed.channel = finish_channels(q.patch_embed.linear, pixel_frac, at_residual, "patch_embed");
  for (const float bias : w.patch_bias)
    q.patch_bias.push_back(static_cast<int16_t>(quantise_value(bias, frac_residual, 16)));
  for (size_t i = 0; i < w.layers.size(); ++i) {
    quantised_cross_layer& layer = q.layers.emplace_back(std::move(found[i].layer));
    layer.norm = make_norm(w.layers[i].norm, eps, norm_weight_frac(w.layers[i].norm), frac_residual,
                           found[i].frac_norm);
    layer.out_proj.channel = finish_channels(layer.out_proj.linear, found[i].frac_out, at_residual,
                                             fmt::format("layer {} out_proj", i));
  }
  const int frac_f = least_error_frac(record.norm_f, 8);
  q.norm_f = make_norm(w.norm_f, eps, norm_weight_frac(w.norm_f), frac_residual, frac_f);
  quantise_head(w, frac_f, q);
  return q;
}

}  // namespace scansim
