// What one run of the machine gave: outputs as integers (value = integer * 2^-frac, quantised_scan::scales),
// counters of all calls added up, checksums; and the first place at which two results differ. Contract: below
// the ref rung results are equal or not; there is no tolerance here.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/counters.h"
#include "traces/scan_tensors.h"

namespace scansim {

struct scan_result {
  std::vector<int32_t> y;       // (batch, D, L)
  std::vector<int32_t> h_last;  // (batch, D, N)
  std::array<uint64_t, num_counters> counters{};
  uint64_t calls = 0;  // starts of the machine: 1, or one per token when decoding
  uint64_t compulsory_bytes =
      0;              // what a machine of unlimited memory would move, at the design point's widths
  double wall_s = 0;  // from the first start to the last done, packing and unpacking left out
  std::string y_sha256, h_last_sha256;  // of the int32 values, little-endian
};

struct tensor_difference {
  std::string tensor;  // "y" or "h_last"
  int64_t batch = 0, channel = 0;
  int64_t token = -1;  // of y; -1 for h_last
  int64_t state = -1;  // of h_last; -1 for y
  int32_t want = 0, got = 0;
  int64_t count = 0;  // elements of this tensor that differ
};

struct counter_difference {
  std::string name;  // "block.event"
  uint64_t want = 0, got = 0;
};

// first_difference compares y in the order of the tokens as processed, then batch, channel; then h_last; and
// counters in CSR order.
struct scan_difference {
  std::optional<tensor_difference> tensor;
  std::optional<counter_difference> counter;
};

enum class compared_counters { all, saturations, none };

// Empty when outputs and the chosen counters are equal. Both results must be of `shape`, or
// std::invalid_argument. Saturations: only the counters named saturations_*, the ones that rungs without time
// have in common with the others.
std::optional<scan_difference> first_difference(const scan_result& want, const scan_result& got,
                                                const scan_shape& shape, bool reverse = false,
                                                compared_counters counters = compared_counters::all);

}  // namespace scansim
