#include "host/cuda/scan/int8_tensors.h"

#include <algorithm>
#include <cmath>

#include "host/cuda/numerics/quantise_int8.h"

namespace scansim {
namespace {

float magnitude_at(const std::vector<float>& values, double share) {
  std::vector<float> magnitudes(values.size());
  std::transform(values.begin(), values.end(), magnitudes.begin(), [](float v) { return std::fabs(v); });
  const auto rank = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1) + 0.5);
  std::nth_element(magnitudes.begin(), magnitudes.begin() + rank, magnitudes.end());
  return magnitudes[static_cast<size_t>(rank)];
}

}  // namespace

float int8_scale_of_magnitude(float magnitude) {
  const float scale = magnitude / 127.0f;
  return std::isnormal(scale) ? scale : 1.0f;
}

float int8_scale_of(const std::vector<float>& values, double share) {
  return int8_scale_of_magnitude(values.empty() ? 0.0f : magnitude_at(values, share));
}

std::vector<int8_t> quantised_int8(const std::vector<float>& values, float scale) {
  const float inverse = div_rn(1.0f, scale);
  std::vector<int8_t> q(values.size());
  std::transform(values.begin(), values.end(), q.begin(),
                 [&](float v) { return quantise_round_even(v, inverse); });
  return q;
}

std::vector<float> dequantised_int8(const std::vector<int8_t>& q, float scale) {
  std::vector<float> values(q.size());
  std::transform(q.begin(), q.end(), values.begin(), [&](int8_t v) { return dequantise_int8(v, scale); });
  return values;
}

}  // namespace scansim
