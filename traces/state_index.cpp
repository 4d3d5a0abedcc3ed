#include "traces/state_index.h"

#include <fmt/format.h>

#include "traces/input_error.h"
#include "traces/sizes_text.h"

namespace scansim {

void check_index_shape(const std::vector<int64_t>& sizes, const scan_shape& shape, const nm_pattern& pattern,
                       const std::string& path) {
  const int64_t kept = shape.states / pattern.m * pattern.n;
  const bool fits = sizes.size() == 2 && sizes[0] >= 1 && sizes[0] % shape.groups == 0 &&
                    shape.channels % sizes[0] == 0 && sizes[1] == kept;
  if (fits) return;
  throw input_error(path, std::string(state_index_name) + ".shape",
                    fmt::format("[index groups, {}], index groups a multiple of G = {} that divides D = {}",
                                kept, shape.groups, shape.channels),
                    sizes_text(sizes));
}

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

}  // namespace scansim
