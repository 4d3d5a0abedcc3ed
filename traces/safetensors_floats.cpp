// F64, F32, F16 and BF16 -> float. Every F16 and BF16 value is a float exactly; F64 is rounded to nearest
// even.
#include <bit>
#include <cstring>

#include "traces/input_error.h"
#include "traces/safetensors.h"
#include "traces/strict_json.h"

namespace scansim {

namespace {

float from_bf16(uint16_t bits) { return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16); }

float from_f16(uint16_t bits) {
  const uint32_t sign = static_cast<uint32_t>(bits & 0x8000u) << 16;
  const uint32_t exponent = (bits >> 10) & 0x1fu;
  const uint32_t fraction = bits & 0x3ffu;
  if (exponent == 0x1f) return std::bit_cast<float>(sign | 0x7f800000u | (fraction << 13));
  if (exponent != 0) return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (fraction << 13));
  const float magnitude = static_cast<float>(fraction) * 0x1p-24f;  // subnormal of F16, exact in float
  return sign != 0 ? -magnitude : magnitude;
}

// Elements are copied out one by one because the mapping may be misaligned for them; compilers make it plain
// loads.
template <typename element, typename conversion>
void convert(const tensor_entry& entry, std::vector<float>& out, conversion to_float) {
  for (size_t i = 0; i < out.size(); ++i) {
    element value;
    std::memcpy(&value, entry.data + i * sizeof(element), sizeof(element));
    out[i] = to_float(value);
  }
}

}  // namespace

std::vector<float> read_floats(const tensor_entry& entry, const std::string& file) {
  const tensor_dtype dtype = entry.dtype;
  if (dtype != tensor_dtype::f64 && dtype != tensor_dtype::f32 && dtype != tensor_dtype::f16 &&
      dtype != tensor_dtype::bf16) {
    throw input_error(file, printable(entry.name) + ".dtype", "F64, F32, F16 or BF16", dtype_name(dtype));
  }
  std::vector<float> out(entry.count());
  if (out.empty()) return out;
  if (dtype == tensor_dtype::f32) {
    std::memcpy(out.data(), entry.data, entry.bytes);
  } else if (dtype == tensor_dtype::f64) {
    convert<double>(entry, out, [](double value) { return static_cast<float>(value); });
  } else if (dtype == tensor_dtype::f16) {
    convert<uint16_t>(entry, out, from_f16);
  } else {
    convert<uint16_t>(entry, out, from_bf16);
  }
  return out;
}

}  // namespace scansim
