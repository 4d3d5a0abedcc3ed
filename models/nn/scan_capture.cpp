#include "models/nn/scan_capture.h"

#include <stdexcept>

namespace scansim {
namespace {

scan_tensors capture_after(const mamba_model& model, std::span<const int32_t> prefix,
                           std::span<const int32_t> following, int64_t layer) {
  mamba_state state = zero_state(model.config());
  model.scan_call(prefix, layer, state);
  scan_tensors call = model.scan_call(following, layer, state);
  call.options.decode = true;
  return call;
}

}  // namespace

std::vector<int32_t> most_probable(const mamba_model& model, std::span<const int32_t> prefix, int64_t steps) {
  mamba_state state = zero_state(model.config());
  // Only the last token's logits are needed; a large vocabulary times a long prefix would be much memory.
  if (prefix.size() > 1) model.scan_call(prefix.first(prefix.size() - 1), model.config().n_layers - 1, state);
  float_matrix logits = model.forward(prefix.last(1), state);
  std::vector<int32_t> tokens;
  while (true) {
    Eigen::Index best = 0;
    logits.row(0).maxCoeff(&best);
    tokens.push_back(static_cast<int32_t>(best));
    if (static_cast<int64_t>(tokens.size()) == steps) return tokens;
    logits = model.forward({&tokens.back(), 1}, state);
  }
}

scan_tensors capture_scan(const mamba_model& model, std::span<const int32_t> tokens, int64_t layer) {
  mamba_state state = zero_state(model.config());
  scan_tensors call = model.scan_call(tokens, layer, state);
  call.h0.clear();
  return call;
}

scan_tensors capture_decode(const mamba_model& model, std::span<const int32_t> prefix, int64_t steps,
                            int64_t layer) {
  if (steps < 1) throw std::invalid_argument("capture_decode: steps must be at least 1");
  if (prefix.empty()) throw std::invalid_argument("capture_decode: the prefix is empty");
  return capture_after(model, prefix, most_probable(model, prefix, steps), layer);
}

scan_tensors capture_continuation(const mamba_model& model, std::span<const int32_t> prefix,
                                  std::span<const int32_t> following, int64_t layer) {
  return capture_after(model, prefix, following, layer);
}

}  // namespace scansim
