// Quamba's int8 scan, sequential in time: 16 lanes share a channel, a block holds 8 channels of one batch
// element, tokens come in tiles of 16. Grid.x = batch * ceil(D / 8), 128 threads, no block barrier.
// Per tile each lane computes dt, du, silu(z) and the store of *one* token, so nothing per token is done
// twice; per tile and state each lane reads 16 bytes of B and of C. All loads run one step ahead of their
// use. The sum over lanes is a transposing reduction: 15 shuffles give 16 sums, one per lane, in the order
// fixed by quamba_scan_step.h. Contract: bit-identical to quamba_scan_twin; outputs of padded channels and
// tokens are not written. Choose for N >= 16: below, lanes idle. 16-byte loads need L % 16 = 0; other lengths
// read bytes. Counted, not measured on a device yet (nvcc 13.0, sm_90), for 16 updates of a thread: bit-true
// 418 instructions, 4 branches and no conversion among them (before: 463, 52 and 32), 123 registers; with
// exps by the unit 228, 16 operations of the unit (128 of its clocks), 112 registers; no spills, 2 to 17 KiB
// shared, 4 blocks per multiprocessor. Single bytes become floats without conversions, too (3 a lane and tile
// before).
#pragma once
#include "host/cuda/numerics/storage_types.h"
#include "host/cuda/scan/quamba_scan_step.h"

namespace scansim {

constexpr int quamba_scan_block_channels = 8;
constexpr int quamba_scan_threads = quamba_scan_block_channels * quamba_scan_lanes;
constexpr int quamba_scan_tile =
    quamba_scan_lanes;  // tokens; the transposing reduction wants the same number

struct int8_tile {
  uint32_t word[quamba_scan_tile / 4] = {};
};

struct token_operands {
  int8_t u = 0, delta = 0, z = 0;
};

__device__ __forceinline__ float tile_value(const int8_tile& tile, int i) {
  return float_of_byte(tile.word[i / 4], i % 4);
}

__device__ __forceinline__ uint32_t reverse_bytes(uint32_t w) {
  return w << 24 | (w & 0xff00u) << 8 | (w >> 8 & 0xff00u) | w >> 24;
}

// Tokens first .. first + 15 of a row in scan order; 0 behind the end.
__device__ __forceinline__ int8_tile load_tile(const int8_t* row, int first, int length, bool reverse,
                                               bool by_vector) {
  int8_tile tile;
  if (by_vector) {
    const uint4 q =
        *reinterpret_cast<const uint4*>(row + (reverse ? length - first - quamba_scan_tile : first));
    if (reverse)
      tile = {{reverse_bytes(q.w), reverse_bytes(q.z), reverse_bytes(q.y), reverse_bytes(q.x)}};
    else
      tile = {{q.x, q.y, q.z, q.w}};
    return tile;
  }
#pragma unroll
  for (int i = 0; i < quamba_scan_tile; ++i) {
    const int position = first + i;
    if (position >= length) continue;
    const uint8_t q = static_cast<uint8_t>(row[reverse ? length - 1 - position : position]);
    tile.word[i / 4] |= uint32_t{q} << 8 * (i % 4);
  }
  return tile;
}

// partial[t]: this lane's sum for token t. Returns the channel's sum for token `lane`.
__device__ __forceinline__ float reduce_transposed(float (&partial)[quamba_scan_tile], int lane) {
#pragma unroll
  for (int distance = quamba_scan_lanes / 2; distance > 0; distance /= 2) {
    const bool upper = lane & distance;
#pragma unroll
    for (int i = 0; i < distance; ++i) {
      const float send = upper ? partial[i] : partial[i + distance];
      const float keep = upper ? partial[i + distance] : partial[i];
      partial[i] = add_rn(keep, __shfl_xor_sync(0xffffffffu, send, distance));
    }
  }
  return partial[0];
}

// 16 tokens of one state: h runs along them, each token's product is added to its partial sum.
template <exp_method way>
__device__ __forceinline__ float scan_tile(float h, float a, const int8_tile& q_b, const int8_tile& q_c,
                                           const packed4<float>* dt, const packed4<float>* du,
                                           float (&partial)[quamba_scan_tile]) {
#pragma unroll
  for (int quad = 0; quad < quamba_scan_tile / 4; ++quad) {
    const packed4<float> dt4 = dt[quad], du4 = du[quad];
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const int t = 4 * quad + i;
      h = quamba_next_state<way>(h, a, tile_value(q_b, t), {dt4.value[i], du4.value[i], 0.0f});
      partial[t] = fma_rn(tile_value(q_c, t), h, partial[t]);
    }
  }
  return h;
}

// MaxSlots: states per lane, at least ceil(N / 16).
template <int MaxSlots, exp_method way>
__global__ void __launch_bounds__(quamba_scan_threads, 4) quamba_scan_kernel(const quamba_scan_call call) {
  __shared__ float h_of[MaxSlots][quamba_scan_threads],
      a_of[MaxSlots][quamba_scan_threads];  // private per thread
  __shared__ packed4<float> dt_of[quamba_scan_block_channels][quamba_scan_tile / 4];
  __shared__ packed4<float> du_of[quamba_scan_block_channels][quamba_scan_tile / 4];
  const scan_sizes& sizes = call.sizes;
  const int thread = static_cast<int>(threadIdx.x), lane = thread % quamba_scan_lanes;
  const int tile_channel = thread / quamba_scan_lanes;
  const int tiles = (sizes.channels - 1) / quamba_scan_block_channels + 1;
  const int wanted = static_cast<int>(blockIdx.x) % tiles * quamba_scan_block_channels + tile_channel;
  const bool active = wanted < sizes.channels;  // the others compute along: shuffles want whole warps
  const int channel = active ? wanted : sizes.channels - 1;
  const int batch = static_cast<int>(blockIdx.x) / tiles, length = sizes.length, states = sizes.states;
  const int slots = (states + quamba_scan_lanes - 1) / quamba_scan_lanes;
  const int group = channel / (sizes.channels / sizes.groups);
  const int64_t row = (int64_t{batch} * sizes.channels + channel) * length;
  const int64_t state_row = (int64_t{batch} * sizes.channels + channel) * states;
  const int64_t group_row = (int64_t{batch} * sizes.groups + group) * states * length;
  const bool by_vector =
      length % quamba_scan_tile == 0 &&
      (reinterpret_cast<uintptr_t>(call.b) | reinterpret_cast<uintptr_t>(call.c)) % 16 == 0;
  const float d = call.d ? dequantise_int8(call.d[channel], call.scales.d) : 0.0f;
  const float bias =
      call.delta_bias ? dequantise_int8(call.delta_bias[channel], call.scales.delta_bias) : 0.0f;

  for (int slot = 0; slot < slots; ++slot) {
    const int n = slot * quamba_scan_lanes + lane;
    const bool present = n < states;
    a_of[slot][thread] =
        present ? quamba_a<way>(float_of_int8(call.a_log[int64_t{channel} * states + n]), call.scales) : 0.0f;
    h_of[slot][thread] = present && call.h0 ? dequantise_int8(call.h0[state_row + n], call.scales.h0) : 0.0f;
  }

  const int8_t* const b_row = call.b + group_row + int64_t{lane} * length;
  const int8_t* const c_row = call.c + group_row + int64_t{lane} * length;
  const auto load_state = [&](const int8_t* lane_row, int first, int slot) {
    if (slot * quamba_scan_lanes + lane >= states || first >= length) return int8_tile{};
    return load_tile(lane_row + int64_t{slot} * quamba_scan_lanes * length, first, length, call.reverse,
                     by_vector);
  };
  const auto load_token = [&](int position) {
    token_operands operands;
    if (position >= length) return operands;
    const int64_t index = row + (call.reverse ? length - 1 - position : position);
    operands.u = call.u[index];
    operands.delta = call.delta[index];
    if (call.z) operands.z = call.z[index];
    return operands;
  };
  int8_tile next_b = load_state(b_row, 0, 0), next_c = load_state(c_row, 0, 0);
  token_operands next_token = load_token(lane);
  for (int first = 0; first < length; first += quamba_scan_tile) {
    const int position = first + lane;
    const bool exists = position < length;
    const token_operands operands = next_token;
    next_token = load_token(position + quamba_scan_tile);
    quamba_token mine{0.0f, 0.0f, 0.0f};  // behind the end: h = exp(0) h + 0
    if (exists)
      mine = quamba_token_of<way>(operands.u, operands.delta, bias, call.scales, call.delta_softplus);
    dt_of[tile_channel][lane / 4].value[lane % 4] = mine.dt;
    du_of[tile_channel][lane / 4].value[lane % 4] = mine.du;
    __syncwarp();
    float partial[quamba_scan_tile] = {};
    for (int slot = 0; slot < slots; ++slot) {
      const int8_tile q_b = next_b, q_c = next_c;
      const bool last = slot + 1 == slots;
      next_b = load_state(b_row, last ? first + quamba_scan_tile : first, last ? 0 : slot + 1);
      next_c = load_state(c_row, last ? first + quamba_scan_tile : first, last ? 0 : slot + 1);
      h_of[slot][thread] = scan_tile<way>(h_of[slot][thread], a_of[slot][thread], q_b, q_c,
                                          dt_of[tile_channel], du_of[tile_channel], partial);
    }
    float y = quamba_readout(reduce_transposed(partial, lane), d, mine.u, call.scales);
    if (exists && active) {
      if (call.z) y = quamba_gate<way>(y, operands.z, call.scales);
      quamba_store_y(call, row + (call.reverse ? length - 1 - position : position), y);
    }
    __syncwarp();  // nobody overwrites dt before all have read it
  }

  if (!call.h_last || !active) return;
  const float inverse = div_rn(1.0f, call.scales.h_last);
  for (int slot = 0; slot < slots; ++slot) {
    const int n = slot * quamba_scan_lanes + lane;
    if (n < states) call.h_last[state_row + n] = quantise_round_away(h_of[slot][thread], inverse);
  }
}

// Calls run.template operator()<MaxSlots, way>() with the smallest instance that holds N states (1 to 256).
// Host code.
template <typename Run>
void quamba_scan_with_slots(int states, exp_method exps, const Run& run) {
  const auto with = [&]<exp_method way>() {
    if (states <= 16) return run.template operator()<1, way>();
    if (states <= 128) return run.template operator()<8, way>();
    run.template operator()<16, way>();
  };
  if (exps == exp_method::unit) return with.template operator()<exp_method::unit>();
  with.template operator()<exp_method::polynomial>();
}

}  // namespace scansim
