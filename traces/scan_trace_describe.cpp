// The numbers of `trace info` for a scan.
#include "traces/scan_trace.h"
#include "traces/scan_trace_layout.h"
#include "traces/tensor_statistics.h"

namespace scansim {

using nlohmann::json;

namespace {

// null: every state is kept. The statistics below are those of the kept states.
json sparsity_json(const std::optional<state_sparsity>& sparsity) {
  if (!sparsity) return nullptr;
  return {{"pattern", to_string(sparsity->pattern)},
          {"N", sparsity->states},
          {"G", sparsity->groups},
          {"index_groups", sparsity->index_groups},
          {"index", sparsity->chosen ? "chosen" : "state_index"},
          {"index_bits", sparsity->index_bits()}};
}

}  // namespace

json describe(const scan_trace& trace) {
  const scan_shape& shape = trace.tensors.shape;
  const scan_options& options = trace.tensors.options;
  json tensors = json::object();
  for (const auto& tensor : trace_tensor_table()) {
    const auto& values = trace.tensors.*tensor.values;
    if (values.empty()) continue;
    json entry = tensor_statistics(values);
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
          {"state_sparsity", sparsity_json(trace.sparsity)},
          {"tensors", tensors},
          {"scales", scales},
          {"provenance", trace.provenance}};
}

}  // namespace scansim
