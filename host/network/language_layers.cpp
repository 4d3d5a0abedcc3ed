// Layers of language models, and Vim's, which is a Mamba layer of two directions.
#include <algorithm>

#include "host/network/layer_kind.h"
#include "traces/calls/scan_sets_shapes.h"

namespace scansim {
namespace {

constexpr int64_t rms = static_cast<int64_t>(norm_kind::rms_norm);

norm_kind norm_of(const layer_values& v) { return static_cast<norm_kind>(v["norm"]); }

// Two directions: convolution, x_proj, dt_proj and scan of their own, the scans one call; out_proj adds one
// after the other to the residual stream, as the machine's layer does.
void expand_mamba(const layer_values& v, layer_parts& parts) {
  const int64_t model = v["d_model"], inner = v["d_inner"], states = v["d_state"], rank = v["dt_rank"],
                directions = v["directions"];
  parts.norm("norm", norm_of(v), model);
  parts.product("in_proj", model, 2 * inner);
  parts.conv1d(inner, v["conv"], true, directions);
  parts.product("x_proj", inner, rank + 2 * states, 8, directions);
  if (v["inner_norm"] != 0) {
    parts.norm("dt_norm", norm_kind::rms_norm, rank, directions);
    parts.norm("bc_norm", norm_kind::rms_norm, states, 2 * directions);
  }
  parts.product("dt_proj", rank, inner, 8, directions);
  if (directions > 1 && !parts.pass().decode) {
    parts.scan_sets("scan", inner, states, true, both_sets, every_weight);
  } else {
    parts.scan("scan", inner, states, true, false);
    if (directions > 1) parts.scan("scan reverse", inner, states, true, true);
  }
  parts.rotation(inner, directions);
  parts.residual_product("out_proj", inner, model, directions);
  if (norm_of(v) != norm_kind::rms_norm || v["inner_norm"] != 0) return;
  parts.set_whole({.kind = operation::mamba_layer,
                   .tokens = parts.pass().tokens,
                   .sequences = parts.pass().sequences,
                   .channels = inner,
                   .states = states,
                   .width = v["conv"],
                   .model = model,
                   .rank = rank,
                   .directions = directions,
                   .stateful = parts.pass().decode});
}

void expand_mamba2(const layer_values& v, layer_parts& parts) {
  const int64_t inner = v["d_inner"], states = v["d_state"], bc = 2 * v["groups"] * states;
  parts.norm("norm", norm_of(v), v["d_model"]);
  parts.product("in_proj", v["d_model"], 2 * inner + bc + v["heads"]);
  parts.conv1d(inner + bc, v["conv"], true);
  const auto steps = static_cast<uint64_t>(parts.pass().rows()) * static_cast<uint64_t>(inner * states);
  parts.missing("ssd", "no unit for SSD (a decay a head)", {0, steps});
  parts.missing("gated_norm", "no unit for norm(y silu(z))");
  parts.residual_product("out_proj", inner, v["d_model"]);
}

// Keys that a pass's queries of one sequence meet, all together.
uint64_t keys_met(const layer_pass& pass, int64_t window, bool causal) {
  uint64_t sum = 0;
  const int64_t all = pass.context + pass.tokens, most = window > 0 ? window : all;
  if (!causal) return static_cast<uint64_t>(pass.tokens) * static_cast<uint64_t>(std::min(all, most));
  // 1, 2, ... up to the window, then the window.
  const int64_t first = pass.context + 1, last = all;
  const int64_t rising = std::min(last, most);
  if (rising >= first)
    sum += static_cast<uint64_t>(rising - first + 1) * static_cast<uint64_t>(first + rising) / 2;
  if (last > most)
    sum += static_cast<uint64_t>(last - std::max(most, first - 1)) * static_cast<uint64_t>(most);
  return sum;
}

void expand_attention(const layer_values& v, layer_parts& parts) {
  const int64_t width = v["heads"] * v["head_dim"], inputs = v["inputs"] > 0 ? v["inputs"] : v["d_model"];
  const bool own_keys = v["own_keys"] != 0;
  parts.norm("norm", norm_of(v), inputs);
  parts.product("qkv_proj", inputs, width + (own_keys ? 2 * v["kv_heads"] * v["head_dim"] : 0));
  const uint64_t met = keys_met(parts.pass(), v["window"], v["causal"] != 0);
  const auto products = 2 * static_cast<uint64_t>(width) * static_cast<uint64_t>(parts.pass().sequences);
  parts.missing("attention", "no unit for scores, softmax and their product with the values",
                {products * met, 0});
  parts.residual_product("out_proj", width, v["d_model"]);
}

std::optional<broken_rule> check_attention(const layer_values& v) {
  if (v["heads"] % v["kv_heads"] == 0) return std::nullopt;
  return broken_rule{"kv_heads", "a divisor of heads"};
}

std::optional<broken_rule> check_moe(const layer_values& v) {
  if (v["top_k"] <= v["experts"]) return std::nullopt;
  return broken_rule{"top_k", "no more than experts"};
}

void expand_mlp(const layer_values& v, layer_parts& parts) {
  const bool gated = v["gated"] != 0, silu = v["activation"] == 0;
  parts.norm("norm", norm_of(v), v["d_model"]);
  parts.product("up_proj", v["d_model"], (gated ? 2 : 1) * v["hidden"]);
  if (gated || !silu)
    parts.missing("activation", gated ? "no unit for the product with a gate" : "no unit for gelu");
  else
    parts.operators().back().shape.silu = true;
  parts.residual_product("down_proj", v["hidden"], v["d_model"]);
}

// Routing depends on values, so what a machine would take is not known without them.
void expand_moe(const layer_values& v, layer_parts& parts) {
  parts.norm("norm", norm_of(v), v["d_model"]);
  parts.product("router", v["d_model"], v["experts"], 16);
  const int64_t matrices = v["gated"] != 0 ? 3 : 2;
  const auto macs = static_cast<uint64_t>(parts.pass().rows() * v["top_k"] * matrices) *
                    static_cast<uint64_t>(v["d_model"] * v["hidden"]);
  parts.missing("experts", "which expert a token takes is a value", {macs, 0});
}

}  // namespace

std::vector<layer_kind> language_layers() {
  return {
      {"mamba",
       "a Mamba-1 layer; directions 2: Vim's",
       {{"d_model"},
        {"d_inner"},
        {"d_state"},
        {"dt_rank"},
        {"conv", 4, 2, 16},
        {"directions", 1, 1, 2},
        {"norm", rms, 0, 0, norm_choices},
        {"inner_norm", 0, 0, 0, no_yes}},
       expand_mamba},
      {"mamba2",
       "a Mamba-2 layer",
       {{"d_model"},
        {"d_inner"},
        {"d_state"},
        {"heads"},
        {"groups", 1},
        {"conv", 4, 2, 16},
        {"norm", rms, 0, 0, norm_choices}},
       expand_mamba2},
      {"attention",
       "attention with its projections; inputs 0: d_model; window 0: all tokens; own_keys false: another "
       "layer's",
       {{"d_model"},
        {"heads", std::nullopt, 1, 512},
        {"kv_heads", std::nullopt, 1, 512},
        {"head_dim", std::nullopt, 1, 1024},
        {"inputs", 0, 0},
        {"window", 0, 0},
        {"causal", 1, 0, 0, no_yes},
        {"own_keys", 1, 0, 0, no_yes},
        {"norm", rms, 0, 0, norm_choices}},
       expand_attention,
       false,
       check_attention},
      {"mlp",
       "two products with an activation between them; gated: up gives a gate too",
       {{"d_model"},
        {"hidden"},
        {"gated", 0, 0, 0, no_yes},
        {"activation", 0, 0, 0, {"silu", "gelu"}},
        {"norm", rms, 0, 0, norm_choices}},
       expand_mlp},
      {"moe",
       "a mixture of experts",
       {{"d_model"},
        {"hidden"},
        {"experts", std::nullopt, 1, 4096},
        {"top_k", std::nullopt, 1, 8},
        {"gated", 1, 0, 0, no_yes},
        {"norm", rms, 0, 0, norm_choices}},
       expand_moe,
       false,
       check_moe},
  };
}

}  // namespace scansim
