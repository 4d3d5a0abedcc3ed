#include "traces/state_index.h"

#include <fmt/format.h>

#include <cstring>

#include "traces/input_error.h"
#include "traces/scan_trace_layout.h"

namespace scansim {

namespace {

template <class T>
std::vector<int64_t> as_integers(const tensor_entry& entry) {
  std::vector<int64_t> values(entry.count());
  for (size_t i = 0; i < values.size(); ++i) {
    T value;
    std::memcpy(&value, entry.data + i * sizeof(T), sizeof(T));
    values[i] = static_cast<int64_t>(value);
  }
  return values;
}

std::vector<int64_t> integers_of(const tensor_entry& entry, const std::string& path) {
  if (entry.dtype == tensor_dtype::u8) return as_integers<uint8_t>(entry);
  if (entry.dtype == tensor_dtype::i32) return as_integers<int32_t>(entry);
  if (entry.dtype == tensor_dtype::i64) return as_integers<int64_t>(entry);
  throw input_error(path, std::string(state_index_name) + ".dtype", "U8, I32 or I64",
                    dtype_name(entry.dtype));
}

void check_sizes(const tensor_entry& entry, const scan_shape& shape, const nm_pattern& pattern,
                 const std::string& path) {
  const int64_t kept = shape.states / pattern.m * pattern.n;
  const bool fits = entry.shape.size() == 2 && entry.shape[0] >= 1 && entry.shape[0] % shape.groups == 0 &&
                    shape.channels % entry.shape[0] == 0 && entry.shape[1] == kept;
  if (fits) return;
  throw input_error(path, std::string(state_index_name) + ".shape",
                    fmt::format("[index groups, {}], index groups a multiple of G = {} that divides D = {}",
                                kept, shape.groups, shape.channels),
                    sizes_text(entry.shape));
}

}  // namespace

kept_states kept_states_of(std::span<const int64_t> values, int64_t kept_count, const nm_pattern& pattern,
                           const std::string& name, const std::string& path) {
  kept_states kept(values.size() / static_cast<size_t>(kept_count));
  for (size_t i = 0; i < values.size(); ++i) {
    const int64_t place = static_cast<int64_t>(i) % kept_count;
    // N of every M: the k-th of a row lies in block k / N, above the one before it.
    const int64_t block = place / pattern.n * pattern.m;
    const int64_t lowest = place % pattern.n == 0 ? block : values[i - 1] + 1;
    if (values[i] < lowest || values[i] >= block + pattern.m) {
      throw input_error(path, fmt::format("{}[{},{}]", name, static_cast<int64_t>(i) / kept_count, place),
                        fmt::format("a state in {}..{}, rising, {} of every {}", block, block + pattern.m - 1,
                                    pattern.n, pattern.m),
                        fmt::format("{}", values[i]));
    }
    kept[i / static_cast<size_t>(kept_count)].push_back(static_cast<int>(values[i]));
  }
  return kept;
}

kept_states read_state_index(const tensor_entry& entry, const scan_shape& shape, const nm_pattern& pattern,
                             const std::string& path) {
  check_sizes(entry, shape, pattern, path);
  return kept_states_of(integers_of(entry, path), entry.shape[1], pattern, state_index_name, path);
}

}  // namespace scansim
