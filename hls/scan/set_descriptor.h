// The set record (sim/SETS.md): one of the `sets` scans of a scan descriptor, 32 words behind it. Where each
// field lies: map::set_fields of hls/map/descriptor_map.h. Addresses as in a scan descriptor.
#pragma once
#include "hls/map/parameter_map.h"
#include "hls/scan/scan_descriptor.h"
#include "hls/scan/scan_tokens.h"

namespace scansim::hls {

inline constexpr uint32_t descriptor_opcode_set = static_cast<uint32_t>(map::opcode::set);

// Of any machine: the end of the range of max_sets.
constexpr int most_max_sets() {
  for (const parameter_row& row : map::parameters)
    if (std::string_view(row.key) == "max_sets") return row.high;
  return 0;
}
inline constexpr int most_sets = most_max_sets();
static_assert(most_sets < 1 << map::field_of<map::scan_fields>("sets").at.bits);

struct set_descriptor {
  bool softplus = false, gate = false, has_h0 = false, store_state = false, has_list = false, snake = false;
  bool tap_pre = false;                           // C.(a h), before the drive
  bool plain_drive = false, linear_gate = false;  // u B; z in the place of silu(z)
  bool same_delta = false, same_b = false, same_c = false, same_params = false;  // as the set before
  bool own_u = false;                         // else u of the set before, at first of the scan
  uint8_t map_u = 0, map_p = 0, map_out = 0;  // token_map; other codes are illegal
  uint8_t log2_segment = 0;
  uint16_t positions = 0, first_segment = 0;
  uint16_t states = 0;  // N, those that live
  uint16_t base = 0, n0 = 0, n1 = 0;
  int16_t s0 = 0, s1 = 0, s2 = 0;
  scan_shifts shifts;
  uint64_t addr_list = 0, addr_u = 0, addr_delta = 0, addr_b = 0, addr_c = 0, addr_a = 0, addr_db = 0,
           addr_h0 = 0, addr_ht = 0;

  token_walk walk() const {
    return {.positions = positions,
            .u = static_cast<token_map>(map_u),
            .p = static_cast<token_map>(map_p),
            .out = static_cast<token_map>(map_out),
            .has_list = has_list,
            .log2_segment = log2_segment,
            .first_segment = first_segment,
            .affine = {base, n0, n1, s0, s1, s2, snake}};
  }
};

struct set_layout {
  static constexpr const auto& fields = map::set_fields;

  template <class Descriptor, class Visit>
  static constexpr void each(Descriptor& d, Visit visit) {
    visit("softplus", d.softplus), visit("gate", d.gate), visit("has_h0", d.has_h0);
    visit("store_state", d.store_state), visit("has_list", d.has_list), visit("snake", d.snake);
    visit("tap_pre", d.tap_pre), visit("plain_drive", d.plain_drive), visit("linear_gate", d.linear_gate);
    visit("map_u", d.map_u), visit("map_p", d.map_p), visit("map_out", d.map_out);
    visit("same_delta", d.same_delta), visit("same_b", d.same_b), visit("same_c", d.same_c);
    visit("same_params", d.same_params), visit("own_u", d.own_u), visit("addr_u", d.addr_u);
    visit("log2_segment", d.log2_segment), visit("positions", d.positions), visit("states", d.states);
    visit("first_segment", d.first_segment), visit("base", d.base), visit("n0", d.n0), visit("n1", d.n1);
    visit("s0", d.s0), visit("s1", d.s1), visit("s2", d.s2);
    auto& s = d.shifts;
    visit("shift_delta", s.delta), visit("shift_bias", s.bias), visit("shift_z", s.z);
    visit("shift_dt2", s.dt2), visit("shift_du", s.du), visit("shift_skip", s.skip);
    visit("shift_v", s.v), visit("shift_y", s.y), visit("shift_quant", s.quant);
    visit("align_a", s.align_a);
    visit("addr_list", d.addr_list), visit("addr_delta", d.addr_delta), visit("addr_b", d.addr_b);
    visit("addr_c", d.addr_c), visit("addr_a", d.addr_a), visit("addr_db", d.addr_db);
    visit("addr_h0", d.addr_h0), visit("addr_ht", d.addr_ht);
  }
};

inline void encode_descriptor(const set_descriptor& d, uint32_t (&words)[descriptor_words]) {
  map::encode_fields<set_layout>(d, map::opcode::set, words);
}

inline set_descriptor decode_set(const uint32_t (&words)[descriptor_words]) {
  set_descriptor d;
  map::decode_fields<set_layout>(words, d);
  return d;
}

}  // namespace scansim::hls
