// What the switching counters count, unit by unit: the operands of an operation and the products of two of
// them. Per unit: `operations`; per operand NAME_flips, the bits in which it differs from the one before at
// its place (a lane, a processing element, a slot of a lane); per product ONE_OTHER_flips, those bits of one
// while the other is not zero, ONE_OTHER_moves, operations in which neither is zero and one of them is
// another than before, and of two numbers ONE_OTHER_product, the bits in which their product differs from the
// one before. They depend on values alone (counters of class data), on order, never on time. Contract: this
// order is that of operand_switching::see. What they cost: models/energy/gates/coefficients.csv.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "hls/formats.h"
#include "hls/scan/gate_silu.h"

namespace scansim {

enum class switching_unit : uint8_t {
  delta_softplus,
  scan_serial,
  gate_silu,
  gemm_nm,
  conv1d_silu,
  rms_norm,
  hadamard_fwht,
  count
};
inline constexpr size_t num_switching_units = static_cast<size_t>(switching_unit::count);

struct switching_operand {
  std::string_view name;
  int (*bits)(const hls::widths& w);
};
struct switching_product {
  int one, other;       // of the operands
  bool numbers = true;  // else several side by side
};
struct switching_row {
  std::string_view block;
  std::span<const switching_operand> operands;
  std::span<const switching_product> products;
};

namespace switching_detail {

template <int Bits>
int fixed(const hls::widths&) {
  return Bits;
}
inline int operand(const hls::widths& w) { return w.operand_bits; }
inline int state(const hls::widths& w) { return w.state_bits; }
inline int drive(const hls::widths& w) { return w.du_bits(); }
inline int sum(const hls::widths& w) { return w.acc_bits(); }

inline constexpr switching_operand delta_operands[] = {{"delta", operand},
                                                       {"u", operand},
                                                       {"bias", fixed<hls::param_bits>},
                                                       {"d", fixed<hls::param_bits>},
                                                       {"dt2", fixed<hls::dt2_bits>},
                                                       {"du", drive},
                                                       {"skip", sum}};
inline constexpr switching_product delta_products[] = {{1, 3}, {1, 4}};

inline constexpr switching_operand scan_operands[] = {{"dt2", fixed<hls::dt2_bits>},
                                                      {"a", operand},
                                                      {"du", drive},
                                                      {"b", operand},
                                                      {"c", operand},
                                                      {"h", state},
                                                      {"next", state},
                                                      {"decay", fixed<hls::decay_bits>}};
inline constexpr switching_product scan_products[] = {{0, 1}, {2, 3}, {4, 6}, {7, 5}};

inline constexpr switching_operand gate_operands[] = {
    {"acc", sum}, {"skip", sum}, {"v", fixed<hls::v_bits>}, {"z", operand}};
inline constexpr switching_product gate_products[] = {{2, 3}};

inline constexpr switching_operand gemm_operands[] = {{"x", fixed<8>}, {"w", fixed<8>}, {"sum", fixed<32>}};
inline constexpr switching_product gemm_products[] = {{0, 1}};

// Taps and weights of a channel side by side, the newest lowest.
inline constexpr switching_operand conv_operands[] = {
    {"taps", fixed<32>}, {"w", fixed<32>}, {"bias", fixed<32>}, {"u", fixed<8>}};
inline constexpr switching_product conv_products[] = {{0, 1, false}};

inline constexpr switching_operand norm_operands[] = {
    {"x", fixed<16>}, {"w", fixed<16>}, {"r", fixed<17>}, {"y", fixed<8>}};
inline constexpr switching_product norm_products[] = {{0, 1}};

// Of a beat: into and out of its butterflies.
inline constexpr switching_operand hadamard_operands[] = {{"x", fixed<22>}, {"y", fixed<29>}};

}  // namespace switching_detail

// In the order of the enumeration.
inline constexpr switching_row switching_rows[] = {
    {"delta_softplus", switching_detail::delta_operands, switching_detail::delta_products},
    {"scan_serial", switching_detail::scan_operands, switching_detail::scan_products},
    {"gate_silu", switching_detail::gate_operands, switching_detail::gate_products},
    {"gemm_nm", switching_detail::gemm_operands, switching_detail::gemm_products},
    {"conv1d_silu", switching_detail::conv_operands, switching_detail::conv_products},
    {"rms_norm", switching_detail::norm_operands, switching_detail::norm_products},
    {"hadamard_fwht", switching_detail::hadamard_operands, {}}};
static_assert(std::size(switching_rows) == num_switching_units);

constexpr const switching_row& row_of(switching_unit unit) {
  return switching_rows[static_cast<size_t>(unit)];
}

// operations, flips of operands, flips and moves of products, and bits of those of numbers.
constexpr size_t events_of(const switching_row& row) {
  size_t sum = 1 + row.operands.size();
  for (const switching_product& product : row.products) sum += product.numbers ? 3 : 2;
  return sum;
}

inline constexpr size_t num_switching_counters = [] {
  size_t sum = 0;
  for (const switching_row& row : switching_rows) sum += events_of(row);
  return sum;
}();

}  // namespace scansim
