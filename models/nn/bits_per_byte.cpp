#include "models/nn/bits_per_byte.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <vector>

namespace scansim {
namespace {

// -ln softmax(logits)[target]
double surprise(const Eigen::Ref<const Eigen::RowVectorXf>& logits, uint8_t target) {
  const Eigen::RowVectorXd values = logits.cast<double>();
  const double largest = values.maxCoeff();
  return largest + std::log((values.array() - largest).exp().sum()) - values[target];
}

}  // namespace

double bits_per_byte(const mamba_model& model, std::span<const uint8_t> text, int64_t context) {
  if (text.size() < 2 || context < 1 || model.config().vocab != 256) {
    throw std::invalid_argument(
        "bits_per_byte: needs 2 bytes of text, a context of 1 and a byte-level model");
  }
  const size_t scored = text.size() - 1;
  const auto window = static_cast<size_t>(context);
  double nats = 0;
  for (size_t begin = 0; begin < scored; begin += window) {
    const size_t length = std::min(window, scored - begin);
    const std::vector<int32_t> tokens(text.begin() + static_cast<ptrdiff_t>(begin),
                                      text.begin() + static_cast<ptrdiff_t>(begin + length));
    const float_matrix logits = model.forward(tokens);
    for (size_t t = 0; t < length; ++t) {
      nats += surprise(logits.row(static_cast<int64_t>(t)), text[begin + t + 1]);
    }
  }
  return nats / std::numbers::ln2 / static_cast<double>(scored);
}

}  // namespace scansim
