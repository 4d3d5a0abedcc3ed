// scan_top: executes one scan descriptor on a memory image: the arithmetic of a whole run without its timing.
//   for every chunk, tile, token, lane group:  delta_softplus -> scan_step over all states -> gate_silu ->
//   quantise_shift
// Contract: the memory layout and the order of tokens are those of sim/README.md; lanes that only pad are
// computed like all others, states that do not live are not, so y, h_last and the saturation counts are the
// machine's. The descriptor is legal and all its addresses lie inside the image (the caller checks).
// Parameters stay in `mem` for descriptors without load_params, and the state of a scan with keep for one
// with resume (as many states per channel). All operands lie in the image: local and z_gemm are the caller's;
// a descriptor with sets is sets_top.h's. This is the synthesizable top: static bounds, no heap, no
// exceptions, no library containers. It counts no events. Steps: lane_steps<Wide> of scan_serial.h. Operand:
// the type operands are kept in, at least operand_bits wide. State, Wide: as in scan_serial.h.
#pragma once
#include "hls/scan/add_output.h"
#include "hls/scan/delta_softplus.h"
#include "hls/scan/gate_silu.h"
#include "hls/scan/quantise_shift.h"
#include "hls/scan/scan_descriptor.h"
#include "hls/scan/scan_serial.h"
#include "hls/scan/scan_tokens.h"

namespace scansim::hls {

inline constexpr int max_lanes = 64;
inline constexpr int max_chunk_tokens = 256;

// The design point as far as results depend on it.
struct scan_machine {
  int num_lanes, states_per_lane, interleave, axi_bytes;
  widths w;
};

// Everything on chip that outlives a row. Rows of `a` and `h`: [lane group][lane][state]; of bias and d:
// [lane group][lane].
template <class Operand, class State, int StateCapacity>
struct scan_memories {
  Operand a[StateCapacity];
  State h[StateCapacity];
  int16_t bias[StateCapacity], d[StateCapacity];
  Operand b[max_chunk_tokens * max_states], c[max_chunk_tokens * max_states];
};

inline int32_t load_signed(const uint8_t* at, int bytes) {
  uint32_t word = at[0];
  if (bytes == 1) return static_cast<int8_t>(word);
  word |= uint32_t{at[1]} << 8;
  if (bytes == 2) return static_cast<int16_t>(word);
  return static_cast<int32_t>(word | uint32_t{at[2]} << 16 | uint32_t{at[3]} << 24);
}

inline void store_signed(uint8_t* at, int32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) at[i] = static_cast<uint8_t>(static_cast<uint32_t>(value) >> (8 * i));
}

// A job's size: whole beats of the memory port.
inline uint64_t whole_beats(uint64_t bytes, int axi_bytes) {
  const auto beat = static_cast<uint64_t>(axi_bytes);
  return (bytes + beat - 1) / beat * beat;
}

// Calls f(index in on-chip order, byte offset in memory) for every state of a tile: memory order is
// [k][pass][lane][state].
template <class Function>
inline void for_each_state(int first_group, int groups, int passes, const scan_machine& m, int bytes,
                           Function f) {
  const int states = passes * m.states_per_lane;
  uint64_t offset = 0;
  for (int k = 0; k < groups; ++k) {
    for (int p = 0; p < passes; ++p) {
      for (int lane = 0; lane < m.num_lanes; ++lane) {
        const int row = ((first_group + k) * m.num_lanes + lane) * states + p * m.states_per_lane;
        for (int s = 0; s < m.states_per_lane; ++s) {
#pragma HLS PIPELINE II = 1
          f(row + s, offset);
          offset += static_cast<uint64_t>(bytes);
        }
      }
    }
  }
}

// What a scan computes with, beside its operands.
struct scan_setting {
  bool softplus, gate;
  scan_shifts shifts;
  bool tap_pre = false, plain_drive = false, linear_gate = false;  // of sets alone
};

// One tile: `groups` lane groups from first_group on chip; u, delta, z and y point at its row 0.
struct scan_tile {
  int first_group, groups;
  const uint8_t *u, *delta, *z;
  uint8_t* y;
};

// A walk gives the tokens of a tile in their order; `adds`: y is added to what its row holds. This one is
// that of a scan without sets.
class plain_walk {
 public:
  static constexpr bool adds = false;

  plain_walk(int tokens, bool reverse) : tokens_(tokens), reverse_(reverse) {}
  int positions() const { return tokens_; }
  scan_token next() {
    const auto t = static_cast<uint16_t>(reverse_ ? tokens_ - 1 - position_ : position_);
    const bool first = position_++ == 0;
    return {t, t, t, first, position_ == tokens_, false, false, false};
  }

 private:
  int tokens_, position_ = 0;
  bool reverse_;
};

// One value per lane. A loop over lanes reads and writes only such rows, so that it vectorises.
template <class Operand>
struct lane_operands {
  Operand u[max_lanes], delta[max_lanes], z[max_lanes];
};
struct lane_products {
  uint32_t dt2[max_lanes];
  int32_t du[max_lanes];
  int64_t skip[max_lanes];
};

template <class Operand>
inline void load_lanes(const uint8_t* from, int lanes, int bytes, Operand* to) {
  for (int lane = 0; lane < lanes; ++lane) {
#pragma HLS UNROLL
    to[lane] = static_cast<Operand>(load_signed(from + lane * bytes, bytes));
  }
}

template <int Bytes>
inline void store_lanes(const int16_t* from, int lanes, uint8_t* to) {
  for (int lane = 0; lane < lanes; ++lane) {
#pragma HLS UNROLL
    store_signed(to + lane * Bytes, from[lane], Bytes);
  }
}

template <int Bytes>
inline void add_lanes(const int16_t* more, int lanes, uint8_t* y, saturation_counts& sat) {
  uint64_t clipped = 0;
  for (int lane = 0; lane < lanes; ++lane) {
#pragma HLS UNROLL
    const int32_t before = load_signed(y + lane * Bytes, Bytes);
    const int32_t sum = add_output(before, more[lane], 8 * Bytes);
    clipped += static_cast<uint64_t>(sum != before + more[lane]);
    store_signed(y + lane * Bytes, sum, Bytes);
  }
  sat.y += clipped;
}

// Into the row of y that begins at channel `row` of the tile.
template <bool Adds>
inline void put_lanes(const int16_t* from, int lanes, int bytes, uint8_t* y, int64_t row,
                      saturation_counts& sat) {
  uint8_t* to = y + row * bytes;
  if constexpr (Adds) {
    bytes == 1 ? add_lanes<1>(from, lanes, to, sat) : add_lanes<2>(from, lanes, to, sat);
  } else {
    bytes == 1 ? store_lanes<1>(from, lanes, to) : store_lanes<2>(from, lanes, to);
  }
}

template <bool Softplus, bool Plain, class Operand>
inline void delta_lanes(const lane_operands<Operand>& in, const int16_t* bias, const int16_t* d, int lanes,
                        const scan_shifts& shifts, const widths& w, lane_products& out,
                        saturation_counts& sat) {
  saturation_counts counts;
  for (int lane = 0; lane < lanes; ++lane) {
#pragma HLS UNROLL
    const delta_result r =
        delta_softplus(in.delta[lane], in.u[lane], bias[lane], d[lane], Softplus, shifts, w, counts, Plain);
    out.dt2[lane] = r.dt2;
    out.du[lane] = r.du;
    out.skip[lane] = r.skip;
  }
  sat.delta += counts.delta;
  sat.du += counts.du;
  sat.skip += counts.skip;
}

// Plain: of one of several scans alone.
template <class Operand>
inline void delta_row(const lane_operands<Operand>& in, const int16_t* bias, const int16_t* d, int lanes,
                      bool softplus, bool plain, const scan_shifts& shifts, const widths& w,
                      lane_products& out, saturation_counts& sat) {
  if (plain) {
    softplus ? delta_lanes<true, true>(in, bias, d, lanes, shifts, w, out, sat)
             : delta_lanes<false, true>(in, bias, d, lanes, shifts, w, out, sat);
  } else {
    softplus ? delta_lanes<true, false>(in, bias, d, lanes, shifts, w, out, sat)
             : delta_lanes<false, false>(in, bias, d, lanes, shifts, w, out, sat);
  }
}

// {dt2, du} of a token whose state stays as it is.
inline void hold_lanes(int lanes, lane_products& products) {
  for (int lane = 0; lane < lanes; ++lane) {
#pragma HLS UNROLL
    products.dt2[lane] = 0;
    products.du[lane] = 0;
  }
}

template <class State>
inline void clear_states(State* h, int count) {
  for (int i = 0; i < count; ++i) {
#pragma HLS PIPELINE II = 1
    h[i] = 0;
  }
}

// C.(a h) of a row, which leaves the states alone: the step without its drive, where nothing saturates.
template <class Steps, class Operand, class State>
inline void readout_before(const Steps& steps, const step_row<Operand, State>& row,
                           const scan_constants& constants) {
  State kept[max_states];
  const int32_t none[1] = {0};
  uint64_t unclipped = 0;
  for (int lane = 0; lane < row.lanes; ++lane) {
    for (int n = 0; n < row.states; ++n) {
#pragma HLS UNROLL
      kept[n] = row.h[lane * row.states + n];
    }
    steps(step_row<Operand, State>{1, row.states, row.dt2 + lane, none, row.a + lane * row.states, row.b,
                                   row.c, kept, nullptr, row.sums + lane},
          constants, unclipped);
  }
}

template <gate_kind Gate, class Operand>
inline void gate_lanes(const int64_t* acc, const int64_t* skip, const Operand* z, int lanes,
                       const scan_shifts& shifts, const widths& w, int16_t* y, saturation_counts& sat) {
  saturation_counts counts;
  for (int lane = 0; lane < lanes; ++lane) {
#pragma HLS UNROLL
    const int32_t gate_input = Gate == gate_kind::none ? 0 : z[lane];
    int32_t value = gate_silu(acc[lane], skip[lane], gate_input, Gate, shifts, w, counts);
    if (w.output_bits == 8) value = quantise_shift(value, shifts.quant, counts);
    y[lane] = static_cast<int16_t>(value);
  }
  sat.v += counts.v;
  sat.y += counts.y;
  sat.quant += counts.quant;
}

// z: of the row, with a gate.
template <class Operand>
inline void gate_row(const int64_t* acc, const int64_t* skip, const Operand* z, int lanes, gate_kind gate,
                     const scan_shifts& shifts, const widths& w, int16_t* y, saturation_counts& sat) {
  if (gate == gate_kind::none) {
    gate_lanes<gate_kind::none>(acc, skip, z, lanes, shifts, w, y, sat);
  } else if (gate == gate_kind::linear) {
    gate_lanes<gate_kind::linear>(acc, skip, z, lanes, shifts, w, y, sat);
  } else {
    gate_lanes<gate_kind::silu>(acc, skip, z, lanes, shifts, w, y, sat);
  }
}

// One row of a tile: the states of all its lanes, and their readouts, with tap_pre those before the drive.
template <class Steps, class Operand, class State>
inline void step_lanes(const Steps& steps, bool tap_pre, const step_row<Operand, State>& row,
                       const scan_constants& constants, uint64_t& saturated) {
  if (!tap_pre) {
    steps(row, constants, saturated);
    return;
  }
  int64_t unread[max_lanes];
  readout_before(steps, row, constants);
  step_row<Operand, State> unheard = row;
  unheard.sums = unread;
  steps(unheard, constants, saturated);
}

// Steps that want to see the operands of every lane too (see_delta, before_steps, see_steps, see_gate): how
// they switch is counted by some (sim/rungs/hls_counted_top.cpp).
template <class Steps>
concept sees_operands = requires {
  typename Steps::operands_seen;
};

// States: compile-time number of states of a channel, or 0 for the run-time number `states`.
template <int States, class Steps, class Walk, class Operand, class State, int StateCapacity>
inline void scan_tile_rows(const Steps& steps, const scan_tile& tile, Walk walk, const scan_setting& setting,
                           const scan_machine& m, int run_states,
                           scan_memories<Operand, State, StateCapacity>& mem, saturation_counts& sat) {
  // Copies that no store through a byte pointer can change: they stay in registers.
  const scan_constants constants(m.w, setting.shifts.align_a);
  const widths w = m.w;
  const scan_shifts shifts = setting.shifts;
  const bool softplus = setting.softplus, tap_pre = Walk::adds && setting.tap_pre,
             plain = Walk::adds && setting.plain_drive;
  const gate_kind gate = gate_of(setting.gate, Walk::adds && setting.linear_gate);
  saturation_counts counts;
  const int states = States != 0 ? States : run_states;
  const int lanes = m.num_lanes;
  const int operand_bytes = w.operand_bits / 8;
  const int output_bytes = w.output_bits / 8;
  const int positions = walk.positions();
  lane_operands<Operand> in;
  lane_products products;
  int64_t acc[max_lanes];
  int16_t y[max_lanes];
  for (int i = 0; i < positions; ++i) {
#pragma HLS LOOP_TRIPCOUNT max = max_chunk_tokens
    const scan_token token = walk.next();
    for (int k = 0; k < tile.groups; ++k) {
#pragma HLS PIPELINE
      const auto row = [&](int t) { return (int64_t{t} * tile.groups + k) * lanes; };
      const int channel = (tile.first_group + k) * lanes;
      const int16_t* bias = mem.bias + channel;
      const int16_t* skip_d = mem.d + channel;
      load_lanes(tile.u + row(token.row_u) * operand_bytes, lanes, operand_bytes, in.u);
      load_lanes(tile.delta + row(token.row_p) * operand_bytes, lanes, operand_bytes, in.delta);
      delta_row(in, bias, skip_d, lanes, softplus, plain, shifts, w, products, counts);
      if constexpr (sees_operands<Steps>) steps.see_delta(in, bias, skip_d, products);
      if (token.hold) hold_lanes(lanes, products);
      if (token.reset) clear_states(mem.h + channel * states, lanes * states);
      const int state = channel * states, at_token = token.row_p * states;
      const step_row<Operand, State> step{lanes,
                                          states,
                                          products.dt2,
                                          products.du,
                                          mem.a + state,
                                          mem.b + at_token,
                                          mem.c + at_token,
                                          mem.h + state,
                                          nullptr,
                                          acc};
      if constexpr (sees_operands<Steps>) steps.before_steps(step);
      step_lanes(steps, tap_pre, step, constants, counts.state);
      if constexpr (sees_operands<Steps>) steps.see_steps(step, constants);
      if (token.mute) continue;
      if (gate != gate_kind::none)
        load_lanes(tile.z + row(token.row_out) * operand_bytes, lanes, operand_bytes, in.z);
      if constexpr (sees_operands<Steps>)
        steps.see_gate(acc, products.skip, gate == gate_kind::none ? nullptr : in.z, shifts);
      gate_row(acc, products.skip, in.z, lanes, gate, shifts, w, y, counts);
      put_lanes<Walk::adds>(y, lanes, output_bytes, tile.y, row(token.row_out), counts);
    }
  }
  sat.delta += counts.delta;
  sat.du += counts.du;
  sat.skip += counts.skip;
  sat.state += counts.state;
  sat.v += counts.v;
  sat.y += counts.y;
  sat.quant += counts.quant;
}

// The same for any number of states, with the usual one as a constant.
template <class Steps, class Walk, class Operand, class State, int StateCapacity>
inline void scan_any_tile(const Steps& steps, const scan_tile& tile, const Walk& walk,
                          const scan_setting& setting, const scan_machine& m, int states,
                          scan_memories<Operand, State, StateCapacity>& mem, saturation_counts& sat) {
  if (states == 16) {
    scan_tile_rows<16>(steps, tile, walk, setting, m, states, mem, sat);
  } else {
    scan_tile_rows<0>(steps, tile, walk, setting, m, states, mem, sat);
  }
}

// B and C of one chunk: [token][state], passes already in order.
template <class Operand>
inline void load_chunk_rows(const uint8_t* from, int count, int operand_bytes, Operand* to) {
  for (int i = 0; i < count; ++i) {
#pragma HLS PIPELINE II = 1
    to[i] = static_cast<Operand>(load_signed(from + int64_t{i} * operand_bytes, operand_bytes));
  }
}

// Values of states that do not live, of `rows` rows of `states` values: 0, whatever lay in memory. So they
// stay 0 and nothing of them is read out, whatever their A.
template <class Value>
inline void clear_dead(Value* values, int rows, int states, int live) {
  for (int row = 0; row < rows; ++row) {
    for (int n = live; n < states; ++n) {
#pragma HLS PIPELINE II = 1
      values[row * states + n] = 0;
    }
  }
}

// Lane groups on chip that a tile's parameters and states are of.
struct tile_groups {
  int first, count, passes;
};

template <class Operand, class State, int StateCapacity>
inline void load_rates(const uint8_t* a, const tile_groups& of, const scan_machine& m,
                       scan_memories<Operand, State, StateCapacity>& mem) {
  const int operand_bytes = m.w.operand_bits / 8;
  for_each_state(of.first, of.count, of.passes, m, operand_bytes, [&](int i, uint64_t offset) {
    mem.a[i] = static_cast<Operand>(load_signed(a + offset, operand_bytes));
  });
}

template <class Operand, class State, int StateCapacity>
inline void load_biases(const uint8_t* db, const tile_groups& of, const scan_machine& m,
                        scan_memories<Operand, State, StateCapacity>& mem) {
  const int base = of.first * m.num_lanes;
  for (int i = 0; i < of.count * m.num_lanes; ++i) {
    mem.bias[base + i] = static_cast<int16_t>(load_signed(db + 4 * i, 2));
    mem.d[base + i] = static_cast<int16_t>(load_signed(db + 4 * i + 2, 2));
  }
}

inline int stored_state_bytes(const scan_machine& m) { return m.w.state_bits <= 16 ? 2 : 4; }

// h0: where the initial states lie, if there are any.
template <class State>
inline void load_states(bool has_h0, const uint8_t* h0, const tile_groups& of, const scan_machine& m,
                        State* h) {
  const int bytes = stored_state_bytes(m);
  for_each_state(of.first, of.count, of.passes, m, bytes, [&](int i, uint64_t offset) {
    h[i] = has_h0 ? static_cast<State>(load_signed(h0 + offset, bytes)) : State{0};
  });
}

template <class State>
inline void store_states(const State* h, const tile_groups& of, const scan_machine& m, uint8_t* ht) {
  const int bytes = stored_state_bytes(m);
  for_each_state(of.first, of.count, of.passes, m, bytes, [&](int i, uint64_t offset) {
    store_signed(ht + offset, static_cast<int32_t>(h[i]), bytes);
  });
}

// Where a tile's jobs begin in their regions, in bytes.
struct tile_offsets {
  uint64_t u = 0, z = 0, y = 0, a = 0, db = 0, state = 0;

  // Behind a tile of `channels` with `tokens` rows of u and `rest` of z and y, and `rates` values of A.
  void advance(int channels, int states, int64_t rates, int tokens, int rest, const scan_machine& m) {
    const auto beats = [&](int64_t elements, int bytes) {
      return whole_beats(static_cast<uint64_t>(elements * bytes), m.axi_bytes);
    };
    const int operand_bytes = m.w.operand_bits / 8;
    u += beats(int64_t{channels} * tokens, operand_bytes);
    z += beats(int64_t{channels} * rest, operand_bytes);
    y += beats(int64_t{channels} * rest, m.w.output_bits / 8);
    a += beats(rates, operand_bytes);
    db += beats(channels, 4);
    state += beats(int64_t{channels} * states, stored_state_bytes(m));
  }
};

template <class Steps, class Operand, class State, int StateCapacity>
inline void scan_top(const Steps& steps, uint8_t* memory, const scan_descriptor& desc, const scan_machine& m,
                     scan_memories<Operand, State, StateCapacity>& mem, saturation_counts& sat) {
#pragma HLS INTERFACE m_axi port = memory offset = slave
#pragma HLS INTERFACE s_axilite port = return
  const int states = desc.passes * m.states_per_lane;
  const int operand_bytes = m.w.operand_bits / 8, live = live_states(desc, m.states_per_lane);
  const scan_setting setting{desc.softplus, desc.has_z, desc.shifts};
  for (uint32_t chunk = 0; chunk < desc.num_chunks; ++chunk) {
    const bool first = chunk == 0;
    const bool last = chunk == desc.num_chunks - 1;
    const int tokens = (desc.reverse ? first : last) ? desc.rest_tokens : desc.chunk_tokens;
    const auto chunk_address = [&](uint64_t address, int32_t stride) {
      return address + static_cast<uint64_t>(int64_t{stride} * chunk);
    };
    load_chunk_rows(memory + chunk_address(desc.addr_b, desc.stride_bc), tokens * states, operand_bytes,
                    mem.b);
    load_chunk_rows(memory + chunk_address(desc.addr_c, desc.stride_bc), tokens * states, operand_bytes,
                    mem.c);
    clear_dead(mem.b, tokens, states, live);
    clear_dead(mem.c, tokens, states, live);
    tile_offsets at;
    for (int group = 0; group < desc.lane_groups; group += m.interleave) {
      const int groups = desc.lane_groups - group < m.interleave ? desc.lane_groups - group : m.interleave;
      const tile_groups on_chip{desc.first_group + group, groups, desc.passes};
      if (first && desc.load_params) {
        load_rates(memory + desc.addr_a + at.a, on_chip, m, mem);
        load_biases(memory + desc.addr_db + at.db, on_chip, m, mem);
      }
      if (first && !desc.resume)
        load_states(desc.has_h0, memory + desc.addr_h0 + at.state, on_chip, m, mem.h);
      if (first)
        clear_dead(mem.h + int64_t{on_chip.first} * m.num_lanes * states, groups * m.num_lanes, states, live);
      const scan_tile tile{on_chip.first,
                           groups,
                           memory + chunk_address(desc.addr_u, desc.stride_u) + at.u,
                           memory + chunk_address(desc.addr_delta, desc.stride_u) + at.u,
                           memory + chunk_address(desc.addr_z, desc.stride_u) + at.z,
                           memory + chunk_address(desc.addr_y, desc.stride_y) + at.y};
      scan_any_tile(steps, tile, plain_walk(tokens, desc.reverse), setting, m, states, mem, sat);
      if (last && desc.store_state && !desc.keep)
        store_states(mem.h, on_chip, m, memory + desc.addr_ht + at.state);
      const int channels = groups * m.num_lanes;
      at.advance(channels, states, int64_t{channels} * states, tokens, tokens, m);
    }
  }
}

}  // namespace scansim::hls
