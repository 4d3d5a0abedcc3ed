#include "models/nn/image_patches.h"

#include <fmt/format.h>

#include <stdexcept>

namespace scansim {

float_matrix image_patches(std::span<const uint8_t> image, int64_t side, int64_t patch) {
  if (static_cast<int64_t>(image.size()) != side * side)
    throw std::invalid_argument(
        fmt::format("image_patches: an image of {} pixels, not {}", image.size(), side * side));
  const int64_t per_row = side / patch;
  float_matrix patches(per_row * per_row, patch * patch);
  for (int64_t y = 0; y < side; ++y) {
    for (int64_t x = 0; x < side; ++x) {
      const int pixel = image[static_cast<size_t>(y * side + x)];
      if (pixel > pixel_max) throw std::invalid_argument(fmt::format("image_patches: a pixel of {}", pixel));
      patches(y / patch * per_row + x / patch, y % patch * patch + x % patch) =
          static_cast<float>(pixel) / 8.0F - 1.0F;
    }
  }
  return patches;
}

}  // namespace scansim
