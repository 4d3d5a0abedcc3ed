// The Hadamard matrix by which a machine rotates that many channels in front of out_proj: one of the sizes
// m 2^k, in whole words of the port, blocks no smaller than half a word. nullopt: they are requantised alone.
#pragma once
#include <bit>
#include <optional>

#include "hls/units/hadamard_fwht.h"
#include "host/quantise/hadamard_fold.h"
#include "models/configs/design_point.h"

namespace scansim {

inline std::optional<hadamard_size> machine_rotation(int64_t channels, const design_point& point) {
  const auto size = hadamard_size_of(channels);
  const int least = std::countr_zero(static_cast<unsigned>(point.axi_bytes() / 2));
  if (!size || channels % point.axi_bytes() != 0 || size->log2 < least || channels > hls::max_hadamard_size)
    return std::nullopt;
  return size;
}

}  // namespace scansim
