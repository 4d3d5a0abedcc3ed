// Rows of the convolution and norm parameter memories, and descriptors that read them (sim/PROGRAM.md,
// section 2).
//   conv row: W x {taps s8 by age, bias s32, shift u8, align u8, 6 zeros};   norm row: W/2 x weight s16, two
//   per tile
// Contract: channels beyond the tensor are zero rows. Also the words of a convolution's state by (tile, age).
#pragma once
#include <span>

#include "hls/gemm/gemm_nm.h"
#include "host/program/base/program_builder.h"

namespace scansim {

struct conv_taps {
  std::span<const int8_t> w;  // (channels, width), oldest input first
  int64_t width = 0;
  std::span<const int32_t> bias;
  std::span<const hls::gemm_channel> channel;
};

std::vector<uint8_t> pack_conv_rows(const conv_taps& conv, int64_t word);
std::vector<uint8_t> pack_norm_rows(std::span<const int16_t> w, int64_t word);

// (channels, width - 1), oldest first <-> words (tile, age), three a tile.
uint64_t history_bytes(int64_t channels, int64_t word);
void pack_history(std::span<const int8_t> history, int64_t channels, int64_t width, int64_t word,
                  std::span<uint8_t> at);
std::vector<int8_t> unpack_history(std::span<const uint8_t> at, int64_t channels, int64_t width,
                                   int64_t word);

// The hadamard descriptor of rows of m 2^log2 values; refuses sizes whose blocks are smaller than a beat of
// W/2.
hls::hadamard_descriptor make_hadamard(const program_builder& builder, int m, int log2, int shift);

// The same unit without rotation, for rows of any size.
hls::hadamard_descriptor make_requantise(const program_builder& builder, int64_t size, int shift);

// Refuses more than channel_words tiles.
int64_t checked_tiles(const program_builder& builder, const char* field, int64_t channels);

}  // namespace scansim
