// Weights of a gemm as the machine's parameter memories take them (sim/PROGRAM.md, sections 2 and 5).
//   weight row (tile, beat):  W lanes x DP slots, slot i*Gb + g holds value i of group beat*Gb + g
//   of 4-bit weights the same rows in groups behind their multipliers (section 2), 128 k each, every tile's
//   first at its first row
//   rank (row, group, lane):  the set of positions as one number (hls/gemm/nm_format.h)
// Gb is the largest number of groups that multipliers and window hold. Contract: output lanes without a
// source, values beyond K and slots beyond N*Gb are zero; dense weights are 4:4 whatever the pattern says.
#pragma once
#include <span>

#include "host/operators/quantised_gemm.h"
#include "models/configs/design_point.h"

namespace scansim {

struct gemm_matrix {
  gemm_weights weights;
  int64_t inner = 0;  // K
  nm_pattern pattern;
  std::vector<hls::gemm_channel> channel;  // per row
  std::vector<int32_t> bias;               // per row, or empty
  bool silu = false;                       // its alignment travels with the bias
  int64_t rows() const { return static_cast<int64_t>(channel.size()); }
  bool has_bias() const { return silu || !bias.empty(); }
};

struct packed_gemm {
  int tiles = 0, beats = 0, k_words = 0;
  int n = 4, log2_m = 0, log2_groups = 0;  // log2_m = log2 M - 2
  int index_bits = 0;                      // 0: dense
  bool has_bias = false, w4 = false;
  std::vector<uint8_t> weights, shifts, bias;            // whole rows; w4: whole groups
  std::vector<uint16_t> ranks;                           // [tile * beats + beat][group][lane]
  uint64_t weight_bytes = 0, index_bytes = 0, rows = 0;  // compulsory; rows that have a source
};

// Weight rows of one tile of output channels.
int gemm_beats(int64_t inner, const nm_pattern& pattern, const design_point& point);

// `rows`: the matrix row of every output lane, -1 for none; a multiple of W. Errors: input_error naming
// `name` if the multipliers cannot hold the pattern.
packed_gemm pack_gemm(const gemm_matrix& matrix, std::span<const int64_t> rows, const design_point& point,
                      const std::string& name);

// first, first + 1, ... `count` of them, filled up with -1 to whole tiles.
void append_rows(std::vector<int64_t>& rows, int64_t first, int64_t count, int64_t word);

// The bit stream of index_load: `bits` of every rank, lowest first, no gaps; zeros to a whole beat.
std::vector<uint8_t> pack_ranks(std::span<const uint16_t> ranks, int bits, int beat_bytes);

}  // namespace scansim
