#include "host/program/base/unit_rows.h"

#include <fmt/format.h>

#include <bit>
#include <cstring>

#include "host/program/base/tile_order.h"
#include "sim/unit_check.h"

namespace scansim {

namespace {

constexpr int64_t ages = 3;  // words of state a tile

size_t history_at(int64_t channel, int64_t age, int64_t word) {
  return static_cast<size_t>((channel / word * ages + age) * word + channel % word);
}

}  // namespace

std::vector<uint8_t> pack_conv_rows(const conv_taps& conv, int64_t word) {
  const auto channels = static_cast<int64_t>(conv.channel.size());
  std::vector<uint8_t> rows(static_cast<size_t>(tiles_of(channels, word) * word) * conv_lane_bytes, 0);
  for (int64_t c = 0; c < channels; ++c) {
    const auto at = static_cast<size_t>(c);
    uint8_t* to = rows.data() + at * conv_lane_bytes;
    for (int64_t age = 0; age < conv.width; ++age)
      to[age] = static_cast<uint8_t>(conv.w[static_cast<size_t>((c + 1) * conv.width - 1 - age)]);
    std::memcpy(to + 4, &conv.bias[at], sizeof(int32_t));
    to[8] = conv.channel[at].shift, to[9] = conv.channel[at].align;
  }
  return rows;
}

std::vector<uint8_t> pack_norm_rows(std::span<const int16_t> w, int64_t word) {
  std::vector<uint8_t> rows(static_cast<size_t>(2 * tiles_of(static_cast<int64_t>(w.size()), word) * word),
                            0);
  std::memcpy(rows.data(), w.data(), w.size_bytes());
  return rows;
}

uint64_t history_bytes(int64_t channels, int64_t word) {
  return static_cast<uint64_t>(ages * tiles_of(channels, word) * word);
}

void pack_history(std::span<const int8_t> history, int64_t channels, int64_t width, int64_t word,
                  std::span<uint8_t> at) {
  for (int64_t c = 0; c < channels; ++c)
    for (int64_t age = 0; age < width - 1; ++age)
      at[history_at(c, age, word)] =
          static_cast<uint8_t>(history[static_cast<size_t>((c + 1) * (width - 1) - 1 - age)]);
}

std::vector<int8_t> unpack_history(std::span<const uint8_t> at, int64_t channels, int64_t width,
                                   int64_t word) {
  std::vector<int8_t> history(static_cast<size_t>(channels * (width - 1)));
  for (int64_t c = 0; c < channels; ++c)
    for (int64_t age = 0; age < width - 1; ++age)
      history[static_cast<size_t>((c + 1) * (width - 1) - 1 - age)] =
          static_cast<int8_t>(at[history_at(c, age, word)]);
  return history;
}

hls::hadamard_descriptor make_hadamard(const program_builder& builder, int m, int log2, int shift) {
  const int64_t beat = builder.word() / 2, size = int64_t{m} << log2;
  const int log2_beat = std::countr_zero(static_cast<unsigned>(beat));
  int order = 0;
  while (order < num_hadamard_orders && hadamard_order_size(order) != m) ++order;
  const bool whole_tiles = size % builder.word() == 0;
  if (order == num_hadamard_orders || log2 < log2_beat || !whole_tiles) {
    builder.refuse("size",
                   fmt::format("m 2^k with 2^k >= {} that fills tiles of {} channels", beat, builder.word()),
                   fmt::format("{} 2^{}", m, log2));
  }
  checked_tiles(builder, "size", size);
  hls::hadamard_descriptor d;
  d.tiles = static_cast<uint16_t>(size / builder.word());
  d.shift = static_cast<uint8_t>(shift);
  d.log2_beats = static_cast<uint8_t>(log2 - log2_beat);
  d.order = static_cast<uint8_t>(order);
  return d;
}

hls::hadamard_descriptor make_requantise(const program_builder& builder, int64_t size, int shift) {
  hls::hadamard_descriptor d;
  d.tiles = static_cast<uint16_t>(checked_tiles(builder, "size", size));
  d.shift = static_cast<uint8_t>(shift);
  d.pass = true;
  return d;
}

int64_t checked_tiles(const program_builder& builder, const char* field, int64_t channels) {
  const int64_t tiles = tiles_of(channels, builder.word()), most = builder.point().channel_words;
  if (tiles > most) {
    builder.refuse(
        field, fmt::format("at most {} channels (channel_words x {})", most * builder.word(), builder.word()),
        fmt::format("{}", channels));
  }
  return tiles;
}

}  // namespace scansim
