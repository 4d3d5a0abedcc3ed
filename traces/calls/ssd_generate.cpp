#include "traces/calls/ssd_generate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "traces/calls/draw_rows.h"
#include "traces/calls/extreme_values.h"
#include "traces/input_error.h"
#include "traces/random_streams.h"

namespace scansim {

namespace {

std::string ssd_shape_names() {
  std::string names;
  for (const ssd_shape& shape : ssd_shape_table())
    names += (names.empty() ? "" : ", ") + std::string(shape.name);
  return names;
}

const ssd_shape* find_ssd_shape(const std::string& name) {
  for (const ssd_shape& shape : ssd_shape_table())
    if (name == shape.name) return &shape;
  return nullptr;
}

// One value a head, the logarithm uniform.
std::vector<float> draw_heads(uint64_t seed, const char* tensor, int64_t heads, double least, double most) {
  random_stream random(seed, std::string(ssd_kind.name) + "." + tensor);
  std::vector<float> values;
  const double span = portable_log(most / least);
  for (int64_t h = 0; h < heads; ++h)
    values.push_back(static_cast<float>(least * portable_exp(span * random.uniform())));
  return values;
}

// What softplus makes `step` of.
float before_softplus(float step) {
  return static_cast<float>(step + portable_log(1 - portable_exp(-static_cast<double>(step))));
}

}  // namespace

const std::vector<ssd_shape>& ssd_shape_table() {
  static const char* const cards = "state-spaces/mamba model cards: d_state 128, headdim 64";
  static const std::vector<ssd_shape> shapes = {
      {"mamba2-130m", 24, 64, 128, 1, 2048, cards},
      {"mamba2-370m", 32, 64, 128, 1, 2048, cards},
      {"mamba2-780m", 48, 64, 128, 1, 2048, cards},
      {"mamba2-1.3b", 64, 64, 128, 1, 2048, cards},
      {"mamba2-2.7b", 80, 64, 128, 1, 2048, cards},
      {"mamba2-8b", 128, 64, 128, 8, 4096, "nvidia/mamba2-8b-3t-4k model card"}};
  return shapes;
}

std::vector<generator_option> ssd_generator::options() {
  return {{.flag = "--shape", .text = "One of " + ssd_shape_names(), .word = &shape_},
          {.flag = "--heads",
           .text = "H; needed without --shape, otherwise overrides it",
           .integer = &heads_,
           .needed = "--shape"},
          {.flag = "--head-channels", .text = "P; likewise", .integer = &head_channels_, .needed = "--shape"},
          {.flag = "--states",
           .text = "N; likewise",
           .integer = &states_,
           .most = max_ssd_states,
           .needed = "--shape"},
          {.flag = "--groups",
           .text = "G, groups of heads that share B and C; likewise, default 1",
           .integer = &groups_},
          {.flag = "--length", .text = "L, tokens; likewise", .integer = &length_, .needed = "--shape"},
          {.flag = "--batch", .text = "Sequences", .integer = &batch_, .shows_default = true},
          {.flag = "--sequences",
           .text = "Packed into each row of tokens, of random lengths",
           .integer = &sequences_},
          {.flag = "--cu-seqlens",
           .text = "Tell them by cu_seqlens, each with states of its own, instead of seq_idx",
           .toggle = &packed_,
           .needs = "--sequences"},
          {.flag = "--decode", .text = "Run as one call per token", .toggle = &decode_},
          {.flag = "--h0", .text = "Start from states", .toggle = &h0_},
          {.flag = "--no-z", .text = "No gate z", .toggle = &z_, .sets = false},
          {.flag = "--no-d", .text = "No skip D", .toggle = &d_, .sets = false},
          {.flag = "--no-bias", .text = "dt_bias already inside dt", .toggle = &bias_, .sets = false},
          {.flag = "--no-softplus",
           .text = "softplus already applied to dt",
           .toggle = &softplus_,
           .sets = false},
          extremes_option(extremes_)};
}

bool ssd_generator::knows_shape(const std::string& name) const { return find_ssd_shape(name) != nullptr; }

void ssd_generator::take_sizes(ssd_call& c) const {
  const ssd_shape* shape = find_ssd_shape(shape_);
  if (!shape_.empty() && shape == nullptr)
    throw input_error("generate", "--shape", "one of " + ssd_shape_names(), "'" + shape_ + "'");
  static constexpr ssd_shape given = {"", 0, 0, 0, 1, 0, ""};
  const ssd_shape& named = shape != nullptr ? *shape : given;
  const auto size = [](int64_t own, int64_t of_shape) { return own > 0 ? own : of_shape; };
  c.batch = batch_, c.length = size(length_, named.length), c.heads = size(heads_, named.heads);
  c.head_channels = size(head_channels_, named.head_channels), c.states = size(states_, named.states);
  c.groups = size(groups_, named.groups);
  c.sequences = packed_ ? sequences_ : batch_, c.bounds = c.sequences + 1;
  c.dt_softplus = softplus_, c.decode = decode_;
}

// Different places to cut at, in every row.
void ssd_generator::cut_sequences(ssd_call& c, uint64_t seed) const {
  if (sequences_ == 0) return;
  if (sequences_ > c.length)
    throw input_error("generate", "--sequences", fmt::format("at most L = {}", c.length),
                      fmt::format("{}", sequences_));
  for (int64_t row = 0; row < c.batch; ++row) {
    std::vector<int64_t> cuts =
        draw_selection({ssd_kind.name, seed}, fmt::format("cuts.{}", row), c.length - 1, sequences_ - 1);
    for (int64_t& cut : cuts) ++cut;
    cuts.push_back(0);
    std::sort(cuts.begin(), cuts.end());
    cuts.push_back(c.length);
    if (packed_) {
      c.cu_seqlens = cuts;
      continue;
    }
    for (size_t k = 0; k + 1 < cuts.size(); ++k)
      c.seq_idx.insert(c.seq_idx.end(), static_cast<size_t>(cuts[k + 1] - cuts[k]), static_cast<int64_t>(k));
  }
}

std::unique_ptr<call> ssd_generator::generate(uint64_t seed) const {
  const draw_source source{ssd_kind.name, seed};
  auto made = std::make_unique<ssd_call>();
  ssd_call& c = *made;
  take_sizes(c);
  c.check_axes("generate");
  const int64_t rows = c.batch * c.length;
  c.x = draw_rows(source, "x", rows, c.heads * c.head_channels, 1, 0);
  c.b = draw_rows(source, "B", rows, c.groups * c.states, 1, 0);
  c.c = draw_rows(source, "C", rows, c.groups * c.states, fan_in_scale(c.states), 0);
  if (z_) c.z = draw_rows(source, "z", rows, c.heads * c.head_channels, 1, 0);
  if (d_) c.d = draw_heads(seed, "D", c.heads, 0.5, 2);
  c.a = draw_heads(seed, "A", c.heads, 1, 16);
  for (float& rate : c.a) rate = -rate;
  const std::vector<float> step = draw_heads(seed, "dt_bias", c.heads, 1e-3, 1e-1);
  c.dt = draw_rows(source, "dt", rows, c.heads, 0.5, 0);
  for (size_t at = 0; at < c.dt.size(); ++at) {  // about a head's own step
    const float of_head = step[at % step.size()];
    if (!softplus_)
      c.dt[at] = static_cast<float>(of_head * portable_exp(c.dt[at]));
    else if (!bias_)
      c.dt[at] += before_softplus(of_head);
  }
  if (bias_)
    for (const float of_head : step) c.dt_bias.push_back(softplus_ ? before_softplus(of_head) : 0.0F);
  if (h0_)
    c.initial_states =
        draw_rows(source, "initial_states", c.sequences, c.heads * c.head_channels * c.states, 0.25, 0);
  cut_sequences(c, seed);
  make_extreme(c, extremes_, seed);
  check_call(c, "generate");
  return made;
}

}  // namespace scansim
