// Whether a machine accepts a descriptor of the units: the legality rules of sim/PROGRAM.md, section 6,
// for opcodes 2..8, in the order in which the sequencer checks them: opcode, tokens, shape, bounds. The one
// statement of them in C++ (scans: sim/descriptor_check.h). Contract: pure, no allocation; the first rule
// that is broken gives the code. Whether the jobs of a program fit each other is not checked here.
#pragma once
#include <bit>
#include <cstdint>

#include "hls/gemm/gemm_nm.h"
#include "hls/map/csr_map.h"
#include "hls/units/unit_descriptor.h"
#include "sim/unit_sizes.h"

namespace scansim {

inline constexpr int log2_group_codes = 3;  // M = 4, 8, 16
inline constexpr int max_index_bits = 14;   // ceil(log2 C(16, 8))
inline constexpr int num_hadamard_orders = 5;
constexpr int hadamard_order_size(int code) {
  constexpr int sizes[num_hadamard_orders] = {1, 12, 20, 28, 40};
  return sizes[code];
}

// V: words of the scratch that one output row of a gemm takes.
constexpr int gemm_row_words(const hls::gemm_descriptor& d) {
  switch (static_cast<hls::gemm_epilogue_kind>(d.kind)) {
    case hls::gemm_epilogue_kind::raw:
      return 4;
    case hls::gemm_epilogue_kind::residual:
      return 2;
    case hls::gemm_epilogue_kind::none:
      return d.wide ? 2 : 1;
    default:
      return 1;
  }
}

namespace unit_check_detail {

// One bool per rule group of section 6; `code` keeps their order.
constexpr csr::error_code code(bool tokens, bool shape, bool bounds) {
  if (tokens) return csr::error_code::tokens;
  if (shape) return csr::error_code::shape;
  return bounds ? csr::error_code::bounds : csr::error_code::none;
}

constexpr bool bad_tokens(int tokens, const machine_shape& shape) {
  return tokens == 0 || tokens > shape.chunk_tokens;
}

constexpr bool outside(int address, const machine_shape& shape) { return address >= shape.scratch_words; }

// N:M of M = 4 << log2_m with 2^log2_groups groups in a beat: what neither multipliers nor window hold.
constexpr bool bad_pattern(int n, int log2_m, int log2_groups, const machine_shape& shape) {
  const int m = 4 << log2_m;
  return n == 0 || n > m || log2_m >= log2_group_codes || n << log2_groups > shape.gemm_depth ||
         m << log2_groups > shape.axi_bytes;
}

inline csr::error_code check(const hls::transfer_descriptor& d, const machine_shape& shape) {
  return code(false, d.words == 0, d.scratch + d.words > shape.scratch_words);
}

inline csr::error_code check(const hls::params_descriptor& d, const machine_shape& shape) {
  const bool index = d.memory == hls::parameter_target::index;
  return code(false,
              d.beats == 0 || (d.w4 && d.memory != hls::parameter_target::weights) ||
                  (d.slots && !index && d.memory != hls::parameter_target::weights) ||
                  (index && (d.rows == 0 || d.index_bits == 0 || d.index_bits > max_index_bits ||
                             bad_pattern(d.n, d.log2_m, d.log2_groups, shape))),
              false);
}

inline csr::error_code check(const hls::gemm_descriptor& d, const machine_shape& shape) {
  const bool tokens = bad_tokens(d.tokens, shape) || bad_tokens(d.x_tokens, shape);
  if (tokens) return csr::error_code::tokens;
  const int m = 4 << d.log2_m, span = m << d.log2_groups;  // bytes of x that one beat takes
  // Before the division below: a legal span is a power of two of at most W bytes.
  if (d.tiles == 0 || d.beats == 0 || d.k_words == 0 || bad_pattern(d.n, d.log2_m, d.log2_groups, shape))
    return csr::error_code::shape;
  const int64_t rows = int64_t{d.tiles} * d.beats;
  const bool residual = d.kind == static_cast<uint8_t>(hls::gemm_epilogue_kind::residual);
  return code(
      false, d.beats > int64_t{d.k_words} * (shape.axi_bytes / span) || (d.to_z && gemm_row_words(d) != 1),
      (d.load_x && outside(d.x.address, shape)) || (!d.to_z && outside(d.y.address, shape)) ||
          (residual && outside(d.r.address, shape)) || int64_t{d.k_words} * d.x_tokens > shape.gemm_x_words ||
          d.w_row + rows > shape.gemm_weight_rows || (d.n < m && d.pos_row + rows > shape.gemm_weight_rows) ||
          d.shift_row + d.tiles > gemm_shift_rows || (d.has_bias && d.bias_row + d.tiles > gemm_bias_rows));
}

inline csr::error_code check(const hls::conv_descriptor& d, const machine_shape& shape) {
  return code(bad_tokens(d.tokens, shape), d.tiles == 0 || d.tiles > shape.channel_words,
              outside(d.x.address, shape) || outside(d.u.address, shape) ||
                  (d.has_state && outside(d.s, shape)) || (d.store_state && outside(d.h, shape)) ||
                  d.p_row + d.tiles > conv_parameter_rows(shape));
}

inline csr::error_code check(const hls::norm_descriptor& d, const machine_shape& shape) {
  return code(bad_tokens(d.tokens, shape), d.tiles == 0 || d.tiles > shape.channel_words,
              outside(d.x.address, shape) || outside(d.y.address, shape) ||
                  d.w_row + 2 * d.tiles > norm_weight_rows(shape));
}

inline csr::error_code check(const hls::hadamard_descriptor& d, const machine_shape& shape) {
  const bool bad_order = d.order >= num_hadamard_orders;
  const bool bad_size = hadamard_order_size(bad_order ? 0 : d.order) << d.log2_beats != 2 * d.tiles ||
                        1 << d.log2_beats > 2 * shape.channel_words;
  const bool bad_rotation = d.pass ? d.order != 0 || d.log2_beats != 0 : bad_order || bad_size;
  return code(bad_tokens(d.tokens, shape), d.tiles == 0 || d.tiles > shape.channel_words || bad_rotation,
              outside(d.x.address, shape) || outside(d.y.address, shape));
}

}  // namespace unit_check_detail

// Every opcode but the scan's; an unknown one, and any of them on a machine without the units, is `opcode`.
inline csr::error_code check_unit_descriptor(const uint32_t (&words)[hls::descriptor_words],
                                             const machine_shape& shape) {
  using unit_check_detail::check;
  if (!shape.has_units()) return csr::error_code::opcode;
  switch (static_cast<hls::unit_opcode>(map::opcode_of(words))) {
    case hls::unit_opcode::load:
    case hls::unit_opcode::store:
      return check(hls::decode_transfer(words), shape);
    case hls::unit_opcode::params:
      return check(hls::decode_params(words), shape);
    case hls::unit_opcode::gemm:
      return check(hls::decode_gemm(words), shape);
    case hls::unit_opcode::conv:
      return check(hls::decode_conv(words), shape);
    case hls::unit_opcode::norm:
      return check(hls::decode_norm(words), shape);
    case hls::unit_opcode::hadamard:
      return check(hls::decode_hadamard(words), shape);
    default:
      return csr::error_code::opcode;
  }
}

}  // namespace scansim
