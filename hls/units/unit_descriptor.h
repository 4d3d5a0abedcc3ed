// Descriptors of the units (sim/PROGRAM.md, section 2): 32 little-endian words like the scan's, told
// apart by the opcode in bits 7..0 of word 0. encode_descriptor() writes one, decode_*() reads one; fields
// wider than their place are cut. Contract: decode(encode(d)) == d for legal fields. Scratch addresses and
// pitches count words, DRAM addresses bytes. `newer`: the newest scratch writes that a fence does not wait
// for.
#pragma once
#include "hls/scan/scan_descriptor.h"

namespace scansim::hls {

enum class unit_opcode : uint32_t {
  scan = descriptor_opcode_scan,
  load = 2,
  store = 3,
  params = 4,
  gemm = 5,
  conv = 6,
  norm = 7,
  hadamard = 8
};

enum class parameter_target : uint32_t {
  weights = 0,
  index = 1,
  shifts = 2,
  bias = 3,
  conv = 4,
  norm = 5,
  gather = 6,
  scatter = 7
};
inline constexpr int num_parameter_targets = 8;

inline constexpr int most_newer_writes = 127;

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
  parameter_target memory = parameter_target::weights;
  uint16_t beats = 0;
  uint8_t n = 0, log2_m = 0, log2_groups = 0, index_bits = 0;  // index; log2_m = log2 M - 2
  uint16_t rows = 0;                                           // index
  uint64_t dram = 0;
};

struct gemm_descriptor {
  bool fence = false, load_x = false, release_x = false, to_z = false, gather = false, scatter = false;
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

namespace descriptor_detail {

using words_t = uint32_t[descriptor_words];

inline void start(words_t& words, unit_opcode opcode, uint32_t flags, bool fence, uint8_t newer) {
  for (uint32_t& w : words) w = 0;
  words[0] = static_cast<uint32_t>(opcode) | flags | fence_bits(fence, newer);
}
inline uint32_t pair(uint16_t low, uint16_t high) { return low | uint32_t{high} << 16; }
inline uint32_t region(const scratch_region& r) { return pair(r.address, r.pitch); }
inline scratch_region region(uint32_t word) {
  return {static_cast<uint16_t>(word), static_cast<uint16_t>(word >> 16)};
}
inline void set_address(words_t& words, uint64_t address) {
  words[4] = static_cast<uint32_t>(address);
  words[5] = static_cast<uint32_t>(address >> 32);
}
inline uint64_t address(const words_t& words) { return words[4] | uint64_t{words[5]} << 32; }
inline bool flag(const words_t& words, int bit) { return (words[0] >> bit & 1u) != 0; }
inline uint16_t low(uint32_t word) { return static_cast<uint16_t>(word); }
inline uint16_t high(uint32_t word) { return static_cast<uint16_t>(word >> 16); }
inline uint8_t bits(uint32_t word, int first, int count) {
  return static_cast<uint8_t>(word >> first & ((1u << count) - 1u));
}

}  // namespace descriptor_detail

inline void encode_descriptor(const transfer_descriptor& d, uint32_t (&words)[descriptor_words]) {
  using namespace descriptor_detail;
  start(words, d.store ? unit_opcode::store : unit_opcode::load, uint32_t{d.drain} << 30, d.fence, d.newer);
  words[1] = pair(d.words, d.scratch);
  set_address(words, d.dram);
}

inline transfer_descriptor decode_transfer(const uint32_t (&words)[descriptor_words]) {
  using namespace descriptor_detail;
  transfer_descriptor d;
  d.store = bits(words[0], 0, 8) == static_cast<uint8_t>(unit_opcode::store);
  d.fence = flag(words, 31), d.drain = flag(words, 30), d.newer = newer_of(words[0]);
  d.words = low(words[1]), d.scratch = high(words[1]);
  d.dram = address(words);
  return d;
}

inline void encode_descriptor(const params_descriptor& d, uint32_t (&words)[descriptor_words]) {
  using namespace descriptor_detail;
  start(words, unit_opcode::params, uint32_t{d.clear} << 8 | uint32_t{d.w4} << 9, false, 0);
  words[1] = d.beats | static_cast<uint32_t>(d.memory) << 16;
  words[2] = d.n | uint32_t{d.log2_m} << 8 | uint32_t{d.log2_groups} << 12 | uint32_t{d.index_bits} << 16;
  words[3] = d.rows;
  set_address(words, d.dram);
}

inline params_descriptor decode_params(const uint32_t (&words)[descriptor_words]) {
  using namespace descriptor_detail;
  params_descriptor d;
  d.clear = flag(words, 8), d.w4 = flag(words, 9);
  d.beats = low(words[1]);
  d.memory = static_cast<parameter_target>(bits(words[1], 16, 3));
  d.n = bits(words[2], 0, 5), d.log2_m = bits(words[2], 8, 2);
  d.log2_groups = bits(words[2], 12, 3), d.index_bits = bits(words[2], 16, 4);
  d.rows = low(words[3]);
  d.dram = address(words);
  return d;
}

inline void encode_descriptor(const gemm_descriptor& d, uint32_t (&words)[descriptor_words]) {
  using namespace descriptor_detail;
  start(words, unit_opcode::gemm,
        uint32_t{d.load_x} << 8 | uint32_t{d.release_x} << 9 | uint32_t{d.to_z} << 10 |
            uint32_t{d.gather} << 11 | uint32_t{d.scatter} << 12,
        d.fence, d.newer);
  words[1] = pair(d.tokens, d.tiles);
  words[2] = d.beats | uint32_t{d.n} << 16 | uint32_t{d.log2_m} << 24 | uint32_t{d.log2_groups} << 28;
  words[3] = d.kind | uint32_t{d.wide} << 2 | uint32_t{d.has_bias} << 3 | uint32_t{d.shift_out} << 8;
  words[4] = pair(d.w_row, d.pos_row);
  words[5] = pair(d.shift_row, d.bias_row);
  words[6] = region(d.x), words[7] = region(d.y), words[8] = region(d.r);
  words[9] = pair(d.k_words, d.x_tokens);
  words[10] = pair(d.x_step, d.y_step), words[11] = d.r_step;
}

inline gemm_descriptor decode_gemm(const uint32_t (&words)[descriptor_words]) {
  using namespace descriptor_detail;
  gemm_descriptor d;
  d.fence = flag(words, 31), d.load_x = flag(words, 8), d.release_x = flag(words, 9);
  d.newer = newer_of(words[0]);
  d.to_z = flag(words, 10), d.gather = flag(words, 11), d.scatter = flag(words, 12);
  d.tokens = low(words[1]), d.tiles = high(words[1]), d.beats = low(words[2]);
  d.n = bits(words[2], 16, 5), d.log2_m = bits(words[2], 24, 2), d.log2_groups = bits(words[2], 28, 3);
  d.kind = bits(words[3], 0, 2), d.wide = bits(words[3], 2, 1) != 0, d.has_bias = bits(words[3], 3, 1) != 0;
  d.shift_out = bits(words[3], 8, 5);
  d.w_row = low(words[4]), d.pos_row = high(words[4]);
  d.shift_row = low(words[5]), d.bias_row = high(words[5]);
  d.x = region(words[6]), d.y = region(words[7]), d.r = region(words[8]);
  d.k_words = low(words[9]), d.x_tokens = high(words[9]);
  d.x_step = low(words[10]), d.y_step = high(words[10]), d.r_step = low(words[11]);
  return d;
}

inline void encode_descriptor(const conv_descriptor& d, uint32_t (&words)[descriptor_words]) {
  using namespace descriptor_detail;
  start(words, unit_opcode::conv,
        uint32_t{d.has_state} << 8 | uint32_t{d.store_state} << 9 | uint32_t{d.reverse} << 10, d.fence,
        d.newer);
  words[1] = pair(d.tokens, d.tiles);
  words[2] = static_cast<uint32_t>(d.width - 1) | uint32_t{d.shift_out} << 8 | uint32_t{d.silu} << 16;
  words[3] = d.p_row;
  words[6] = region(d.x), words[7] = region(d.u);
  words[8] = pair(d.s, d.h);
}

inline conv_descriptor decode_conv(const uint32_t (&words)[descriptor_words]) {
  using namespace descriptor_detail;
  conv_descriptor d;
  d.fence = flag(words, 31), d.has_state = flag(words, 8), d.store_state = flag(words, 9);
  d.newer = newer_of(words[0]);
  d.reverse = flag(words, 10);
  d.tokens = low(words[1]), d.tiles = high(words[1]);
  d.width = static_cast<uint8_t>(bits(words[2], 0, 2) + 1);
  d.shift_out = bits(words[2], 8, 5), d.silu = bits(words[2], 16, 1) != 0;
  d.p_row = low(words[3]);
  d.x = region(words[6]), d.u = region(words[7]);
  d.s = low(words[8]), d.h = high(words[8]);
  return d;
}

inline void encode_descriptor(const norm_descriptor& d, uint32_t (&words)[descriptor_words]) {
  using namespace descriptor_detail;
  start(words, unit_opcode::norm, 0, d.fence, d.newer);
  words[1] = pair(d.tokens, d.tiles);
  words[2] = static_cast<uint32_t>(d.shift) & 0x7fu;
  words[3] = static_cast<uint32_t>(d.eps_sum);
  words[4] = static_cast<uint32_t>(d.eps_sum >> 32) & 0xffffu;
  words[5] = d.w_row;
  words[6] = region(d.x), words[7] = region(d.y);
}

inline norm_descriptor decode_norm(const uint32_t (&words)[descriptor_words]) {
  using namespace descriptor_detail;
  norm_descriptor d;
  d.fence = flag(words, 31), d.newer = newer_of(words[0]);
  d.tokens = low(words[1]), d.tiles = high(words[1]);
  const int shift = bits(words[2], 0, 7);
  d.shift = static_cast<int8_t>(shift >= 64 ? shift - 128 : shift);
  d.eps_sum = words[3] | uint64_t{low(words[4])} << 32;
  d.w_row = low(words[5]);
  d.x = region(words[6]), d.y = region(words[7]);
  return d;
}

inline void encode_descriptor(const hadamard_descriptor& d, uint32_t (&words)[descriptor_words]) {
  using namespace descriptor_detail;
  start(words, unit_opcode::hadamard, 0, d.fence, d.newer);
  words[1] = pair(d.tokens, d.tiles);
  words[2] = d.shift | uint32_t{d.log2_beats} << 8 | uint32_t{d.order} << 16 | uint32_t{d.wide} << 24 |
             uint32_t{d.pass} << 25;
  words[6] = region(d.x), words[7] = region(d.y);
}

inline hadamard_descriptor decode_hadamard(const uint32_t (&words)[descriptor_words]) {
  using namespace descriptor_detail;
  hadamard_descriptor d;
  d.fence = flag(words, 31), d.newer = newer_of(words[0]);
  d.tokens = low(words[1]), d.tiles = high(words[1]);
  d.shift = bits(words[2], 0, 5), d.log2_beats = bits(words[2], 8, 4);
  d.order = bits(words[2], 16, 3), d.wide = bits(words[2], 24, 1) != 0;
  d.pass = bits(words[2], 25, 1) != 0;
  d.x = region(words[6]), d.y = region(words[7]);
  return d;
}

}  // namespace scansim::hls
