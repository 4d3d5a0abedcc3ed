// scan_top: executes one scan descriptor on a memory image: the arithmetic of a whole run without its timing.
//   for every chunk, tile, token, lane group:  delta_softplus -> scan_step over all states -> gate_silu ->
//   quantise_shift
// Contract: the memory layout and the order of tokens are those of sim/README.md; lanes and states that only
// pad are computed like all others, so y, h_last and the saturation counts are the machine's. The descriptor
// is legal and all its addresses lie inside the image (the caller checks). Parameters stay in `mem` for
// descriptors without load_params, and the state of a scan with keep for one with resume (as many states per
// channel). All operands lie in the image: local and z_gemm are the caller's. This is the synthesizable top:
// static bounds, no heap, no exceptions, no library containers. It counts no events. Operand: the type
// operands are kept in, at least operand_bits wide. State, Wide: as in scan_serial.h.
#pragma once
#include "hls/scan/delta_softplus.h"
#include "hls/scan/gate_silu.h"
#include "hls/scan/quantise_shift.h"
#include "hls/scan/scan_descriptor.h"
#include "hls/scan/scan_serial.h"

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

// One tile of one chunk: `groups` lane groups from first_group on chip, `tokens` tokens; u, delta, z and y
// point at its first row.
struct scan_tile {
  int first_group, groups, tokens;
  const uint8_t *u, *delta, *z;
  uint8_t* y;
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

template <bool Softplus, class Operand>
inline void delta_lanes(const lane_operands<Operand>& in, const int16_t* bias, const int16_t* d, int lanes,
                        const scan_shifts& shifts, const widths& w, lane_products& out,
                        saturation_counts& sat) {
  saturation_counts counts;
  for (int lane = 0; lane < lanes; ++lane) {
#pragma HLS UNROLL
    const delta_result r =
        delta_softplus(in.delta[lane], in.u[lane], bias[lane], d[lane], Softplus, shifts, w, counts);
    out.dt2[lane] = r.dt2;
    out.du[lane] = r.du;
    out.skip[lane] = r.skip;
  }
  sat.delta += counts.delta;
  sat.du += counts.du;
  sat.skip += counts.skip;
}

template <bool Gated, class Operand>
inline void gate_lanes(const int64_t* acc, const int64_t* skip, const Operand* z, int lanes,
                       const scan_shifts& shifts, const widths& w, int16_t* y, saturation_counts& sat) {
  saturation_counts counts;
  for (int lane = 0; lane < lanes; ++lane) {
#pragma HLS UNROLL
    const int32_t gate_input = Gated ? z[lane] : 0;
    int32_t value = gate_silu(acc[lane], skip[lane], gate_input, Gated, shifts, w, counts);
    if (w.output_bits == 8) value = quantise_shift(value, shifts.quant, counts);
    y[lane] = static_cast<int16_t>(value);
  }
  sat.v += counts.v;
  sat.y += counts.y;
  sat.quant += counts.quant;
}

// States: compile-time number of states of a channel, or 0 for the run-time number `states`.
template <int States, class Operand, class State, class Wide, int StateCapacity>
inline void scan_tile_rows(const scan_tile& tile, const scan_descriptor& desc, const scan_machine& m,
                           int run_states, scan_memories<Operand, State, StateCapacity>& mem,
                           saturation_counts& sat) {
  // Copies that no store through a byte pointer can change: they stay in registers.
  const scan_constants constants(m.w, desc.shifts.align_a);
  const widths w = m.w;
  const scan_shifts shifts = desc.shifts;
  const bool softplus = desc.softplus, has_z = desc.has_z, reverse = desc.reverse;
  saturation_counts counts;
  const int states = States != 0 ? States : run_states;
  const int lanes = m.num_lanes;
  const int operand_bytes = w.operand_bits / 8;
  const int output_bytes = w.output_bits / 8;
  lane_operands<Operand> in;
  lane_products products;
  int64_t acc[max_lanes];
  int16_t y[max_lanes];
  for (int i = 0; i < tile.tokens; ++i) {
#pragma HLS LOOP_TRIPCOUNT max = max_chunk_tokens
    const int t = reverse ? tile.tokens - 1 - i : i;
    for (int k = 0; k < tile.groups; ++k) {
#pragma HLS PIPELINE
      const int64_t row = (int64_t{t} * tile.groups + k) * lanes;
      const int channel = (tile.first_group + k) * lanes;
      const int64_t at = row * operand_bytes;
      const int16_t* bias = mem.bias + channel;
      const int16_t* skip_d = mem.d + channel;
      load_lanes(tile.u + at, lanes, operand_bytes, in.u);
      load_lanes(tile.delta + at, lanes, operand_bytes, in.delta);
      if (has_z) load_lanes(tile.z + at, lanes, operand_bytes, in.z);
      if (softplus) {
        delta_lanes<true>(in, bias, skip_d, lanes, shifts, w, products, counts);
      } else {
        delta_lanes<false>(in, bias, skip_d, lanes, shifts, w, products, counts);
      }
      for (int lane = 0; lane < lanes; ++lane) {
#pragma HLS UNROLL
        const int state = (channel + lane) * states;
        acc[lane] = scan_step<Operand, State, Wide>(states, products.dt2[lane], products.du[lane],
                                                    mem.a + state, mem.b + t * states, mem.c + t * states,
                                                    mem.h + state, constants, counts.state);
      }
      if (has_z) {
        gate_lanes<true>(acc, products.skip, in.z, lanes, shifts, w, y, counts);
      } else {
        gate_lanes<false>(acc, products.skip, in.z, lanes, shifts, w, y, counts);
      }
      if (output_bytes == 1) {
        store_lanes<1>(y, lanes, tile.y + row);
      } else {
        store_lanes<2>(y, lanes, tile.y + row * 2);
      }
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

// B and C of one chunk: [token][state], passes already in order.
template <class Operand>
inline void load_chunk_rows(const uint8_t* from, int count, int operand_bytes, Operand* to) {
  for (int i = 0; i < count; ++i) {
#pragma HLS PIPELINE II = 1
    to[i] = static_cast<Operand>(load_signed(from + int64_t{i} * operand_bytes, operand_bytes));
  }
}

template <class Wide, class Operand, class State, int StateCapacity>
inline void scan_top(uint8_t* memory, const scan_descriptor& desc, const scan_machine& m,
                     scan_memories<Operand, State, StateCapacity>& mem, saturation_counts& sat) {
#pragma HLS INTERFACE m_axi port = memory offset = slave
#pragma HLS INTERFACE s_axilite port = return
  const int lanes = m.num_lanes;
  const int states = desc.passes * m.states_per_lane;
  const int operand_bytes = m.w.operand_bits / 8;
  const int state_bytes = m.w.state_bits <= 16 ? 2 : 4;
  const auto beats = [&](int64_t elements, int bytes) {
    return whole_beats(static_cast<uint64_t>(elements * bytes), m.axi_bytes);
  };
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
    uint64_t in = 0, out = 0, a_at = 0, db_at = 0, state_at = 0;  // byte offsets of the tile's jobs
    for (int group = 0; group < desc.lane_groups; group += m.interleave) {
      const int groups = desc.lane_groups - group < m.interleave ? desc.lane_groups - group : m.interleave;
      const int channels = groups * lanes;
      const int on_chip = desc.first_group + group;
      if (first && desc.load_params) {
        const uint8_t* a = memory + desc.addr_a + a_at;
        for_each_state(on_chip, groups, desc.passes, m, operand_bytes, [&](int i, uint64_t offset) {
          mem.a[i] = static_cast<Operand>(load_signed(a + offset, operand_bytes));
        });
        const uint8_t* db = memory + desc.addr_db + db_at;
        for (int i = 0; i < channels; ++i) {
          mem.bias[on_chip * lanes + i] = static_cast<int16_t>(load_signed(db + 4 * i, 2));
          mem.d[on_chip * lanes + i] = static_cast<int16_t>(load_signed(db + 4 * i + 2, 2));
        }
      }
      if (first && !desc.resume) {
        const uint8_t* h0 = memory + desc.addr_h0 + state_at;
        for_each_state(on_chip, groups, desc.passes, m, state_bytes, [&](int i, uint64_t offset) {
          mem.h[i] = desc.has_h0 ? static_cast<State>(load_signed(h0 + offset, state_bytes)) : State{0};
        });
      }
      const scan_tile tile{on_chip,
                           groups,
                           tokens,
                           memory + chunk_address(desc.addr_u, desc.stride_u) + in,
                           memory + chunk_address(desc.addr_delta, desc.stride_u) + in,
                           memory + chunk_address(desc.addr_z, desc.stride_u) + in,
                           memory + chunk_address(desc.addr_y, desc.stride_y) + out};
      if (states == 16) {
        scan_tile_rows<16, Operand, State, Wide>(tile, desc, m, states, mem, sat);
      } else {
        scan_tile_rows<0, Operand, State, Wide>(tile, desc, m, states, mem, sat);
      }
      if (last && desc.store_state && !desc.keep) {
        uint8_t* ht = memory + desc.addr_ht + state_at;
        for_each_state(on_chip, groups, desc.passes, m, state_bytes, [&](int i, uint64_t offset) {
          store_signed(ht + offset, static_cast<int32_t>(mem.h[i]), state_bytes);
        });
      }
      const int64_t operands = int64_t{channels} * tokens;
      in += beats(operands, operand_bytes);
      out += beats(operands, m.w.output_bits / 8);
      a_at += beats(int64_t{channels} * states, operand_bytes);
      db_at += beats(channels, 4);
      state_at += beats(int64_t{channels} * states, state_bytes);
    }
  }
}

}  // namespace scansim::hls
