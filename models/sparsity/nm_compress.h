// N:M weights as they are stored: per group exactly N values and the rank of the set of their positions
// (hls/gemm/nm_format.h), ranks packed without gaps, lowest bit first. Vectors follow each other along the
// reduction; groups that the matrix cuts short are padded with zeros.
//   bits = vectors * ceil(length / M) * (N * value bits + ceil(log2 C(M, N)))
// Contract: decompress(compress(w)) == w for every matrix that holds the pattern; one that does not is
// refused. It is the storage form of a file, not the tile order of the machine's memory.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "traces/nm_view.h"

namespace scansim {

template <class T>
struct nm_compressed {
  int64_t rows = 0, cols = 0;
  nm_pattern pattern;
  nm_side side = nm_side::inputs;
  std::vector<T> values;         // vectors * groups * N
  std::vector<uint8_t> indices;  // ceil(vectors * groups * index bits / 8)
};

// Errors: std::invalid_argument if the matrix violates the pattern or the size is wrong.
template <class T>
nm_compressed<T> compress_nm(std::span<const T> w, int64_t rows, int64_t cols, const nm_pattern& pattern,
                             nm_side side);
template <class T>
std::vector<T> decompress_nm(const nm_compressed<T>& stored);

struct nm_storage {
  uint64_t dense_bytes = 0, value_bytes = 0, index_bytes = 0;
  uint64_t total_bytes() const { return value_bytes + index_bytes; }
};

// Bytes at `value_bits` per weight, each of the three rounded up once per tensor.
nm_storage storage_of(int64_t rows, int64_t cols, const nm_pattern& pattern, nm_side side, int value_bits);

}  // namespace scansim
