// Layers of vision models that scan a picture in more orders than one.
#include "host/network/layer_kind.h"

namespace scansim {
namespace {

uint64_t macs_of(int64_t a, int64_t b, int64_t c) {
  return static_cast<uint64_t>(a) * static_cast<uint64_t>(b) * static_cast<uint64_t>(c);
}

// VMamba's and what descends from it: `directions` scans of the picture, half of them in other orders than
// its rows and half of each reversed; scan_channels of each (0: d_inner), over scan_tokens (0: all).
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
  if (all > 1) parts.missing("cross_scan", "orders of tokens other than forward and backward");
  parts.product("x_proj", channels, rank + 2 * states, 8, sets, rows);
  parts.product("dt_proj", rank, channels, 8, sets, rows);
  parts.scan("scan", channels, states, false, all == 1 && v["reverse"] != 0, (all + 1) / 2, tokens);
  if (all > 1) parts.scan("scan reverse", channels, states, false, true, all / 2, tokens);
  if (all > 1) parts.missing("cross_merge", "orders of tokens other than forward and backward");
  if (v["out_norm"] != 0) parts.missing("out_norm", "no unit for layer norm (mean taken off)");
  if (gate) parts.missing("gate", "a gate behind the sum of the scans");
  parts.rotation(inner, 1);
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
  if (v["reverse"] == 0 || v["directions"] == 1) return std::nullopt;
  return broken_rule{"reverse", "false: several directions have their reverses"};
}

}  // namespace

std::vector<layer_kind> vision_layers() {
  return {
      {"ss2d",
       "a scan layer over a picture; conv 0: none; scan_channels 0: d_inner; scan_tokens 0: all; shared: one "
       "set of weights; reverse: of a single direction",
       {{"d_model"},
        {"d_inner"},
        {"d_state"},
        {"dt_rank"},
        {"directions", 4, 1, 64},
        {"reverse", 0, 0, 0, no_yes},
        {"scan_channels", 0, 0},
        {"scan_tokens", 0, 0},
        {"conv", 3, 0, 31},
        {"gate", 0, 0, 0, no_yes},
        {"shared", 0, 0, 0, no_yes},
        {"out_norm", 1, 0, 0, no_yes},
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
