// The numbers of `trace info`. Two passes per tensor, sums in double: exact enough for any length that fits
// memory.
#include <algorithm>
#include <cmath>

#include "traces/scan_trace.h"
#include "traces/scan_trace_layout.h"

namespace scansim {

using nlohmann::json;

namespace {

json statistics(const std::vector<float>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const auto count = static_cast<double>(values.size());
  double sum = 0;
  for (const float value : values) sum += value;
  const double mean = sum / count;
  double squares = 0;
  for (const float value : values) squares += (value - mean) * (value - mean);
  return {{"count", values.size()},
          {"min", *low},
          {"max", *high},
          {"mean", mean},
          {"std", std::sqrt(squares / count)},
          {"absmax", std::max(std::fabs(*low), std::fabs(*high))}};
}

}  // namespace

json describe(const scan_trace& trace) {
  const scan_shape& shape = trace.tensors.shape;
  const scan_options& options = trace.tensors.options;
  json tensors = json::object();
  for (const auto& tensor : trace_tensor_table()) {
    const auto& values = trace.tensors.*tensor.values;
    if (values.empty()) continue;
    json entry = statistics(values);
    entry["shape"] = tensor_sizes(tensor, shape);
    tensors[tensor.name] = std::move(entry);
  }
  json scales = json::array();
  for (const auto& one : trace.scales) scales.push_back(scales_to_json(one));
  const expect_tolerance tolerance = trace.tolerance.value_or(expect_tolerance{});
  return {{"path", trace.path},
          {"sha256", trace.sha256},
          {"operator", "selective_scan"},
          {"shape",
           {{"batch", shape.batch},
            {"D", shape.channels},
            {"N", shape.states},
            {"G", shape.groups},
            {"L", shape.length}}},
          {"options",
           {{"delta_softplus", options.delta_softplus},
            {"reverse", options.reverse},
            {"mode", options.decode ? "decode" : "prefill"}}},
          {"expect_tolerance", {{"rtol", tolerance.rtol}, {"atol", tolerance.atol}}},
          {"tensors", tensors},
          {"scales", scales},
          {"provenance", trace.provenance}};
}

}  // namespace scansim
