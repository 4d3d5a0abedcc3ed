#include "models/sparsity/nm_compress.h"

#include <array>
#include <stdexcept>

#include "hls/gemm/nm_format.h"

namespace scansim {

namespace {

void put_bits(std::vector<uint8_t>& bytes, uint64_t at, uint32_t value, int bits) {
  for (int i = 0; i < bits; ++i, ++at) {
    bytes[at / 8] = static_cast<uint8_t>(bytes[at / 8] | (value >> i & 1U) << at % 8);
  }
}

uint32_t get_bits(const std::vector<uint8_t>& bytes, uint64_t at, int bits) {
  uint32_t value = 0;
  for (int i = 0; i < bits; ++i, ++at) value |= (uint32_t{bytes[at / 8]} >> at % 8 & 1U) << i;
  return value;
}

uint64_t bytes_of(uint64_t bits) { return (bits + 7) / 8; }

// Positions of the non-zeros of one group, filled up with the lowest unused ones, in rising order. False if
// there are more than N.
bool pick_positions(uint32_t nonzero_mask, const nm_pattern& p, uint8_t* positions) {
  uint32_t taken = nonzero_mask;
  int count = __builtin_popcount(nonzero_mask);
  if (count > p.n) return false;
  for (int i = 0; count < p.n; ++i) {
    if ((taken >> i & 1U) == 0) taken |= 1U << i, ++count;
  }
  for (int i = 0, at = 0; i < p.m; ++i) {
    if ((taken >> i & 1U) != 0) positions[at++] = static_cast<uint8_t>(i);
  }
  return true;
}

}  // namespace

template <class T>
nm_compressed<T> compress_nm(std::span<const T> w, int64_t rows, int64_t cols, const nm_pattern& pattern,
                             nm_side side) {
  if (static_cast<int64_t>(w.size()) != rows * cols) throw std::invalid_argument("compress_nm: size");
  nm_compressed<T> stored{rows, cols, pattern, side, {}, {}};
  const nm_view view = view_along(side, rows, cols);
  const int index_bits = hls::nm_index_bits(pattern.n, pattern.m);
  const auto groups = static_cast<uint64_t>(view.vectors * view.groups(pattern));
  stored.indices.assign(bytes_of(groups * static_cast<uint64_t>(index_bits)), 0);
  stored.values.reserve(groups * static_cast<uint64_t>(pattern.n));
  uint64_t bit = 0;
  for (int64_t v = 0; v < view.vectors; ++v) {
    for (int64_t first = 0; first < view.length;
         first += pattern.m, bit += static_cast<uint64_t>(index_bits)) {
      std::array<T, nm_pattern::largest_m> group{};
      uint32_t mask = 0;
      for (int i = 0; i < pattern.m && first + i < view.length; ++i) {
        const auto k = static_cast<size_t>(i);
        group[k] = w[static_cast<size_t>(view.at(v, first + i))];
        mask |= static_cast<uint32_t>(group[k] != T{}) << i;
      }
      std::array<uint8_t, nm_pattern::largest_m> positions{};
      if (!pick_positions(mask, pattern, positions.data()))
        throw std::invalid_argument("compress_nm: the matrix violates its pattern");
      for (int i = 0; i < pattern.n; ++i) stored.values.push_back(group[positions[static_cast<size_t>(i)]]);
      put_bits(stored.indices, bit, hls::nm_rank(positions.data(), pattern.n), index_bits);
    }
  }
  return stored;
}

template <class T>
std::vector<T> decompress_nm(const nm_compressed<T>& stored) {
  const nm_view view = view_along(stored.side, stored.rows, stored.cols);
  const nm_pattern& p = stored.pattern;
  const int index_bits = hls::nm_index_bits(p.n, p.m);
  std::vector<T> w(static_cast<size_t>(stored.rows * stored.cols), T{});
  uint64_t bit = 0;
  size_t value = 0;
  for (int64_t v = 0; v < view.vectors; ++v) {
    for (int64_t first = 0; first < view.length; first += p.m, bit += static_cast<uint64_t>(index_bits)) {
      std::array<uint8_t, nm_pattern::largest_m> positions{};
      hls::nm_unrank(get_bits(stored.indices, bit, index_bits), p.n, p.m, positions.data());
      for (int i = 0; i < p.n; ++i, ++value) {
        const int64_t k = first + positions[static_cast<size_t>(i)];
        if (k < view.length) w[static_cast<size_t>(view.at(v, k))] = stored.values[value];
      }
    }
  }
  return w;
}

nm_storage storage_of(int64_t rows, int64_t cols, const nm_pattern& pattern, nm_side side, int value_bits) {
  const nm_view view = view_along(side, rows, cols);
  const auto groups = static_cast<uint64_t>(view.vectors * view.groups(pattern));
  const auto bits = static_cast<uint64_t>(value_bits);
  nm_storage s;
  s.dense_bytes = bytes_of(static_cast<uint64_t>(rows * cols) * bits);
  s.value_bytes = bytes_of(groups * static_cast<uint64_t>(pattern.n) * bits);
  s.index_bytes = bytes_of(groups * static_cast<uint64_t>(hls::nm_index_bits(pattern.n, pattern.m)));
  return s;
}

template nm_compressed<float> compress_nm<float>(std::span<const float>, int64_t, int64_t, const nm_pattern&,
                                                 nm_side);
template nm_compressed<int8_t> compress_nm<int8_t>(std::span<const int8_t>, int64_t, int64_t,
                                                   const nm_pattern&, nm_side);
template std::vector<float> decompress_nm<float>(const nm_compressed<float>&);
template std::vector<int8_t> decompress_nm<int8_t>(const nm_compressed<int8_t>&);

}  // namespace scansim
