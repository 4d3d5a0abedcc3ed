// Layers of one operator, and those that only count.
#include "host/network/layer_kind.h"
#include "traces/calls/scan_sets_shapes.h"

namespace scansim {
namespace {

void expand_linear(const layer_values& v, layer_parts& parts) {
  parts.product("", v["inputs"], v["outputs"], 16);
}

void expand_norm(const layer_values& v, layer_parts& parts) {
  parts.norm("", static_cast<norm_kind>(v["norm"]), v["channels"]);
}

void expand_scan(const layer_values& v, layer_parts& parts) {
  const int64_t all = v["directions"];
  const bool gate = v["gate"] != 0;
  if (v["orders"] == static_cast<int64_t>(scan_orders::joined))
    return parts.scan_sets("", v["channels"], v["states"], gate, joined_sets, every_weight);
  if (all > 1 && !parts.pass().decode)
    return parts.scan_sets("", v["channels"], v["states"], gate, cross_of(all), every_weight);
  parts.scan("", v["channels"], v["states"], gate, false, (all + 1) / 2);
  if (all > 1) parts.scan("reverse", v["channels"], v["states"], gate, true, all / 2);
}

std::optional<broken_rule> check_scan(const layer_values& v) {
  const auto orders = static_cast<scan_orders>(v["orders"]);
  if (orders == scan_orders::cross) return std::nullopt;
  if (orders != scan_orders::joined) return broken_rule{"orders", "cross or joined"};
  if (v["directions"] != 1) return broken_rule{"directions", "1 with orders joined"};
  return std::nullopt;
}

void expand_conv1d(const layer_values& v, layer_parts& parts) {
  parts.conv1d(v["channels"], v["width"], v["silu"] != 0);
  parts.operators().back().part = "";
}

void expand_embedding(const layer_values& v, layer_parts& parts) {
  parts.embedding("", v["vocabulary"], v["width"]);
}

void expand_missing(const layer_values& v, layer_parts& parts) {
  const auto rows = static_cast<uint64_t>(parts.pass().rows());
  parts.missing("", parts.what(),
                {rows * static_cast<uint64_t>(v["macs_per_token"]),
                 rows * static_cast<uint64_t>(v["updates_per_token"])});
}

}  // namespace

std::vector<layer_kind> single_layers() {
  constexpr int64_t largest_work = int64_t{1} << 40;
  return {
      {"linear", "a product whose result has 16 bits", {{"inputs"}, {"outputs"}}, expand_linear},
      {"norm",
       "a norm of rows",
       {{"channels"}, {"norm", static_cast<int64_t>(norm_kind::rms_norm), 0, 0, norm_choices}},
       expand_norm},
      {"scan",
       "selective scans alone; several directions: a cross scan of a picture, one call; orders joined: three "
       "orders of its tokens in one direction, one behind the other",
       {{"channels"},
        {"states"},
        {"directions", 1, 1, static_cast<int64_t>(max_scan_sets)},
        {"orders", 0, 0, 0, order_choices},
        {"gate", 1, 0, 0, no_yes}},
       expand_scan,
       false,
       check_scan},
      {"conv1d",
       "a causal depthwise convolution",
       {{"channels"}, {"width", 4, 2, 16}, {"silu", 1, 0, 0, no_yes}},
       expand_conv1d},
      {"embedding", "rows looked up by token", {{"vocabulary"}, {"width"}}, expand_embedding},
      {"missing",
       "whatever no kind says; only counted",
       {{"macs_per_token", 0, 0, largest_work}, {"updates_per_token", 0, 0, largest_work}},
       expand_missing,
       true},
  };
}

}  // namespace scansim
