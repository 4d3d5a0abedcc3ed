// The scan descriptor: 32 little-endian words (128 bytes) in memory, written by the driver, read by the
// sequencer. One descriptor = one independent scan over `lane_groups` x num_lanes channels that share B and
// C. Addresses are byte addresses, aligned to an AXI beat. Where each field lies: map::scan_fields of
// hls/map/descriptor_map.h. sim/README.md gives the memory layout of every region.
#pragma once
#include <cstdint>

#include "hls/map/descriptor_fields.h"

namespace scansim::hls {

using map::descriptor_words;
inline constexpr int descriptor_bytes = 4 * descriptor_words;
inline constexpr uint32_t descriptor_opcode_scan = static_cast<uint32_t>(map::opcode::scan);

struct scan_shifts {    // hls/README.md, "Scales"; every field is the amount of one rounding right shift
  uint8_t delta = 0;    // x    = delta << 16 >> delta
  uint8_t bias = 0;     //      + bias << 16 >> bias
  uint8_t z = 0;        // argument of sigmoid = z << 16 >> z
  uint8_t dt2 = 0;      // dt2  = dt * log2e >> dt2
  uint8_t du = 0;       // du   = dt * u >> du
  uint8_t skip = 0;     // skip = (D * u) << 16 >> skip
  uint8_t v = 0;        // v    = (C.h + skip) >> v
  uint8_t y = 0;        // y    = v * gate >> y
  uint8_t quant = 0;    // 8-bit output: y >> quant
  uint8_t align_a = 0;  // 8-bit operands: rate = max(-A, 0) << 2 * align_a
};

struct scan_descriptor {
  bool softplus = false;  // dt = softplus(delta + bias), else dt = max(delta + bias, 0)
  bool has_z = false;
  bool has_h0 = false;       // initial state read from addr_h0, else zero
  bool store_state = false;  // final state written to addr_ht
  bool reverse = false;      // tokens from last to first
  bool load_params = false;  // read A, D, bias (first_group > 0: more); else those on chip are used
  // With the units only (sim/PROGRAM.md):
  bool local = false;        // u, delta, z, B, C, y in the scratch memory
  bool resume = false;       // the first chunk goes on from the state on chip
  bool keep = false;         // the last chunk leaves its state on chip
  bool z_gemm = false;       // z comes from the gemm descriptor before, tile by tile
  uint8_t newer = 0;         // the newest scratch writes that the fence leaves out
  bool banked = false;       // a state kept in the state memory even if the scan is one tile
  bool fence = false;        // the first scratch read waits for all scratch writes before
  uint16_t lane_groups = 0;  // groups of num_lanes channels
  uint16_t first_group = 0;  // of those on chip (rows of A, {bias, D} and states) the first
  uint8_t passes = 0;        // ceil(N / states_per_lane)
  uint16_t states = 0;       // N, those that live; 0: all of the passes (a set has a number of its own)
  uint32_t num_chunks = 0;
  uint16_t chunk_tokens = 0;  // tokens of a full chunk
  uint16_t rest_tokens = 0;   // tokens of the chunk that is last in memory
  uint8_t sets = 0;           // K, set records behind it (set_descriptor.h); 0: a single scan
  uint8_t log2_packed = 0;    // with sets: rows of B, C and A are packed (state_packing.h)
  scan_shifts shifts;
  uint64_t addr_u = 0, addr_delta = 0, addr_z = 0;  // first chunk processed
  uint64_t addr_b = 0, addr_c = 0;                  // first chunk processed
  uint64_t addr_a = 0, addr_db = 0, addr_h0 = 0;
  uint64_t addr_y = 0, addr_ht = 0;
  int32_t stride_u = 0, stride_bc = 0, stride_y = 0;  // bytes from one chunk processed to the next
};

struct scan_layout {
  static constexpr const auto& fields = map::scan_fields;

  template <class Descriptor, class Visit>
  static constexpr void each(Descriptor& d, Visit visit) {
    visit("softplus", d.softplus), visit("has_z", d.has_z), visit("has_h0", d.has_h0);
    visit("store_state", d.store_state), visit("reverse", d.reverse), visit("load_params", d.load_params);
    visit("local", d.local), visit("resume", d.resume), visit("keep", d.keep), visit("z_gemm", d.z_gemm);
    visit("newer", d.newer), visit("banked", d.banked), visit("fence", d.fence);
    visit("lane_groups", d.lane_groups), visit("first_group", d.first_group), visit("passes", d.passes);
    visit("num_chunks", d.num_chunks), visit("chunk_tokens", d.chunk_tokens);
    visit("rest_tokens", d.rest_tokens);
    auto& s = d.shifts;
    visit("shift_delta", s.delta), visit("shift_bias", s.bias), visit("shift_z", s.z);
    visit("shift_dt2", s.dt2), visit("shift_du", s.du), visit("shift_skip", s.skip);
    visit("shift_v", s.v), visit("shift_y", s.y), visit("shift_quant", s.quant);
    visit("align_a", s.align_a), visit("sets", d.sets), visit("log2_packed", d.log2_packed);
    visit("states", d.states);
    visit("addr_u", d.addr_u), visit("addr_delta", d.addr_delta), visit("addr_z", d.addr_z);
    visit("addr_b", d.addr_b), visit("addr_c", d.addr_c), visit("addr_a", d.addr_a);
    visit("addr_db", d.addr_db), visit("addr_h0", d.addr_h0), visit("addr_y", d.addr_y);
    visit("addr_ht", d.addr_ht), visit("stride_u", d.stride_u), visit("stride_bc", d.stride_bc);
    visit("stride_y", d.stride_y);
  }
};

inline void encode_descriptor(const scan_descriptor& d, uint32_t (&words)[descriptor_words]) {
  map::encode_fields<scan_layout>(d, map::opcode::scan, words);
}

inline scan_descriptor decode_descriptor(const uint32_t (&words)[descriptor_words]) {
  scan_descriptor d;
  map::decode_fields<scan_layout>(words, d);
  return d;
}

// N of a scan without sets.
inline int live_states(const scan_descriptor& d, int states_per_lane) {
  return d.states > 0 ? d.states : d.passes * states_per_lane;
}

// A state that a scan leaves for a later chunk or scan waits in the slot file, else in the state memory.
inline bool keeps_in_slots(const scan_descriptor& d, int interleave) {
  return d.lane_groups <= interleave && !d.banked;
}

}  // namespace scansim::hls
