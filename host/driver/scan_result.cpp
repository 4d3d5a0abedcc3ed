#include "host/driver/scan_result.h"

#include <stdexcept>

namespace scansim {

namespace {

int64_t count_differences(const std::vector<int32_t>& want, const std::vector<int32_t>& got) {
  int64_t count = 0;
  for (size_t i = 0; i < want.size(); ++i) count += want[i] != got[i];
  return count;
}

std::optional<tensor_difference> differing_y(const scan_result& want, const scan_result& got,
                                             const scan_shape& shape, bool reverse) {
  const int64_t count = count_differences(want.y, got.y);
  if (count == 0) return {};
  for (int64_t i = 0; i < shape.length; ++i) {
    const int64_t token = reverse ? shape.length - 1 - i : i;
    for (int64_t row = 0; row < shape.batch * shape.channels; ++row) {
      const auto at = static_cast<size_t>(row * shape.length + token);
      if (want.y[at] == got.y[at]) continue;
      return tensor_difference{
          "y", row / shape.channels, row % shape.channels, token, -1, want.y[at], got.y[at], count};
    }
  }
  return {};
}

std::optional<tensor_difference> differing_state(const scan_result& want, const scan_result& got,
                                                 const scan_shape& shape) {
  for (size_t i = 0; i < want.h_last.size(); ++i) {
    if (want.h_last[i] == got.h_last[i]) continue;
    const auto row = static_cast<int64_t>(i) / shape.states;
    return tensor_difference{"h_last",
                             row / shape.channels,
                             row % shape.channels,
                             -1,
                             static_cast<int64_t>(i) % shape.states,
                             want.h_last[i],
                             got.h_last[i],
                             count_differences(want.h_last, got.h_last)};
  }
  return {};
}

std::optional<counter_difference> differing_counter(const scan_result& want, const scan_result& got,
                                                    compared_counters which) {
  for (size_t i = 0; i < num_counters && which != compared_counters::none; ++i) {
    const counter_name& name = counter_names[i];
    if (which == compared_counters::saturations && !name.event.starts_with("saturations_")) continue;
    if (want.counters[i] == got.counters[i]) continue;
    return counter_difference{std::string(name.block) + "." + std::string(name.event), want.counters[i],
                              got.counters[i]};
  }
  return {};
}

}  // namespace

std::optional<scan_difference> first_difference(const scan_result& want, const scan_result& got,
                                                const scan_shape& shape, bool reverse,
                                                compared_counters counters) {
  const auto outputs = static_cast<size_t>(shape.batch * shape.channels * shape.length);
  const auto states = static_cast<size_t>(shape.batch * shape.channels * shape.states);
  if (want.y.size() != outputs || got.y.size() != outputs || want.h_last.size() != states ||
      got.h_last.size() != states) {
    throw std::invalid_argument("first_difference: results of another shape");
  }
  scan_difference difference;
  difference.tensor = differing_y(want, got, shape, reverse);
  if (!difference.tensor) difference.tensor = differing_state(want, got, shape);
  difference.counter = differing_counter(want, got, counters);
  if (!difference.tensor && !difference.counter) return {};
  return difference;
}

}  // namespace scansim
