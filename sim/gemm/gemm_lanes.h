// The products of one beat for every lane: acc[lane] += x . w[lane], by the dot products of
// hls/gemm/gemm_nm.h. Values and positions lie as in the weight memory and on the RTL's port: slot i * groups
// + g of a lane is value i of group g; slots beyond groups * n hold anything.
#pragma once
#include <cstdint>

#include "sim/gemm/gemm_streams.h"

namespace scansim {

struct gemm_lane_beat {
  int lanes, depth;         // of the shape: lanes * depth slots
  int n, m, groups;         // of the command
  const int8_t *x, *w;      // x: groups * m values; depth bytes may be read
  const uint8_t* position;  // not of dense commands
  operand_switching* switching = nullptr;
};

using gemm_lanes = void (*)(const gemm_lane_beat& beat, int32_t* acc);

// Of dense commands, by vectors where this processor has them.
gemm_lanes select_dense_lanes(int lanes, int depth);
// Of dense and of N:M commands, lane by lane.
void dense_lanes(const gemm_lane_beat& beat, int32_t* acc);
void nm_lanes(const gemm_lane_beat& beat, int32_t* acc);

// Builds with instructions of their own: words of 8 and of 16 elements, four slots an element.
void dense_lanes_avx2(const gemm_lane_beat& beat, int32_t* acc);
void dense_lanes_avx512(const gemm_lane_beat& beat, int32_t* acc);

}  // namespace scansim
