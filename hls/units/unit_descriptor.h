// Descriptors of the units (sim/PROGRAM.md, section 2): 32 little-endian words like the scan's, told
// apart by the opcode in bits 7..0 of word 0. encode_descriptor() writes one, decode_*() reads one; fields
// wider than their place are cut. Where each field lies: hls/map/descriptor_map.h. Contract:
// decode(encode(d)) == d for legal fields. Scratch addresses and pitches count words, DRAM addresses bytes.
// `newer`: the newest scratch writes that a fence does not wait for.
#pragma once
#include "hls/scan/scan_descriptor.h"

namespace scansim::hls {

using unit_opcode = map::opcode;
using map::parameter_target;
inline constexpr int num_parameter_targets = static_cast<int>(std::size(map::parameter_targets));

inline constexpr int most_newer_writes = (1 << map::newer_field.bits) - 1;

struct scratch_region {
  uint16_t address = 0, pitch = 0;
};

struct transfer_descriptor {  // load and store
  bool store = false;
  bool fence = false, drain = false;  // fence: store; drain: load
  uint8_t newer = 0;
  uint16_t words = 0, scratch = 0;
  uint64_t dram = 0;
};

struct params_descriptor {
  bool clear = false, w4 = false;  // w4: weights of 4 bits, multiplied out while they are loaded
  bool slots = false;  // with clear, weights and positions: two slots that take turns (sim/PROGRAM.md, 2.3)
  parameter_target memory = parameter_target::weights;
  uint16_t beats = 0;
  uint8_t n = 0, log2_m = 0, log2_groups = 0, index_bits = 0;  // index; log2_m = log2 M - 2
  uint16_t rows = 0;                                           // index
  uint64_t dram = 0;
};

struct gemm_descriptor {
  bool fence = false, load_x = false, release_x = false, to_z = false, gather = false, scatter = false;
  bool release_w = false;  // weights in slots
  uint8_t newer = 0;
  uint16_t tokens = 0, tiles = 0, beats = 0;
  uint8_t n = 0, log2_m = 0, log2_groups = 0;  // log2_m = log2 M - 2
  uint8_t kind = 0, shift_out = 0;             // kind: hls::gemm_epilogue_kind
  bool wide = false, has_bias = false;
  uint16_t w_row = 0, pos_row = 0, shift_row = 0, bias_row = 0;
  scratch_region x, y, r;
  uint16_t k_words = 0, x_tokens = 0;
  uint16_t x_step = 1, y_step = 1, r_step = 2;  // words from token to token
};

struct conv_descriptor {
  bool fence = false, has_state = false, store_state = false, reverse = false;
  uint8_t newer = 0;
  uint16_t tokens = 0, tiles = 0;
  uint8_t width = 0;  // 2..4
  uint8_t shift_out = 0;
  bool silu = false;
  uint16_t p_row = 0;
  scratch_region x, u;
  uint16_t s = 0, h = 0;
};

struct norm_descriptor {
  bool fence = false;
  uint8_t newer = 0;
  uint16_t tokens = 0, tiles = 0;
  int8_t shift = 0;  // -64..63
  uint64_t eps_sum = 0;
  uint16_t w_row = 0;
  scratch_region x, y;
};

struct hadamard_descriptor {
  bool fence = false;
  uint8_t newer = 0;
  uint16_t tokens = 0, tiles = 0;
  uint8_t shift = 0, log2_beats = 0, order = 0;
  bool wide = false;
  bool pass = false;  // requantises only; order and log2_beats 0
  scratch_region x, y;
};

struct transfer_layout {
  static constexpr const auto& fields = map::transfer_fields;

  template <class Descriptor, class Visit>
  static constexpr void each(Descriptor& d, Visit visit) {
    visit("drain", d.drain), visit("fence", d.fence), visit("newer", d.newer);
    visit("words", d.words), visit("scratch", d.scratch), visit("dram", d.dram);
  }
};

struct params_layout {
  static constexpr const auto& fields = map::params_fields;

  template <class Descriptor, class Visit>
  static constexpr void each(Descriptor& d, Visit visit) {
    visit("clear", d.clear), visit("w4", d.w4), visit("slots", d.slots), visit("memory", d.memory),
        visit("beats", d.beats);
    visit("n", d.n), visit("log2_m", d.log2_m), visit("log2_groups", d.log2_groups);
    visit("index_bits", d.index_bits), visit("rows", d.rows), visit("dram", d.dram);
  }
};

struct gemm_layout {
  static constexpr const auto& fields = map::gemm_fields;

  template <class Descriptor, class Visit>
  static constexpr void each(Descriptor& d, Visit visit) {
    visit("fence", d.fence), visit("load_x", d.load_x), visit("release_x", d.release_x);
    visit("to_z", d.to_z), visit("gather", d.gather), visit("scatter", d.scatter);
    visit("release_w", d.release_w);
    visit("newer", d.newer), visit("tokens", d.tokens), visit("tiles", d.tiles);
    visit("beats", d.beats), visit("n", d.n), visit("log2_m", d.log2_m);
    visit("log2_groups", d.log2_groups), visit("kind", d.kind), visit("shift_out", d.shift_out);
    visit("wide", d.wide), visit("has_bias", d.has_bias), visit("w_row", d.w_row);
    visit("pos_row", d.pos_row), visit("shift_row", d.shift_row), visit("bias_row", d.bias_row);
    visit("x", d.x.address), visit("x_pitch", d.x.pitch);
    visit("y", d.y.address), visit("y_pitch", d.y.pitch);
    visit("r", d.r.address), visit("r_pitch", d.r.pitch), visit("k_words", d.k_words);
    visit("x_tokens", d.x_tokens), visit("x_step", d.x_step), visit("y_step", d.y_step);
    visit("r_step", d.r_step);
  }
};

struct conv_layout {
  static constexpr const auto& fields = map::conv_fields;

  template <class Descriptor, class Visit>
  static constexpr void each(Descriptor& d, Visit visit) {
    visit("fence", d.fence), visit("has_state", d.has_state), visit("store_state", d.store_state);
    visit("reverse", d.reverse), visit("newer", d.newer), visit("tokens", d.tokens);
    visit("tiles", d.tiles), visit("width", d.width), visit("shift_out", d.shift_out);
    visit("silu", d.silu), visit("p_row", d.p_row);
    visit("x", d.x.address), visit("x_pitch", d.x.pitch);
    visit("u", d.u.address), visit("u_pitch", d.u.pitch), visit("s", d.s), visit("h", d.h);
  }
};

struct norm_layout {
  static constexpr const auto& fields = map::norm_fields;

  template <class Descriptor, class Visit>
  static constexpr void each(Descriptor& d, Visit visit) {
    visit("fence", d.fence), visit("newer", d.newer), visit("tokens", d.tokens);
    visit("tiles", d.tiles), visit("shift", d.shift), visit("eps_sum", d.eps_sum);
    visit("w_row", d.w_row), visit("x", d.x.address), visit("x_pitch", d.x.pitch);
    visit("y", d.y.address), visit("y_pitch", d.y.pitch);
  }
};

struct hadamard_layout {
  static constexpr const auto& fields = map::hadamard_fields;

  template <class Descriptor, class Visit>
  static constexpr void each(Descriptor& d, Visit visit) {
    visit("fence", d.fence), visit("newer", d.newer), visit("tokens", d.tokens);
    visit("tiles", d.tiles), visit("shift", d.shift), visit("log2_beats", d.log2_beats);
    visit("order", d.order), visit("wide", d.wide), visit("pass", d.pass);
    visit("x", d.x.address), visit("x_pitch", d.x.pitch);
    visit("y", d.y.address), visit("y_pitch", d.y.pitch);
  }
};

inline void encode_descriptor(const transfer_descriptor& d, uint32_t (&words)[descriptor_words]) {
  map::encode_fields<transfer_layout>(d, d.store ? unit_opcode::store : unit_opcode::load, words);
}

inline transfer_descriptor decode_transfer(const uint32_t (&words)[descriptor_words]) {
  transfer_descriptor d;
  map::decode_fields<transfer_layout>(words, d);
  d.store = map::opcode_of(words) == static_cast<uint32_t>(unit_opcode::store);
  return d;
}

inline void encode_descriptor(const params_descriptor& d, uint32_t (&words)[descriptor_words]) {
  map::encode_fields<params_layout>(d, unit_opcode::params, words);
}

inline params_descriptor decode_params(const uint32_t (&words)[descriptor_words]) {
  params_descriptor d;
  map::decode_fields<params_layout>(words, d);
  return d;
}

inline void encode_descriptor(const gemm_descriptor& d, uint32_t (&words)[descriptor_words]) {
  map::encode_fields<gemm_layout>(d, unit_opcode::gemm, words);
}

inline gemm_descriptor decode_gemm(const uint32_t (&words)[descriptor_words]) {
  gemm_descriptor d;
  map::decode_fields<gemm_layout>(words, d);
  return d;
}

inline void encode_descriptor(const conv_descriptor& d, uint32_t (&words)[descriptor_words]) {
  map::encode_fields<conv_layout>(d, unit_opcode::conv, words);
}

inline conv_descriptor decode_conv(const uint32_t (&words)[descriptor_words]) {
  conv_descriptor d;
  map::decode_fields<conv_layout>(words, d);
  return d;
}

inline void encode_descriptor(const norm_descriptor& d, uint32_t (&words)[descriptor_words]) {
  map::encode_fields<norm_layout>(d, unit_opcode::norm, words);
}

inline norm_descriptor decode_norm(const uint32_t (&words)[descriptor_words]) {
  norm_descriptor d;
  map::decode_fields<norm_layout>(words, d);
  return d;
}

inline void encode_descriptor(const hadamard_descriptor& d, uint32_t (&words)[descriptor_words]) {
  map::encode_fields<hadamard_layout>(d, unit_opcode::hadamard, words);
}

inline hadamard_descriptor decode_hadamard(const uint32_t (&words)[descriptor_words]) {
  hadamard_descriptor d;
  map::decode_fields<hadamard_layout>(words, d);
  return d;
}

}  // namespace scansim::hls
