// The scan descriptor: 32 little-endian words (128 bytes) in memory, written by the driver, read by the
// sequencer. One descriptor = one independent scan over `lane_groups` x num_lanes channels that share B and
// C. Addresses are byte addresses, aligned to an AXI beat. sim/README.md gives the memory layout of every
// region.
#pragma once
#include <cstdint>

namespace scansim::hls {

inline constexpr int descriptor_words = 32;
inline constexpr int descriptor_bytes = 4 * descriptor_words;
inline constexpr uint32_t descriptor_opcode_scan = 1;

struct scan_shifts {  // hls/README.md, "Scales"; every field is the amount of one rounding right shift
  uint8_t delta = 0;  // x    = delta << 16 >> delta
  uint8_t bias = 0;   //      + bias << 16 >> bias
  uint8_t z = 0;      // argument of sigmoid = z << 16 >> z
  uint8_t dt2 = 0;    // dt2  = dt * log2e >> dt2
  uint8_t du = 0;     // du   = dt * u >> du
  uint8_t skip = 0;   // skip = (D * u) << 16 >> skip
  uint8_t v = 0;      // v    = (C.h + skip) >> v
  uint8_t y = 0;      // y    = v * gate >> y
  uint8_t quant = 0;  // 8-bit output: y >> quant
};

struct scan_descriptor {
  // word 0: opcode in bits 7..0, then one flag per bit
  bool softplus = false;     // 8: dt = softplus(delta + bias), else dt = max(delta + bias, 0)
  bool has_z = false;        // 9
  bool has_h0 = false;       // 10: initial state read from addr_h0, else zero
  bool store_state = false;  // 11: final state written to addr_ht
  bool reverse = false;      // 12: tokens from last to first
  bool load_params = false;  // 13: read A, D, bias (first_group > 0: more); else those on chip are used
  // With the units only (sim/PROGRAM.md):
  bool local = false;         // 14: u, delta, z, B, C, y in the scratch memory
  bool resume = false;        // 15: the first chunk goes on from the state on chip
  bool keep = false;          // 16: the last chunk leaves its state on chip
  bool z_gemm = false;        // 17: z comes from the gemm descriptor before, tile by tile
  uint8_t newer = 0;          // 24..18: the newest scratch writes that the fence leaves out
  bool banked = false;        // 26: a state kept in the state memory even if the scan is one tile
  bool fence = false;         // 31: the first scratch read waits for all scratch writes before
  uint16_t lane_groups = 0;   // word 1 low: groups of num_lanes channels
  uint16_t first_group = 0;   // word 1 high: of those on chip (rows of A, {bias, D} and states) the first
  uint8_t passes = 0;         // word 2: ceil(N / states_per_lane)
  uint32_t num_chunks = 0;    // word 3
  uint16_t chunk_tokens = 0;  // word 4 low: tokens of a full chunk
  uint16_t rest_tokens = 0;   // word 4 high: tokens of the chunk that is last in memory
  scan_shifts shifts;         // words 5..7, one byte each in the order of the struct
  uint64_t addr_u = 0, addr_delta = 0, addr_z = 0;  // words 8..13: first chunk processed
  uint64_t addr_b = 0, addr_c = 0;                  // words 14..17: first chunk processed
  uint64_t addr_a = 0, addr_db = 0, addr_h0 = 0;    // words 18..23
  uint64_t addr_y = 0, addr_ht = 0;                 // words 24..27
  int32_t stride_u = 0, stride_bc = 0,
          stride_y = 0;  // words 28..30: bytes from one chunk processed to the next
};

constexpr uint32_t fence_bits(bool fence, uint8_t newer) {
  return uint32_t{newer & 0x7fu} << 18 | uint32_t{fence} << 31;
}
constexpr uint8_t newer_of(uint32_t word0) { return static_cast<uint8_t>(word0 >> 18 & 0x7fu); }

inline void encode_descriptor(const scan_descriptor& d, uint32_t (&words)[descriptor_words]) {
  for (uint32_t& w : words) w = 0;
  words[0] = descriptor_opcode_scan | uint32_t{d.softplus} << 8 | uint32_t{d.has_z} << 9 |
             uint32_t{d.has_h0} << 10 | uint32_t{d.store_state} << 11 | uint32_t{d.reverse} << 12 |
             uint32_t{d.load_params} << 13 | uint32_t{d.local} << 14 | uint32_t{d.resume} << 15 |
             uint32_t{d.keep} << 16 | uint32_t{d.z_gemm} << 17 | uint32_t{d.banked} << 26 |
             fence_bits(d.fence, d.newer);
  words[1] = d.lane_groups | uint32_t{d.first_group} << 16;
  words[2] = d.passes;
  words[3] = d.num_chunks;
  words[4] = d.chunk_tokens | uint32_t{d.rest_tokens} << 16;
  const scan_shifts& s = d.shifts;
  words[5] = s.delta | uint32_t{s.bias} << 8 | uint32_t{s.z} << 16 | uint32_t{s.dt2} << 24;
  words[6] = s.du | uint32_t{s.skip} << 8 | uint32_t{s.v} << 16 | uint32_t{s.y} << 24;
  words[7] = s.quant;
  const uint64_t addresses[10] = {d.addr_u, d.addr_delta, d.addr_z,  d.addr_b, d.addr_c,
                                  d.addr_a, d.addr_db,    d.addr_h0, d.addr_y, d.addr_ht};
  for (int i = 0; i < 10; ++i) {
    words[8 + 2 * i] = static_cast<uint32_t>(addresses[i]);
    words[9 + 2 * i] = static_cast<uint32_t>(addresses[i] >> 32);
  }
  words[28] = static_cast<uint32_t>(d.stride_u);
  words[29] = static_cast<uint32_t>(d.stride_bc);
  words[30] = static_cast<uint32_t>(d.stride_y);
}

inline scan_descriptor decode_descriptor(const uint32_t (&words)[descriptor_words]) {
  scan_descriptor d;
  const auto flag = [&](int bit) { return (words[0] >> bit & 1u) != 0; };
  d.softplus = flag(8);
  d.has_z = flag(9);
  d.has_h0 = flag(10);
  d.store_state = flag(11);
  d.reverse = flag(12);
  d.load_params = flag(13);
  d.local = flag(14);
  d.resume = flag(15);
  d.keep = flag(16);
  d.z_gemm = flag(17);
  d.newer = newer_of(words[0]);
  d.banked = flag(26);
  d.fence = flag(31);
  d.lane_groups = static_cast<uint16_t>(words[1]);
  d.first_group = static_cast<uint16_t>(words[1] >> 16);
  d.passes = static_cast<uint8_t>(words[2]);
  d.num_chunks = words[3];
  d.chunk_tokens = static_cast<uint16_t>(words[4]);
  d.rest_tokens = static_cast<uint16_t>(words[4] >> 16);
  const auto byte = [&](int word, int index) { return static_cast<uint8_t>(words[word] >> (8 * index)); };
  d.shifts = {byte(5, 0), byte(5, 1), byte(5, 2), byte(5, 3), byte(6, 0),
              byte(6, 1), byte(6, 2), byte(6, 3), byte(7, 0)};
  const auto address = [&](int i) {
    return words[8 + 2 * i] | static_cast<uint64_t>(words[9 + 2 * i]) << 32;
  };
  d.addr_u = address(0);
  d.addr_delta = address(1);
  d.addr_z = address(2);
  d.addr_b = address(3);
  d.addr_c = address(4);
  d.addr_a = address(5);
  d.addr_db = address(6);
  d.addr_h0 = address(7);
  d.addr_y = address(8);
  d.addr_ht = address(9);
  d.stride_u = static_cast<int32_t>(words[28]);
  d.stride_bc = static_cast<int32_t>(words[29]);
  d.stride_y = static_cast<int32_t>(words[30]);
  return d;
}

// A state that a scan leaves for a later chunk or scan waits in the slot file, else in the state memory.
inline bool keeps_in_slots(const scan_descriptor& d, int interleave) {
  return d.lane_groups <= interleave && !d.banked;
}

}  // namespace scansim::hls
