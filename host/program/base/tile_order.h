// Where an element of a tiled tensor lies (sim/PROGRAM.md, section 1), for packing and unpacking alike.
//   chunk, tile of W channels, token, channel of the tile:   an element of 1, 2 or 4 bytes, little-endian
// Contract: offsets from the start of the image; padding channels are skipped, so they stay what the image
// had (zero).
#pragma once
#include <algorithm>
#include <cstring>
#include <span>

#include "host/program/program.h"

namespace scansim {

inline int64_t tiles_of(int64_t channels, int64_t word) { return (channels + word - 1) / word; }

inline uint64_t tensor_bytes(const tiled_tensor& t, int64_t word) {
  return static_cast<uint64_t>(tiles_of(t.channels, word) * word * t.tokens * t.bytes);
}

inline int64_t num_chunks(const tiled_tensor& t) { return (t.tokens + t.chunk_tokens - 1) / t.chunk_tokens; }

inline int64_t tokens_of_chunk(const tiled_tensor& t, int64_t chunk) {
  return std::min(t.chunk_tokens, t.tokens - chunk * t.chunk_tokens);
}

inline uint64_t chunk_address(const tiled_tensor& t, int64_t chunk, int64_t word) {
  return t.address +
         static_cast<uint64_t>(chunk * tiles_of(t.channels, word) * word * t.chunk_tokens * t.bytes);
}

inline uint64_t element_address(const tiled_tensor& t, int64_t channel, int64_t token, int64_t word) {
  const int64_t chunk = token / t.chunk_tokens, tile = channel / word;
  const int64_t row = tile * tokens_of_chunk(t, chunk) + token % t.chunk_tokens;
  return chunk_address(t, chunk, word) + static_cast<uint64_t>((row * word + channel % word) * t.bytes);
}

// value(channel, token)
template <class Element, class Value>
void pack_tensor(const tiled_tensor& t, int64_t word, std::span<uint8_t> image, Value value) {
  for (int64_t channel = 0; channel < t.channels; ++channel) {
    for (int64_t token = 0; token < t.tokens; ++token) {
      const auto element = static_cast<Element>(value(channel, token));
      std::memcpy(image.data() + element_address(t, channel, token, word), &element, sizeof element);
    }
  }
}

inline int32_t tensor_element(const tiled_tensor& t, int64_t channel, int64_t token, int64_t word,
                              std::span<const uint8_t> image) {
  const uint8_t* at = image.data() + element_address(t, channel, token, word);
  int32_t value = 0;
  std::memcpy(&value, at, static_cast<size_t>(t.bytes));
  const int unused = 32 - 8 * t.bytes;
  return static_cast<int32_t>(static_cast<uint32_t>(value) << unused) >> unused;
}

}  // namespace scansim
