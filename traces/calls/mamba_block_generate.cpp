#include "traces/calls/mamba_block_generate.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "hls/units/conv1d_silu.h"
#include "traces/calls/call_option.h"
#include "traces/calls/draw_rows.h"
#include "traces/calls/extreme_values.h"
#include "traces/input_error.h"
#include "traces/nm_prune.h"
#include "traces/random_streams.h"
#include "traces/scan_shapes.h"

namespace scansim {

namespace {

// Wider rows multiply through four operators to outliers that no layer has.
constexpr double block_spread = 0.1;

// dt_bias such that softplus of it lies between 1e-3 and 1e-1, evenly in the logarithm: as Mamba starts.
std::vector<float> step_bias(const draw_source& source, const std::string& name, int64_t channels) {
  random_stream random(source.seed, source.name + "." + name);
  std::vector<float> bias(static_cast<size_t>(channels));
  for (float& value : bias) {
    const double step = portable_exp(portable_log(1e-3) + portable_log(100.0) * random.uniform());
    value = static_cast<float>(portable_log(portable_exp(step) - 1));
  }
  return bias;
}

// Of every M states N, drawn for every index group.
std::vector<int64_t> draw_states(const draw_source& source, const mamba_block_call& c,
                                 const std::string& name) {
  std::vector<int64_t> index;
  const nm_pattern& p = c.state_sparsity;
  for (int64_t group = 0; group < c.index_groups; ++group) {
    for (int64_t first = 0; first < c.states; first += p.m) {
      std::vector<int64_t> kept =
          draw_selection(source, fmt::format("{}.{}.{}", name, group, first), p.m, p.n);
      std::sort(kept.begin(), kept.end());
      for (const int64_t state : kept) index.push_back(first + state);
    }
  }
  return index;
}

// Published models with layers of this kind, expand 2.
struct layer_shape_name {
  const char* name;
  bool bidirectional;
};
constexpr layer_shape_name layer_shapes[] = {
    {"mamba-130m", false}, {"mamba-370m", false}, {"mamba-790m", false}, {"mamba-1.4b", false},
    {"mamba-2.8b", false}, {"vim-ti", true},      {"vim-s", true},       {"vim-b", true},
    {"vim-ti-730", true},  {"vim-s-730", true},   {"vim-b-730", true},
};

std::vector<std::string> layer_names() {
  std::vector<std::string> names;
  for (const layer_shape_name& one : layer_shapes) names.emplace_back(one.name);
  return names;
}

}  // namespace

std::vector<generator_option> mamba_block_generator::options() {
  return {
      {.flag = "--shape", .text = fmt::format("one of {}", fmt::join(layer_names(), ", ")), .word = &shape_},
      {.flag = "--channels", .integer = &channels_, .needed = "--shape"},
      {.flag = "--batch", .text = "Sequences", .integer = &batch_, .shows_default = true},
      {.flag = "--length", .integer = &length_, .needed = "--shape --decode"},
      {.flag = "--states", .integer = &states_, .most = max_block_states},
      {.flag = "--width",
       .text = "W, 2 to 4; default 4",
       .integer = &width_,
       .least = 2,
       .most = hls::max_conv_width},
      {.flag = "--model-width",
       .text = "d_model; needed without --shape",
       .integer = &d_model_,
       .needed = "--shape"},
      {.flag = "--pattern", .text = "N:M of the weights, or dense", .word = &pattern_},
      {.flag = "--weight-format", .text = "int8 or w4g128", .word = &weight_format_},
      {.flag = "--state-pattern", .text = "N drawn at random", .word = &state_pattern_},
      {.flag = "--state-groups", .text = "1", .integer = &state_groups_},
      {.flag = "--eps", .text = "eps", .real = &eps_, .largest = max_norm_eps},
      {.flag = "--state", .text = "starts from earlier inputs", .toggle = &state_},
      {.flag = "--decode", .text = "one token a sequence, behind earlier inputs", .toggle = &decode_},
      {.flag = "--bidirectional", .text = "a second direction", .toggle = &bidirectional_},
      {.flag = "--no-hadamard",
       .text = "y is not rotated in front of out_proj",
       .toggle = &hadamard_,
       .sets = false},
      {.flag = "--no-bias", .toggle = &bias_, .sets = false},
      extremes_option(extremes_)};
}

void mamba_block_generator::set_state_sparsity(mamba_block_call& c) const {
  if (state_pattern_ == "dense") return;
  c.state_sparsity = flag_pattern(state_pattern_, "--state-pattern");
  if (c.states % c.state_sparsity.m != 0)
    throw input_error("generate", "--state-pattern", fmt::format("M that divides N = {}", c.states),
                      state_pattern_);
  if (state_groups_ < 1 || c.channels % state_groups_ != 0)
    throw input_error("generate", "--state-groups", fmt::format("groups that divide D = {}", c.channels),
                      fmt::format("{}", state_groups_));
  if (!c.state_sparsity.dense()) c.index_groups = state_groups_, c.indexed = c.kept_states();
}

mamba_branch_call mamba_block_generator::generate_branch(const mamba_block_call& c, uint64_t seed,
                                                         const std::string& prefix) const {
  const draw_source source{mamba_block_kind.name, seed};
  const auto draw = [&](const char* name, int64_t rows, int64_t columns, double scale) {
    return draw_rows(source, prefix + name, rows, columns, scale, block_spread);
  };
  mamba_branch_call b;
  b.conv_weight = draw("conv1d.weight", c.channels, c.width, fan_in_scale(c.width));
  b.conv_bias.assign(static_cast<size_t>(c.channels), 0);
  if (bias_) b.conv_bias = draw("conv1d.bias", 1, c.channels, 0.25);
  b.x_proj = draw("x_proj.weight", c.projected, c.channels, fan_in_scale(c.channels));
  b.dt_proj = draw("dt_proj.weight", c.channels, c.rank, fan_in_scale(c.rank));
  b.dt_bias = step_bias(source, prefix + "dt_proj.bias", c.channels);
  b.state_index = draw_states(source, c, prefix + "state_index");
  for (int64_t i = 0; i < c.channels * c.states; ++i) b.a.push_back(-static_cast<float>(i % c.states + 1));
  b.d.assign(static_cast<size_t>(c.channels), 1);
  if (!c.sparsity.dense()) {
    prune_nm(b.x_proj, c.projected, c.channels, c.sparsity, nm_side::inputs);
    prune_nm(b.dt_proj, c.channels, c.rank, c.sparsity, nm_side::inputs);
  }
  return b;
}

void mamba_block_generator::set_sizes(mamba_block_call& c) const {
  const std::vector<std::string> names = layer_names();
  if (!shape_.empty() && std::find(names.begin(), names.end(), shape_) == names.end())
    throw input_error("generate", "--shape", fmt::format("one of {}", fmt::join(names, ", ")),
                      "'" + shape_ + "'");
  const named_shape* const scan = shape_.empty() ? nullptr : find_scan_shape(shape_);
  const auto size = [&](int64_t given, int64_t named) {
    return given != not_given ? given : scan ? named : 0;
  };
  c.batch = batch_;
  c.length = decode_ && length_ == not_given ? 1 : size(length_, scan ? scan->length : 0);
  if (decode_ && c.length > 1)
    throw input_error("generate", "--length", "1, as --decode says", fmt::format("{}", c.length));
  c.channels = size(channels_, scan ? scan->channels : 0);
  c.states =
      scan == nullptr && states_ == not_given ? default_states : size(states_, scan ? scan->states : 0);
  c.d_model = size(d_model_, c.channels / 2);
}

bool mamba_block_generator::bidirectional() const {
  return bidirectional_ ||
         std::any_of(std::begin(layer_shapes), std::end(layer_shapes),
                     [&](const auto& one) { return one.name == shape_ && one.bidirectional; });
}

std::unique_ptr<call> mamba_block_generator::generate(uint64_t seed) const {
  const draw_source source{mamba_block_kind.name, seed};
  auto made = std::make_unique<mamba_block_call>();
  mamba_block_call& c = *made;
  set_sizes(c);
  c.width = width_, c.rank = (c.d_model + 15) / 16;
  c.derive_sizes(), c.eps = eps_, c.hadamard = hadamard_;
  c.weight_bits = flag_weight_bits(weight_format_);
  c.sparsity = flag_pattern(pattern_, "--pattern");
  if (c.states < 1 || c.states > max_block_states)
    throw input_error("generate", "--states", fmt::format("1 to {}", max_block_states),
                      fmt::format("{}", c.states));
  set_state_sparsity(c);
  c.x = draw_rows(source, "x", c.all_tokens(), c.d_model, 1);
  c.norm = draw_rows(source, "norm.weight", 1, c.d_model, 0.2);
  for (float& w : c.norm) w += 1;  // trained weights lie around one
  c.in_proj =
      draw_rows(source, "in_proj.weight", c.expanded, c.d_model, fan_in_scale(c.d_model), block_spread);
  if (!c.sparsity.dense()) prune_nm(c.in_proj, c.expanded, c.d_model, c.sparsity, nm_side::inputs);
  c.out_proj =
      draw_rows(source, "out_proj.weight", c.d_model, c.channels, fan_in_scale(c.channels), block_spread);
  c.forward = generate_branch(c, seed, "");
  if (bidirectional()) c.backward = generate_branch(c, seed, "backward.");
  if (state_ || decode_) {
    c.conv_state = draw_rows(source, "conv_state", c.batch * c.channels, c.past, 1);
    c.h0 = draw_rows(source, "h0", c.batch * c.channels, c.states, 0.1);
  }
  make_extreme(c, extremes_, seed);
  check_call(c, "generate");
  return made;
}

nlohmann::json mamba_block_generator::provenance(uint64_t seed) const {
  nlohmann::json provenance = call_generator::provenance(seed);
  if (!shape_.empty())
    provenance["shape"] = shape_, provenance["shape_source"] = find_scan_shape(shape_)->source;
  return provenance;
}

}  // namespace scansim
