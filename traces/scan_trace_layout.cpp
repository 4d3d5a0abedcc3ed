#include "traces/scan_trace_layout.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace scansim {

const std::vector<trace_tensor>& trace_tensor_table() {
  using enum trace_axis;
  static const std::vector<trace_tensor> table = {
      {"u", &scan_tensors::u, {batch, channels, length}, true},
      {"delta", &scan_tensors::delta, {batch, channels, length}, true},
      {"A", &scan_tensors::a, {channels, states}, true},
      {"B", &scan_tensors::b, {batch, groups, states, length}, true},
      {"C", &scan_tensors::c, {batch, groups, states, length}, true},
      {"D", &scan_tensors::d, {channels}, false},
      {"z", &scan_tensors::z, {batch, channels, length}, false},
      {"delta_bias", &scan_tensors::delta_bias, {channels}, false},
      {"h0", &scan_tensors::h0, {batch, channels, states}, false},
      {"expect.y", &scan_tensors::expect_y, {batch, channels, length}, false},
      {"expect.h_last", &scan_tensors::expect_h_last, {batch, channels, states}, false},
  };
  return table;
}

int64_t& axis_size(scan_shape& shape, trace_axis axis) {
  switch (axis) {
    case trace_axis::batch:
      return shape.batch;
    case trace_axis::channels:
      return shape.channels;
    case trace_axis::states:
      return shape.states;
    case trace_axis::groups:
      return shape.groups;
    case trace_axis::length:
      break;
  }
  return shape.length;
}

int64_t axis_size(const scan_shape& shape, trace_axis axis) {
  scan_shape copy = shape;
  return axis_size(copy, axis);
}

const char* axis_symbol(trace_axis axis) {
  constexpr const char* symbols[] = {"batch", "D", "N", "G", "L"};
  return symbols[static_cast<size_t>(axis)];
}

std::vector<int64_t> tensor_sizes(const trace_tensor& tensor, const scan_shape& shape) {
  std::vector<int64_t> sizes;
  for (const trace_axis axis : tensor.axes) sizes.push_back(axis_size(shape, axis));
  return sizes;
}

int64_t tensor_count(const trace_tensor& tensor, const scan_shape& shape) {
  constexpr int64_t largest = int64_t{1} << 60;
  int64_t count = 1;
  for (const int64_t size : tensor_sizes(tensor, shape)) {
    if (size < 1 || count > largest / size) return -1;
    count *= size;
  }
  return count;
}

std::string sizes_text(const std::vector<int64_t>& sizes) {
  return fmt::format("[{}]", fmt::join(sizes, ", "));
}

}  // namespace scansim
