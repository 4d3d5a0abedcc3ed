#include "host/program/scan/scan_sets_traffic.h"

#include <fmt/format.h>

#include <algorithm>

namespace scansim {

void sets_traffic::add(size_t k, const tensor_traffic& one) {
  tensor_traffic& all = entry(name_of(one.tensor, k));
  all.read_bytes += one.read_bytes;
  all.written_bytes += one.written_bytes;
}

std::vector<tensor_traffic> sets_traffic::finish() {
  const auto operand = static_cast<uint64_t>(point_.operand_bytes());
  require("u", operand * call_.u.size());
  require("z", operand * call_.z.size());
  require("y",
          static_cast<uint64_t>(point_.output_bytes() * call_.batch * call_.channels * call_.output_rows));
  require_weights("", call_.shared, operand);
  for (size_t k = 0; k < call_.sets.size(); ++k) {
    const scan_set& set = call_.sets[k];
    const std::string suffix = fmt::format(".{}", k);
    require_weights(suffix, set.own, operand);
    const auto state = static_cast<uint64_t>(point_.state_bytes());
    require("h0" + suffix, state * set.h0.size());
    if (set.final_state)
      require("h_last" + suffix, state * static_cast<uint64_t>(call_.batch * set.channels * set.states));
  }
  return std::move(traffic_);
}

std::string sets_traffic::name_of(const std::string& tensor, size_t k) const {
  for (const char* common : {"u", "z", "y", "descriptors", token_lists_name})
    if (tensor == common) return tensor;
  const set_weights w = weights_of(call_, k);
  if (tensor == "delta") return w.delta.name(tensor);
  if (tensor == "A") return w.a.name(tensor);
  if (tensor == "B") return w.b.name(tensor);
  if (tensor == "C") return w.c.name(tensor);
  if (tensor == "D, delta_bias")
    return w.d.own || w.delta_bias.own ? fmt::format("{}.{}", tensor, k) : tensor;
  return fmt::format("{}.{}", tensor, k);  // h0, h_last
}

tensor_traffic& sets_traffic::entry(const std::string& name) {
  const auto found = std::find_if(traffic_.begin(), traffic_.end(),
                                  [&](const tensor_traffic& one) { return one.tensor == name; });
  return found != traffic_.end() ? *found : traffic_.emplace_back(tensor_traffic{name});
}

void sets_traffic::require(const std::string& name, uint64_t bytes) {
  if (bytes > 0) entry(name).compulsory_bytes += bytes;
}

void sets_traffic::require_weights(const std::string& suffix, const set_tensors& t, uint64_t operand) {
  require("delta" + suffix, operand * t.delta.size());
  require("B" + suffix, operand * t.b.size());
  require("C" + suffix, operand * t.c.size());
  require("A" + suffix, operand * t.a.size());
  require("D, delta_bias" + suffix, 2 * (t.d.size() + t.delta_bias.size()));
}

}  // namespace scansim
