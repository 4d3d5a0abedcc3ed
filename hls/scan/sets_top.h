// sets_top: executes a scan descriptor with its set records (sim/SETS.md) on a memory image:
//   for every tile, set, position, lane group:  delta_softplus -> scan_step over all states -> gate_silu ->
//   quantise_shift -> add_output into the tile's rows of y
// Contract: that of scan_top.h; `sets` points at as many records as the descriptor names, all legal, and no
// token has a row beyond those of its tile (the caller checks). It leaves A, {bias, D} and states of the last
// set in `mem`. A sum that leaves the format counts in saturations of y.
#pragma once
#include "hls/scan/scan_top.h"
#include "hls/scan/set_descriptor.h"
#include "hls/scan/state_packing.h"

namespace scansim::hls {

// The walk of a set; its list lies at `list`.
class set_walk {
 public:
  static constexpr bool adds = true;

  set_walk(const set_descriptor& set, const uint8_t* list)
      : stream_(set.walk()), list_(list), positions_(set.positions), has_list_(set.has_list) {}

  int positions() const { return positions_; }
  scan_token next() {
    if (!has_list_) return stream_.next(0);
    const auto entry = static_cast<uint32_t>(load_signed(list_, list_entry_bytes));
    list_ += list_entry_bytes;
    return stream_.next(entry);
  }

 private:
  token_stream stream_;
  const uint8_t* list_;
  int positions_;
  bool has_list_;
};

// Rows of a tile before the first set writes; y points at row 0.
inline void clear_rows(uint8_t* y, int64_t bytes) {
  for (int64_t i = 0; i < bytes; ++i) {
#pragma HLS PIPELINE II = 1
    y[i] = 0;
  }
}

// B or C of a packed scan.
template <class Operand>
inline void load_packed_tokens(const uint8_t* from, int tokens, const state_packing& packing,
                               int operand_bytes, Operand* to) {
  for (int t = 0; t < tokens; ++t) {
    const int row = packing.token_row(t) * packing.states_per_lane + packing.token_first(t);
    for (int s = 0; s < packing.states_per_lane; ++s) {
#pragma HLS PIPELINE II = 1
      const bool lives = s < packing.width();
      *to++ = static_cast<Operand>(lives ? load_signed(from + int64_t{row + s} * operand_bytes, operand_bytes)
                                         : 0);
    }
  }
}

// A of a packed scan.
template <class Operand, class State, int StateCapacity>
inline void load_packed_rates(const uint8_t* a, int groups, const state_packing& packing,
                              const scan_machine& m, scan_memories<Operand, State, StateCapacity>& mem) {
  const int operand_bytes = m.w.operand_bits / 8;
  Operand* to = mem.a;
  for (int k = 0; k < groups; ++k) {
    for (int lane = 0; lane < m.num_lanes; ++lane) {
      const int from =
          (packing.group_row(k) * m.num_lanes + lane) * packing.lane_width() + packing.group_first(k);
      for (int s = 0; s < m.states_per_lane; ++s) {
#pragma HLS PIPELINE II = 1
        const bool lives = s < packing.width();
        *to++ = static_cast<Operand>(lives ? load_signed(a + int64_t{from + s} * operand_bytes, operand_bytes)
                                           : 0);
      }
    }
  }
}

// What a set computes with on chip: B, C, A, {bias, D} and the states before.
template <class Operand, class State, int StateCapacity>
inline void load_set(const uint8_t* memory, const scan_descriptor& desc, const set_descriptor& set,
                     int groups, const tile_offsets& at, const scan_machine& m,
                     scan_memories<Operand, State, StateCapacity>& mem) {
  const int operand_bytes = m.w.operand_bits / 8;
  const int states = desc.passes * m.states_per_lane;
  const tile_groups on_chip{0, groups, desc.passes};
  if (desc.log2_packed > 0) {
    const state_packing packing{m.states_per_lane, m.interleave, desc.log2_packed};
    load_packed_tokens(memory + set.addr_b, desc.chunk_tokens, packing, operand_bytes, mem.b);
    load_packed_tokens(memory + set.addr_c, desc.chunk_tokens, packing, operand_bytes, mem.c);
    load_packed_rates(memory + set.addr_a + at.a, groups, packing, m, mem);
  } else {
    const int values = desc.chunk_tokens * states;
    load_chunk_rows(memory + set.addr_b, values, operand_bytes, mem.b);
    load_chunk_rows(memory + set.addr_c, values, operand_bytes, mem.c);
    load_rates(memory + set.addr_a + at.a, on_chip, m, mem);
  }
  load_biases(memory + set.addr_db + at.db, on_chip, m, mem);
  load_states(set.has_h0, memory + set.addr_h0 + at.state, on_chip, m, mem.h);
  clear_dead(mem.b, desc.chunk_tokens, states, set.states);
  clear_dead(mem.c, desc.chunk_tokens, states, set.states);
  clear_dead(mem.h, groups * m.num_lanes, states, set.states);
}

// One (tile, set), with its u at addr_u.
template <class Steps, class Operand, class State, int StateCapacity>
inline void run_set(const Steps& steps, uint8_t* memory, const scan_descriptor& desc,
                    const set_descriptor& set, uint64_t addr_u, int groups, const tile_offsets& at,
                    const scan_machine& m, scan_memories<Operand, State, StateCapacity>& mem,
                    saturation_counts& sat) {
  const int states = desc.passes * m.states_per_lane;
  const tile_groups on_chip{0, groups, desc.passes};
  load_set(memory, desc, set, groups, at, m, mem);
  const scan_tile tile{on_chip.first,
                       groups,
                       memory + addr_u + at.u,
                       memory + set.addr_delta + at.u,
                       memory + desc.addr_z + at.z,
                       memory + desc.addr_y + at.y};
  const scan_setting setting{set.softplus, set.gate,        set.shifts,
                             set.tap_pre,  set.plain_drive, set.linear_gate};
  scan_any_tile(steps, tile, set_walk(set, memory + set.addr_list), setting, m, states, mem, sat);
  if (set.store_state) store_states(mem.h, on_chip, m, memory + set.addr_ht + at.state);
}

template <class Steps, class Operand, class State, int StateCapacity>
inline void sets_top(const Steps& steps, uint8_t* memory, const scan_descriptor& desc,
                     const set_descriptor* sets, const scan_machine& m,
                     scan_memories<Operand, State, StateCapacity>& mem, saturation_counts& sat) {
#pragma HLS INTERFACE m_axi port = memory offset = slave
#pragma HLS INTERFACE s_axilite port = return
  const int states = desc.passes * m.states_per_lane;
  const int output_bytes = m.w.output_bits / 8;
  const state_packing packing{m.states_per_lane, m.interleave, desc.log2_packed};
  tile_offsets at;
  for (int group = 0; group < desc.lane_groups; group += m.interleave) {
    const int groups = desc.lane_groups - group < m.interleave ? desc.lane_groups - group : m.interleave;
    const int channels = groups * m.num_lanes;
    clear_rows(memory + desc.addr_y + at.y, int64_t{channels} * desc.rest_tokens * output_bytes);
    uint64_t addr_u = desc.addr_u;
    for (int k = 0; k < desc.sets; ++k) {
#pragma HLS LOOP_TRIPCOUNT max = most_sets
      if (sets[k].own_u) addr_u = sets[k].addr_u;
      run_set(steps, memory, desc, sets[k], addr_u, groups, at, m, mem, sat);
    }
    const int64_t rates =
        int64_t{packing.group_rows(groups) * desc.passes} * m.num_lanes * packing.lane_width();
    at.advance(channels, states, rates, desc.chunk_tokens, desc.rest_tokens, m);
  }
}

}  // namespace scansim::hls
