// The patches of an image in the machine's integers: a pixel enters as p / 8 - 1, exactly.
// Contract: as models/nn/image_patches.h, but (patch * patch, patches), s8 with pixel_frac fraction bits.
#pragma once
#include "host/quantise/quantised_linear.h"
#include "models/nn/image_patches.h"

namespace scansim {

inline constexpr int pixel_frac = 6;

inline int8_matrix quantised_patches(std::span<const uint8_t> image, int64_t side, int64_t patch) {
  const float one = 1 << pixel_frac;
  return (image_patches(image, side, patch) * one).transpose().cast<int8_t>();
}

}  // namespace scansim
