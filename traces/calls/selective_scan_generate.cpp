#include "traces/calls/selective_scan_generate.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "traces/calls/extreme_values.h"
#include "traces/input_error.h"
#include "traces/scan_shapes.h"
#include "traces/state_choice.h"

namespace scansim {

namespace {

std::string shape_names() {
  std::string names;
  for (const named_shape& shape : scan_shape_table()) names += (names.empty() ? "" : ", ") + shape.name;
  return names;
}

// The states that a pattern keeps, one index per `asked` groups of channels.
state_selection select_states(const scan_tensors& tensors, const std::string& text, int64_t asked) {
  const nm_pattern pattern = parse_nm_pattern(text, "--state-pattern");
  const scan_shape& s = tensors.shape;
  const int64_t groups = asked == 0 ? s.groups : asked;
  if (s.states % pattern.m != 0)
    throw input_error("command line", "--state-pattern", fmt::format("M that divides N = {}", s.states),
                      text);
  if (groups < 1 || s.channels % groups != 0 || groups % s.groups != 0)
    throw input_error("command line", "--state-groups",
                      fmt::format("a multiple of G = {} that divides D = {}", s.groups, s.channels),
                      fmt::format("{}", groups));
  return {pattern, choose_states(tensors, pattern, groups)};
}

}  // namespace

std::vector<generator_option> selective_scan_generator::options() {
  generate_request& r = request_;
  return {{.flag = "--shape", .text = "One of " + shape_names(), .word = &r.shape},
          {.flag = "--channels",
           .text = "D; needed without --shape, otherwise overrides it",
           .integer = &r.channels,
           .needed = "--shape"},
          {.flag = "--states",
           .text = "N; likewise",
           .integer = &r.states,
           .most = max_trace_states,
           .needed = "--shape"},
          {.flag = "--groups",
           .text = "G, groups of channels that share B and C; likewise, default 1",
           .integer = &r.groups},
          {.flag = "--length", .text = "L, tokens; likewise", .integer = &r.length, .needed = "--shape"},
          {.flag = "--batch", .text = "Sequences", .integer = &r.batch, .shows_default = true},
          {.flag = "--decode", .text = "Run as one call per token", .toggle = &r.decode},
          {.flag = "--reverse", .text = "Scan from the last token to the first", .toggle = &r.reverse},
          {.flag = "--h0", .text = "Start from a state h0", .toggle = &r.with_h0},
          {.flag = "--state-pattern",
           .text = "N:M along the state axis: of every M states the N of largest energy are kept",
           .word = &state_pattern_},
          {.flag = "--state-groups",
           .text = "Groups of channels with an index of their own for --state-pattern; default: G",
           .integer = &state_groups_,
           .needs = "--state-pattern"},
          {.flag = "--no-z", .text = "No gate z", .toggle = &r.with_z, .sets = false},
          {.flag = "--no-d", .text = "No skip D", .toggle = &r.with_d, .sets = false},
          {.flag = "--no-bias",
           .text = "delta_bias already inside delta",
           .toggle = &r.with_delta_bias,
           .sets = false},
          {.flag = "--no-softplus",
           .text = "softplus already applied to delta",
           .toggle = &r.delta_softplus,
           .sets = false},
          extremes_option(extremes_)};
}

generate_request selective_scan_generator::seeded(uint64_t seed) const {
  generate_request request = request_;
  request.seed = seed;
  return request;
}

std::unique_ptr<call> selective_scan_generator::generate(uint64_t seed) const {
  auto made = std::make_unique<selective_scan_call>();
  made->scan = generate_scan(seeded(seed));
  make_extreme(*made, extremes_, seed);
  if (!state_pattern_.empty()) made->select(select_states(made->scan, state_pattern_, state_groups_));
  return made;
}

bool selective_scan_generator::knows_shape(const std::string& name) const {
  return find_scan_shape(name) != nullptr;
}

nlohmann::json selective_scan_generator::provenance(uint64_t seed) const {
  return generation_provenance(seeded(seed));
}

}  // namespace scansim
