#include "traces/calls/mamba_block.h"

#include <fmt/format.h>

#include <algorithm>

#include "hls/gemm/gemm_nm.h"
#include "hls/units/conv1d_silu.h"
#include "traces/calls/call_checks.h"
#include "traces/calls/call_option.h"
#include "traces/calls/mamba_block_generate.h"
#include "traces/input_error.h"
#include "traces/nm_prune.h"
#include "traces/state_index.h"

namespace scansim {

namespace {

constexpr const char* backward_prefix = "backward.";

void add_branch(mamba_block_call& c, mamba_branch_call& b, const std::string& prefix,
                std::vector<call_tensor>& table) {
  const call_axis d{"D", &c.channels}, n{"N", &c.states}, r{"R", &c.rank}, w{"W", &c.width},
      p{"R + 2 N", &c.projected};
  const auto add = [&](const char* name, std::vector<float>& values, std::vector<call_axis> axes,
                       const char* text = "") {
    table.push_back({.name = prefix + name, .values = &values, .axes = std::move(axes), .text = text});
  };
  add("A", b.a, {d, n}, "or `A_log`; no value above 0; `A_log` becomes −exp(A_log)");
  table.back().log_name = prefix + "A_log";
  add("D", b.d, {d});
  add("conv1d.weight", b.conv_weight, {d, w}, "or (D, 1, W); oldest input first; W 2 to 4");
  table.back().spare_axis = 1;
  add("conv1d.bias", b.conv_bias, {d});
  add("dt_proj.weight", b.dt_proj, {d, r});
  add("dt_proj.bias", b.dt_bias, {d}, "the scan's `delta_bias`");
  add("x_proj.weight", b.x_proj, {p, d}, "rows of dt, B, C");
  table.back().before = [&c] { settle(c.projected, c.rank + 2 * c.states); };
  if (c.state_sparsity.dense()) return;
  const call_axis groups{"index groups", &c.index_groups}, kept{"kept states", &c.indexed};
  table.push_back({.name = prefix + state_index_name,
                   .indices = &b.state_index,
                   .axes = {groups, kept},
                   .text = "with `state_sparsity` and only then, always given: as of a scan's trace",
                   .before = [&c] { settle(c.indexed, c.kept_states()); }});
}

// out_proj is not among them: the array may see it after the Hadamard matrix went into it.
void check_patterns(const mamba_block_call& c, const std::string& file) {
  if (c.sparsity.dense()) return;
  const auto check = [&](const std::vector<float>& w, int64_t inner, const std::string& name) {
    check_nm<float>(w, static_cast<int64_t>(w.size()) / inner, inner, c.sparsity, nm_side::inputs, file,
                    name);
  };
  check(c.in_proj, c.d_model, "in_proj.weight");
  for_each_branch(c, [&](const mamba_branch_call& b, size_t index) {
    const std::string prefix = index == 0 ? "" : backward_prefix;
    check(b.x_proj, c.channels, prefix + "x_proj.weight");
    check(b.dt_proj, c.rank, prefix + "dt_proj.weight");
  });
}

void check_state_sparsity(const mamba_block_call& c, const std::string& file) {
  if (c.state_sparsity.dense()) return;
  require_size(c.states % c.state_sparsity.m == 0, file, "A.shape",
               fmt::format("N a multiple of {}, as state_sparsity says", c.state_sparsity.m), c.states);
  const std::string field = std::string(state_index_name) + ".shape";
  require_size(c.channels % c.index_groups == 0, file, field,
               fmt::format("index groups that divide D = {}", c.channels), c.index_groups);
  require_size(c.indexed == c.kept_states(), file, field, fmt::format("{} kept states", c.kept_states()),
               c.indexed);
}

}  // namespace

const call_kind mamba_block_kind = {"mamba_block",
                                    "a whole layer of a Mamba model, one direction or two",
                                    make_as<call, mamba_block_call>,
                                    make_as<call_generator, mamba_block_generator>,
                                    // test_mamba_inner_fn of mamba_ssm
                                    {{6e-4, 2e-3}, {3e-3, 5e-3}, {3e-2, 5e-2}}};

// A second direction is there when any of its tensors is; the table then wants all of them.
void mamba_block_call::see_names(std::span<const std::string> names) {
  if (std::any_of(names.begin(), names.end(),
                  [](const std::string& name) { return name.starts_with(backward_prefix); }))
    backward.emplace();
}

std::vector<call_tensor> mamba_block_call::tensors() {
  const call_axis l{"L", &length}, model{"d_model", &d_model}, d{"D", &channels}, n{"N", &states},
      both{"2 D", &expanded}, before{"W - 1", &past};
  // One sequence is written without the axis of the batch; a file that is being read may have it or not.
  const auto of_sequences = [&](std::vector<call_axis> axes) {
    if (batch != 1) axes.insert(axes.begin(), {"B", &batch});
    return axes;
  };
  const int axis_of_one = batch != 1 ? 0 : -1;
  std::vector<call_tensor> table = {{.name = "x",
                                     .values = &x,
                                     .axes = of_sequences({l, model}),
                                     .text = "residual stream in; B, here and below, may be left out if 1",
                                     .axis_of_one = axis_of_one},
                                    {.name = "norm.weight", .values = &norm, .axes = {model}}};
  add_branch(*this, forward, "", table);
  table.push_back({.name = "in_proj.weight",
                   .values = &in_proj,
                   .axes = {both, model},
                   .text = "rows of the convolution's input, then rows of z",
                   .before = [this] { settle(expanded, 2 * channels); }});
  table.push_back({.name = "out_proj.weight",
                   .values = &out_proj,
                   .axes = {model, d},
                   .text = "as in the checkpoint, without a Hadamard matrix"});
  table.push_back({.name = "conv_state",
                   .values = &conv_state,
                   .axes = of_sequences({d, before}),
                   .required = false,
                   .text = "inputs before the first token, oldest first; absent: zero",
                   .before = [this] { settle(past, width - 1); },
                   .axis_of_one = axis_of_one});
  table.push_back({.name = "h0",
                   .values = &h0,
                   .axes = of_sequences({d, n}),
                   .required = false,
                   .text = "state before the first token; absent: zero",
                   .axis_of_one = axis_of_one});
  if (backward) add_branch(*this, *backward, backward_prefix, table);
  table.push_back({.name = "expect.y",
                   .values = &expect_y,
                   .axes = of_sequences({l, model}),
                   .required = false,
                   .text = "residual stream out",
                   .axis_of_one = axis_of_one});
  return table;
}

std::vector<call_option> mamba_block_call::options() {
  using enum option_written;
  return {eps_option(eps),
          pattern_option("sparsity", sparsity, always, "`\"dense\"` or `\"N:M\"`, of the projections"),
          bool_option("hadamard", hadamard, true, unless_default, "false: no rotation in front of out_proj"),
          pattern_option("state_sparsity", state_sparsity, unless_default, "`\"N:M\"`, along the states"),
          weight_format_option(weight_bits, unless_default)};
}

void mamba_block_call::check_sizes(const std::string& file) const {
  check_norm(d_model, eps, file, "d_model");
  require_size(length <= INT32_MAX / batch, file, "x.shape", "B L < 2^31", length);
  require_size(width >= 2 && width <= hls::max_conv_width, file, "conv1d.weight.shape",
               fmt::format("W from 2 to {}", hls::max_conv_width), width);
  require_size(channels <= hls::max_reduction, file, "A.shape", fmt::format("D <= {}", hls::max_reduction),
               channels);
  require_size(states <= max_block_states, file, "A.shape", fmt::format("N <= {}", max_block_states), states);
  require_size(rank <= channels, file, "dt_proj.weight.shape", fmt::format("R <= D = {}", channels), rank);
  require_size(expanded == 2 * channels, file, "in_proj.weight.shape",
               fmt::format("2 D = {} rows", 2 * channels), expanded);
  require_size(projected == rank + 2 * states, file, "x_proj.weight.shape",
               fmt::format("R + 2 N = {} rows", rank + 2 * states), projected);
  require_size(past == width - 1, file, "conv_state.shape", fmt::format("[{}, {}]", channels, width - 1),
               past);
  check_state_sparsity(*this, file);
  for (const auto& [tensor, name] : {std::pair{&conv_state, "conv_state"}, {&h0, "h0"}}) {
    if (backward && !tensor->empty())
      throw input_error(file, name, "no such tensor beside a second direction (it starts from zero)", "one");
  }
}

void mamba_block_call::check_contents(const std::string& file) const {
  for_each_branch(*this, [&](const mamba_branch_call& b, size_t index) {
    if (!state_sparsity.dense())
      kept_states_of(b.state_index, indexed, state_sparsity,
                     std::string(index == 0 ? "" : backward_prefix) + state_index_name, file);
  });
  check_patterns(*this, file);
  for_each_branch(*this, [&](const mamba_branch_call& b, size_t index) {
    check_decay(b.a, states, std::string(index == 0 ? "" : backward_prefix) + "A", file);
  });
}

std::string mamba_block_call::guess_layout(const named_shapes& shapes) const {
  const auto a = shapes.find("A_log");
  if (a != shapes.end() && a->second.size() == 1) return "A_log with one value a head: a layer of Mamba-2?";
  return guess_conv_state(shapes, "conv_state", "conv1d.weight");
}

uint64_t mamba_block_call::state_updates() const {
  return (backward ? 2U : 1U) * static_cast<uint64_t>(all_tokens() * channels * states);
}

call_work mamba_block_call::work() const {
  const int64_t of_direction = projected * channels + channels * rank + d_model * channels;
  return {"multiply",
          static_cast<uint64_t>(all_tokens() * (expanded * d_model + (backward ? 2 : 1) * of_direction))};
}

kept_states kept_of(const mamba_block_call& call, const mamba_branch_call& branch) {
  if (call.state_sparsity.dense()) return {};
  return kept_states_of(branch.state_index, call.indexed, call.state_sparsity, state_index_name,
                        "mamba_block");
}

}  // namespace scansim
