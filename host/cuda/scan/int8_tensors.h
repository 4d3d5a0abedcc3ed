// Float tensors as int8 ones with a scale, value = scale q: how the int8 calls are made from recorded floats.
// Contract: q = rintf(v / scale), clamped; a scale maps the magnitude below which `share` of the values lie
// (1: the largest) to 127, and is 1 where there is nothing to map.
#pragma once
#include <cstdint>
#include <vector>

namespace scansim {

float int8_scale_of(const std::vector<float>& values, double share = 1);
float int8_scale_of_magnitude(float magnitude);

std::vector<int8_t> quantised_int8(const std::vector<float>& values, float scale);
std::vector<float> dequantised_int8(const std::vector<int8_t>& q, float scale);

}  // namespace scansim
