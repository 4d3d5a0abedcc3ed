#include "host/accuracy/quantised_vim.h"

#include "host/accuracy/quantised_patches.h"

namespace scansim {

namespace {

int16_matrix embed(const quantised_vim& model, std::span<const uint8_t> image,
                   hls::unit_saturations& saturations) {
  const int64_t before = model.config.cls_position(), after = model.config.patches() - before;
  const int32_matrix acc =
      multiply(model.patch_embed.linear, quantised_patches(image, model.config.image, model.config.patch));
  int16_matrix r = model.position;
  add_residual(model.patch_embed.channel, acc.leftCols(before), r.leftCols(before), saturations);
  add_residual(model.patch_embed.channel, acc.rightCols(after), r.rightCols(after), saturations);
  return r;
}

}  // namespace

Eigen::VectorXf classify(const quantised_vim& model, std::span<const uint8_t> image, scan_machine& machine,
                         model_saturations& saturations) {
  int16_matrix r = embed(model, image, saturations.block);
  for (const quantised_layer& layer : model.layers) {
    std::vector<quantised_branch_state> states;
    for (const quantised_branch& branch : layer.branches) states.push_back(zero_state(branch));
    run_layer(layer, states, r, machine, saturations);
  }
  const int16_matrix token = r.col(model.config.cls_position());
  const int32_matrix acc = multiply(model.head, normalise(model.norm_f, token, saturations.block));
  const hls::gemm_epilogue raw{.kind = hls::gemm_epilogue_kind::raw};
  Eigen::VectorXf logits(acc.rows());
  for (int64_t n = 0; n < acc.rows(); ++n) {
    const auto at = static_cast<size_t>(n);
    const int32_t logit = hls::gemm_finish(acc(n, 0), model.head_bias[at], {}, raw, 0, saturations.block);
    logits[n] = static_cast<float>(logit) * model.head_step[at];
  }
  return logits;
}

}  // namespace scansim
