#include "sim/switching/unit_switching.h"

#include <bit>

namespace scansim {

void see_hadamard_row(operand_switching& to, const int32_t* values, int m, int log2, int lanes) {
  std::vector<int32_t> row(values, values + (size_t{1} << log2) * static_cast<size_t>(m));
  if (m > 1) hls::hadamard_across(row.data(), m, log2);  // the RTL's order: H_m before the butterflies
  const int levels = std::countr_zero(static_cast<unsigned>(lanes));
  for (size_t first = 0; first < row.size(); first += static_cast<size_t>(lanes)) {
    const std::vector<int32_t> before(row.begin() + static_cast<std::ptrdiff_t>(first),
                                      row.begin() + static_cast<std::ptrdiff_t>(first) + lanes);
    hls::hadamard_butterflies(row.data() + first, lanes, levels);
    for (int lane = 0; lane < lanes; ++lane)
      to.see(switching_unit::hadamard_fwht, lane,
             {before[static_cast<size_t>(lane)], row[first + static_cast<size_t>(lane)]});
  }
}

std::array<int64_t, 4> conv_operands(const int8_t* taps, const int8_t* w, int width, int32_t bias,
                                     int32_t u) {
  int64_t by_age = 0, weights = 0;
  for (int age = 0; age < width; ++age) {
    by_age |= int64_t{static_cast<uint8_t>(taps[width - 1 - age])} << (8 * age);
    weights |= int64_t{static_cast<uint8_t>(w[width - 1 - age])} << (8 * age);
  }
  return {by_age, weights, bias, u};
}

}  // namespace scansim
