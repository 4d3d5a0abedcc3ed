// Layers of vision models that scan a picture in more orders than one.
#include <array>

#include "host/network/layer_kind.h"
#include "traces/calls/scan_sets_shapes.h"

namespace scansim {
namespace {

uint64_t macs_of(int64_t a, int64_t b, int64_t c) {
  return static_cast<uint64_t>(a) * static_cast<uint64_t>(b) * static_cast<uint64_t>(c);
}

const std::vector<const char*> out_norm_choices = {"false", "true", "rms_norm"};
constexpr std::array out_norms = {norm_kind::none, norm_kind::layer_norm, norm_kind::rms_norm};

// The scans of a picture in several orders as one call.
void add_orders(const layer_values& v, int64_t channels, int64_t states, bool gate, int64_t tokens,
                layer_parts& parts) {
  const bool shared = v["shared"] != 0;
  switch (static_cast<scan_orders>(v["orders"])) {
    case scan_orders::cross:
      parts.scan_sets("scan", channels, states, gate, cross_of(v["directions"]), shared ? "" : every_weight,
                      1, tokens);
      return;
    case scan_orders::snakes:  // shared: but for what each direction adds to B
      parts.scan_sets("scan", channels, states, gate, snakes_sets, shared ? "B" : every_weight, 1, tokens);
      return;
    case scan_orders::atrous:  // of all tokens: each scans a quarter of them
      parts.scan_sets("scan", channels, states, gate, atrous_sets, shared ? "" : every_weight);
      return;
    case scan_orders::columns:
      parts.scan_sets("scan", channels, states, gate, v["reverse"] != 0 ? "transpose reverse" : "transpose",
                      every_weight, 1, tokens);
      return;
    case scan_orders::joined:  // of layer scan alone
      return;
  }
}

// VMamba's and what descends from it: `directions` scans of the picture in `orders`, scan_channels of each
// (0: d_inner), over scan_tokens (0: all).
void expand_ss2d(const layer_values& v, layer_parts& parts) {
  const int64_t inner = v["d_inner"], states = v["d_state"], rank = v["dt_rank"], all = v["directions"];
  const int64_t channels = v["scan_channels"] > 0 ? v["scan_channels"] : inner;
  const int64_t tokens = v["scan_tokens"] > 0 ? v["scan_tokens"] : parts.pass().tokens;
  const int64_t rows = tokens * parts.pass().sequences, sets = v["shared"] != 0 ? 1 : all;
  const bool gate = v["gate"] != 0;
  parts.norm("norm", static_cast<norm_kind>(v["norm"]), v["d_model"]);
  parts.product("in_proj", v["d_model"], gate ? 2 * inner : inner);
  if (v["conv"] > 0)
    parts.missing("conv2d", "no unit for 2-D convolution",
                  {macs_of(parts.pass().rows(), inner, v["conv"] * v["conv"]), 0});
  parts.product("x_proj", channels, rank + 2 * states, 8, sets, rows);
  parts.product("dt_proj", rank, channels, 8, sets, rows);
  // z gates every scan where nothing stands between the scans and the gate.
  const bool gated_scans = gate && all > 1 && v["out_norm"] == 0;
  if (all == 1 && v["orders"] == static_cast<int64_t>(scan_orders::cross))
    parts.scan("scan", channels, states, false, v["reverse"] != 0, 1, tokens);
  else
    add_orders(v, channels, states, gated_scans, tokens, parts);
  const norm_kind out_norm = out_norms.at(static_cast<size_t>(v["out_norm"]));
  parts.norm("out_norm", out_norm, inner);
  if (gate && !gated_scans) parts.missing("gate", "a gate behind the sum of the scans");
  if (out_norm != norm_kind::rms_norm) parts.rotation(inner, 1);  // that norm leaves 8 bits
  parts.residual_product("out_proj", inner, v["d_model"]);
}

void expand_conv2d(const layer_values& v, layer_parts& parts) {
  parts.missing(
      "", "no unit for 2-D convolution",
      {macs_of(parts.pass().rows(), v["outputs"], v["inputs"] / v["groups"] * v["kernel"] * v["kernel"]), 0});
}

std::optional<broken_rule> check_conv2d(const layer_values& v) {
  if (v["inputs"] % v["groups"] == 0 && v["outputs"] % v["groups"] == 0) return std::nullopt;
  return broken_rule{"groups", "a divisor of inputs and outputs"};
}

std::optional<broken_rule> check_ss2d(const layer_values& v) {
  if (v["reverse"] != 0 && v["directions"] != 1)
    return broken_rule{"reverse", "false: several directions have their reverses"};
  const auto orders = static_cast<scan_orders>(v["orders"]);
  if (orders == scan_orders::joined) return broken_rule{"orders", "cross, snakes, atrous or columns"};
  if (orders == scan_orders::columns && v["directions"] != 1)
    return broken_rule{"directions", "1 with orders columns"};
  const bool any = orders == scan_orders::cross || orders == scan_orders::columns;
  if (!any && v["directions"] != 4) return broken_rule{"orders", "cross, or 4 directions"};
  return std::nullopt;
}

}  // namespace

std::vector<layer_kind> vision_layers() {
  return {
      {"ss2d",
       "a scan layer over a picture; orders of its directions: cross (rows, columns, both reversed), four "
       "snakes, atrous (each scans a quarter of the tokens); of a single one: columns; conv 0: none; "
       "scan_channels 0: d_inner; scan_tokens 0: all; shared: one set of weights; reverse: of a single "
       "direction",
       {{"d_model"},
        {"d_inner"},
        {"d_state"},
        {"dt_rank"},
        {"directions", 4, 1, static_cast<int64_t>(max_scan_sets)},
        {"orders", 0, 0, 0, order_choices},
        {"reverse", 0, 0, 0, no_yes},
        {"scan_channels", 0, 0},
        {"scan_tokens", 0, 0},
        {"conv", 3, 0, 31},
        {"gate", 0, 0, 0, no_yes},
        {"shared", 0, 0, 0, no_yes},
        {"out_norm", 1, 0, 0, out_norm_choices},
        {"norm", static_cast<int64_t>(norm_kind::layer_norm), 0, 0, norm_choices}},
       expand_ss2d,
       false,
       check_ss2d},
      {"conv2d",
       "a 2-D convolution; tokens are those of its output",
       {{"inputs"}, {"outputs"}, {"kernel", std::nullopt, 1, 64}, {"groups", 1}},
       expand_conv2d,
       false,
       check_conv2d},
  };
}

}  // namespace scansim
