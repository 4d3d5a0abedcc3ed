#include "host/accuracy/quantised_cross.h"

#include <algorithm>

#include "host/accuracy/quantised_patches.h"
#include "models/nn/cross_model.h"

namespace scansim {

namespace {

int16_matrix embed(const quantised_cross& model, std::span<const uint8_t> image,
                   hls::unit_saturations& saturations) {
  const int32_matrix acc =
      multiply(model.patch_embed.linear, quantised_patches(image, model.config.image, model.config.patch));
  int16_matrix r(acc.rows(), acc.cols());
  for (int64_t n = 0; n < r.rows(); ++n) r.row(n).setConstant(model.patch_bias[static_cast<size_t>(n)]);
  add_residual(model.patch_embed.channel, acc, r, saturations);
  return r;
}

int8_matrix convolve(const quantised_conv& conv, const cross_config& c, const int8_matrix& x,
                     hls::unit_saturations& saturations) {
  const hls::gemm_epilogue silu{.kind = hls::gemm_epilogue_kind::silu,
                                .shift_out = static_cast<uint8_t>(conv.shift_out)};
  int8_matrix u(x.rows(), x.cols());
  for (int64_t d = 0; d < x.rows(); ++d) {
    const auto at = static_cast<size_t>(d);
    for (int64_t t = 0; t < x.cols(); ++t) {
      int32_t sum = 0;
      for_window(c.side(), c.conv, t / c.side(), t % c.side(),
                 [&](int64_t tap, int64_t token) { sum += int32_t{conv.w(d, tap)} * x(d, token); });
      u(d, t) =
          static_cast<int8_t>(hls::gemm_finish(sum, conv.bias[at], conv.channel[at], silu, 0, saturations));
    }
  }
  return u;
}

std::vector<int16_t> operands_of(const int8_matrix& values) {
  return {values.data(), values.data() + values.size()};
}

// The scans of one image, from u s8 (D, tokens) to y s16.
int16_matrix run_scans(const quantised_cross_layer& layer, const int8_matrix& u, scan_machine& machine,
                       model_saturations& saturations) {
  quantised_scan_sets scans = layer.scans;
  for (size_t k = 0; k < scans.sets.size(); ++k) {
    const quantised_cross_branch& branch = layer.branches[k];
    quantised_scan& rows = scans.sets[k].rows;
    const int64_t rank = branch.dt_proj.linear.w.cols(), states = rows.shape.states;
    const int32_matrix projected = multiply(branch.x_proj.linear, u);
    const int8_matrix dt = finish_s8(branch.x_proj, projected, 0, rank, saturations.block);
    rows.u = operands_of(u);
    rows.b = operands_of(finish_s8(branch.x_proj, projected, rank, states, saturations.block));
    rows.c = operands_of(finish_s8(branch.x_proj, projected, rank + states, states, saturations.block));
    rows.delta = operands_of(
        finish_s8(branch.dt_proj, multiply(branch.dt_proj.linear, dt), 0, u.rows(), saturations.block));
  }
  const program_result result = machine.run(layer.call, scans);
  add_saturations(result, saturations.scan);
  int16_matrix y(u.rows(), u.cols());
  std::ranges::transform(result.output("y"), y.data(), [](int32_t v) { return static_cast<int16_t>(v); });
  return y;
}

void run_layer(const quantised_cross_layer& layer, const cross_config& config, int16_matrix& r,
               scan_machine& machine, model_saturations& saturations) {
  hls::unit_saturations& block = saturations.block;
  const int32_matrix projected = multiply(layer.in_proj.linear, normalise(layer.norm, r, block));
  const int8_matrix x = finish_s8(layer.in_proj, projected, 0, config.d_inner, block);
  const int16_matrix y = run_scans(layer, convolve(layer.conv, config, x, block), machine, saturations);
  add_residual(layer.out_proj.channel, multiply(layer.out_proj.linear, normalise(layer.out_norm, y, block)),
               r, block);
}

}  // namespace

Eigen::VectorXf classify(const quantised_cross& model, std::span<const uint8_t> image, scan_machine& machine,
                         model_saturations& saturations) {
  int16_matrix r = embed(model, image, saturations.block);
  for (const quantised_cross_layer& layer : model.layers)
    run_layer(layer, model.config, r, machine, saturations);
  const int32_matrix acc = multiply(model.head, normalise(model.norm_f, r, saturations.block));
  const hls::gemm_epilogue raw{.kind = hls::gemm_epilogue_kind::raw};
  Eigen::VectorXf logits(acc.rows());
  for (int64_t n = 0; n < acc.rows(); ++n) {
    const auto at = static_cast<size_t>(n);
    const int32_t logit =
        hls::gemm_finish(acc.row(n).sum(), model.head_bias[at], {}, raw, 0, saturations.block);
    logits[n] = static_cast<float>(logit) * model.head_step[at];
  }
  return logits;
}

}  // namespace scansim
