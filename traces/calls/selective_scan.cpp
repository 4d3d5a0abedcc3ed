#include "traces/calls/selective_scan.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "traces/calls/call_checks.h"
#include "traces/calls/call_option.h"
#include "traces/calls/scan_guess.h"
#include "traces/calls/selective_scan_generate.h"
#include "traces/input_error.h"
#include "traces/metadata_reader.h"
#include "traces/sizes_text.h"
#include "traces/state_choice.h"
#include "traces/state_index.h"

namespace scansim {

using nlohmann::json;

namespace {

// null: every state is kept.
json sparsity_json(const std::optional<state_sparsity>& sparsity) {
  if (!sparsity) return nullptr;
  return {{"pattern", to_string(sparsity->pattern)},
          {"N", sparsity->states},
          {"G", sparsity->groups},
          {"index_groups", sparsity->index_groups},
          {"index", sparsity->chosen ? "chosen" : "state_index"},
          {"index_bits", sparsity->index_bits()}};
}

// Not "dense": a call that keeps every state has no key.
call_option state_pattern_option(std::optional<nm_pattern>& pattern) {
  return {"state_sparsity", "`\"N:M\"`: of every M consecutive states N are kept; the others do not exist",
          "every state",
          [&pattern](const metadata_reader& reader) {
            const json* given = reader.find("state_sparsity");
            if (given == nullptr) return;
            if (!given->is_string()) reader.fail("state_sparsity", "a string such as \"2:4\"", given);
            pattern = reader.parse_pattern("state_sparsity");
          },
          [&pattern] { return pattern ? json(to_string(*pattern)) : json(); }};
}

}  // namespace

const call_kind selective_scan_kind = {"selective_scan", "selective_scan_fn of mamba_ssm",
                                       make_as<call, selective_scan_call>,
                                       make_as<call_generator, selective_scan_generator>};

// Sizes come from the tensors in this order: u gives batch, D and L; A gives N; B gives G.
std::vector<call_tensor> selective_scan_call::tensors() {
  scan_shape& s = scan.shape;
  const call_axis batch{"batch", &s.batch}, d{"D", &s.channels}, n{"N", &s.states}, g{"G", &s.groups},
      l{"L", &s.length};
  const auto row = [](const char* name, std::vector<float>& values, std::vector<call_axis> axes,
                      bool required, const char* text = "") {
    return call_tensor{
        .name = name, .values = &values, .axes = std::move(axes), .required = required, .text = text};
  };
  std::vector<call_tensor> table = {
      row("u", scan.u, {batch, d, l}, true, "input of the scan, after conv and silu"),
      row("delta", scan.delta, {batch, d, l}, true, "step before bias and softplus"),
      row("A", scan.a, {d, n}, true, "no value above 0"),
      row("B", scan.b, {batch, g, n, l}, true,
          "or (batch, N, L), then G = 1; channel d belongs to group d / (D / G)"),
      row("C", scan.c, {batch, g, n, l}, true, "as `B`"),
      row("D", scan.d, {d}, false, "skip; absent: none"),
      row("z", scan.z, {batch, d, l}, false, "gate; y is multiplied by silu(z)"),
      row("delta_bias", scan.delta_bias, {d}, false, "added to `delta` before softplus"),
      row("h0", scan.h0, {batch, d, n}, false, "state before the first token; absent: zero"),
      row("expect.y", scan.expect_y, {batch, d, l}, false, "recorded output, after the gate"),
      row("expect.h_last", scan.expect_h_last, {batch, d, n}, false, "recorded state after the last token")};
  for (call_tensor& tensor : table)
    if (tensor.axes.size() == 4) tensor.axis_of_one = 1;
  if (!state_pattern) return table;
  table.push_back({.name = state_index_name,
                   .indices = &state_index,
                   .axes = {{"index groups", &index_groups}, {"kept states", &indexed}},
                   .required = false,
                   .text = "with `state_sparsity`: the states that each index group of channels keeps, "
                           "rising, N of every M"});
  call_tensor& index = table.back();
  index.short_index = true;
  index.take_shape = [this](const std::vector<int64_t>& shape, const std::string& file) {
    check_index_shape(shape, scan.shape, *state_pattern, file);
    index_groups = shape[0], indexed = shape[1];
  };
  return table;
}

std::vector<call_option> selective_scan_call::options() {
  using enum option_written;
  static const std::vector<std::string> modes = {"prefill", "decode"};
  return {bool_option("delta_softplus", scan.options.delta_softplus, std::nullopt, always,
                      "true or false: whether the call applies softplus to delta + delta_bias"),
          bool_option("reverse", scan.options.reverse, false, unless_default,
                      "true: from the last token to the first"),
          choice_option(
              "mode", modes, [this] { return size_t{scan.options.decode ? 1U : 0U}; },
              [this](size_t mode) { scan.options.decode = mode == 1; }, always),
          state_pattern_option(state_pattern)};
}

void selective_scan_call::check_axes(const std::string& file) const {
  const scan_shape& s = scan.shape;
  const std::array<std::pair<const char*, int64_t>, 5> axes = {
      {{"batch", s.batch}, {"D", s.channels}, {"N", s.states}, {"G", s.groups}, {"L", s.length}}};
  for (const auto& [symbol, size] : axes) {
    if (size < 1) throw input_error(file, std::string("shape.") + symbol, ">= 1", fmt::format("{}", size));
  }
}

void selective_scan_call::check_sizes(const std::string& file) const {
  const scan_shape& s = scan.shape;
  if (s.states > max_trace_states)
    throw input_error(file, "A.shape", fmt::format("N <= {}", max_trace_states), fmt::format("{}", s.states));
  if (s.channels % s.groups != 0)
    throw input_error(file, "B.shape", fmt::format("G that divides D = {}", s.channels),
                      fmt::format("{}", s.groups));
  // Absent ones too: outputs and states are allocated from the shape.
  for (const call_tensor& tensor : tensors_of(*this)) {
    if (tensor.values != nullptr && count_of(tensor) < 0)
      throw input_error(file, tensor.name + ".shape", "at most 2^60 elements", sizes_text(sizes_of(tensor)));
  }
}

void selective_scan_call::check_contents(const std::string& file) const {
  check_decay(scan.a, scan.shape.states, "A", file);
}

std::vector<std::string> selective_scan_call::notes() const { return scan_notes(scan); }

std::string selective_scan_call::guess_layout(const named_shapes& shapes) const {
  return guess_scan_layout(shapes);
}

std::string selective_scan_call::guess_name(const std::string& name) const { return guess_scan_name(name); }

std::unique_ptr<call_scales> selective_scan_call::make_scales() const {
  return std::make_unique<selective_scan_scales>();
}

uint64_t selective_scan_call::tokens() const {
  return static_cast<uint64_t>(scan.shape.batch * scan.shape.length);
}

uint64_t selective_scan_call::state_updates() const {
  return tokens() * static_cast<uint64_t>(scan.shape.channels * scan.shape.states);
}

kept_states selective_scan_call::kept(const std::string& file) const {
  if (state_index.empty()) return choose_states(scan, *state_pattern, scan.shape.groups);
  return kept_states_of(state_index, indexed, *state_pattern, state_index_name, file);
}

std::unique_ptr<call> selective_scan_call::as_run(const std::string& file) const {
  if (!state_pattern) return nullptr;
  const scan_shape& s = scan.shape;
  if (s.states % state_pattern->m != 0)
    throw input_error(file, "__metadata__.scansim.state_sparsity",
                      fmt::format("M that divides N = {}", s.states), to_string(*state_pattern));
  const kept_states states = kept(file);
  auto run = std::make_unique<selective_scan_call>();
  run->scan = compact_call(scan, states);
  run->sparsity = state_sparsity{*state_pattern, s.states, static_cast<int64_t>(states.size()), s.groups,
                                 state_index.empty()};
  return run;
}

// States that are not kept stay zero.
void selective_scan_call::record(const std::string& output, const std::vector<double>& values) {
  call::record(output, values);
  if (output == "h_last" && state_pattern)
    scan.expect_h_last = expand_states(scan.expect_h_last, scan.shape, kept("generate"));
}

void selective_scan_call::select(const state_selection& selection) {
  state_pattern = selection.pattern;
  state_index.clear();
  for (const auto& states : selection.kept)
    state_index.insert(state_index.end(), states.begin(), states.end());
  index_groups = static_cast<int64_t>(selection.kept.size());
  indexed = static_cast<int64_t>(state_index.size()) / index_groups;
}

json selective_scan_call::describe_extra() const {
  const scan_shape& s = scan.shape;
  const scan_options& o = scan.options;
  return {
      {"shape", {{"batch", s.batch}, {"D", s.channels}, {"N", s.states}, {"G", s.groups}, {"L", s.length}}},
      {"options",
       {{"delta_softplus", o.delta_softplus},
        {"reverse", o.reverse},
        {"mode", o.decode ? "decode" : "prefill"}}},
      {"state_sparsity", sparsity_json(sparsity)},
      {"scales", json::array()}};
}

}  // namespace scansim
