// An image of bytes as the rows of patches that a vision model embeds: pixel p in 0..16 enters as p / 8 - 1.
// Contract: patches in raster order, (patches, patch * patch); std::invalid_argument for an image of another
// size or a pixel above 16. `side` is a multiple of `patch`.
#pragma once
#include <span>

#include "models/nn/mamba_state.h"

namespace scansim {

inline constexpr int pixel_max = 16;

float_matrix image_patches(std::span<const uint8_t> image, int64_t side, int64_t patch);

}  // namespace scansim
