#include "traces/calls/scan_sets_generate.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "traces/calls/extreme_values.h"
#include "traces/calls/scan_sets_random.h"
#include "traces/calls/scan_sets_shapes.h"
#include "traces/calls/selective_scan.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

std::string sets_shape_names() {
  std::string names;
  for (const sets_shape& shape : sets_shape_table())
    names += (names.empty() ? "" : ", ") + std::string(shape.name);
  return names;
}

[[noreturn]] void refuse_flag(const char* flag, const std::string& expected, const std::string& found) {
  throw input_error("command line", flag, expected, found);
}

[[noreturn]] void refuse_beside(const char* flag, const char* other) {
  refuse_flag(flag, std::string("nothing beside ") + other + ", which says the sets", "both");
}

constexpr const char* both_ways = "raster; reverse:raster";

// "HxW"
std::pair<int64_t, int64_t> grid_of(const std::string& text) {
  int64_t height = 0, width = 0;
  char x = 0, rest = 0;
  std::istringstream stream(text);
  stream >> height >> x >> width;
  if (!stream || x != 'x' || stream >> rest || height < 1 || width < 1)
    refuse_flag("--grid", "HxW, as 14x14", "'" + text + "'");
  return {height, width};
}

// What is drawn: a call whose sets are named, and of which weights each has its own.
struct sets_plan {
  std::string own;
  size_t skips = max_scan_sets;
  int64_t states = 0, groups = 1;
  bool z = true, d = true, bias = true, h0 = false;
  bool owns(std::string_view weight) const {
    std::istringstream words(own);
    for (std::string word; words >> word;)
      if (word == weight) return true;
    return false;
  }
};

uint64_t seed_of(uint64_t seed, const std::string& stream) {
  return static_cast<uint64_t>(random_stream(seed, stream).uniform() * 0x1p53);
}

scan_tensors draw(const scan_sets_call& c, const sets_plan& plan, int64_t channels, uint64_t seed) {
  generate_request request;
  request.channels = channels, request.states = plan.states, request.groups = plan.groups;
  request.length = c.length, request.batch = c.batch, request.seed = seed;
  request.delta_softplus = c.delta_softplus;
  request.with_delta_bias = plan.bias, request.with_h0 = plan.h0, request.with_z = false;
  return generate_scan(request);
}

void draw_weights(scan_sets_call& c, const sets_plan& plan, uint64_t seed) {
  scan_tensors common = draw(c, plan, c.channels, seed);
  c.u = std::move(common.u);
  const auto take = [&](set_tensors& to, scan_tensors& from, bool own, bool skip) {
    const auto give = [&](const char* name, std::vector<float>& value, std::vector<float>& source) {
      if (plan.owns(name) == own) value = std::move(source);
    };
    to.states = plan.states, to.groups = plan.groups;
    give("delta", to.delta, from.delta), give("A", to.a, from.a), give("B", to.b, from.b);
    give("C", to.c, from.c), give("delta_bias", to.delta_bias, from.delta_bias);
    if (skip) give("D", to.d, from.d);
  };
  take(c.shared, common, false, plan.d);
  for (size_t k = 0; k < c.sets.size(); ++k) {
    scan_set& set = c.sets[k];
    if (set.channels == 0) set.channels = c.channels - set.first_channel;
    if (set.channels < 1)
      refuse_flag("--sets", fmt::format("channels within D = {}", c.channels),
                  fmt::format("{}", set.first_channel));
    scan_tensors own = draw(c, plan, set.channels, seed_of(seed, fmt::format("set {}", k)));
    set.h0 = std::move(own.h0);
    take(set.own, own, true, plan.d && k < plan.skips);
  }
}

void draw_gate(scan_sets_call& c, const sets_plan& plan, uint64_t seed) {
  for (scan_set& set : c.sets)
    if (!plan.z) set.gate = set_gate::none;
  if (!plan.z) return;
  generate_request request;
  request.channels = c.channels, request.states = 1, request.length = c.output_rows;
  request.batch = c.batch, request.seed = seed;
  c.z = generate_scan(request).z;
}

}  // namespace

std::vector<generator_option> scan_sets_generator::options() {
  return {
      {.flag = "--shape", .text = "one of " + sets_shape_names(), .word = &shape_},
      {.flag = "--channels",
       .text = "D; needed without --shape, otherwise overrides it",
       .integer = &channels_,
       .needed = "--shape"},
      {.flag = "--states",
       .text = "N; likewise",
       .integer = &states_,
       .most = max_trace_states,
       .needed = "--shape"},
      {.flag = "--groups", .text = "G, groups of channels that share B and C", .integer = &groups_},
      {.flag = "--length",
       .text = "L, rows of u, a grid of one row; likewise",
       .integer = &length_,
       .needed = "--shape --grid"},
      {.flag = "--grid", .text = "HxW in place of --length", .word = &grid_},
      {.flag = "--batch", .text = "Sequences", .integer = &batch_},
      {.flag = "--sets",
       .text =
           "up to eight sets, \"raster; reverse:raster segment=8\": a map, or map_u/map_p/map_out, then "
           "reverse, segment=M, tap=post|pre, drive=dt|plain, gate=silu|linear|none, channels=first+count, "
           "final_state=true|false; "
           "default: raster; reverse:raster",
       .word = &sets_},
      {.flag = "--random-sets",
       .text = "so many sets drawn at random in place of --sets, with lists, trees and tags",
       .integer = &random_,
       .most = max_scan_sets},
      {.flag = "--random-taps",
       .text = "of sets drawn at random some have their tap before the drive",
       .toggle = &random_taps_,
       .needs = "--random-sets"},
      {.flag = "--random-states",
       .text = "of sets drawn at random some give no last state back",
       .toggle = &random_states_,
       .needs = "--random-sets"},
      {.flag = "--shared-weights", .text = "one delta, A, B, C, D and bias for all sets", .toggle = &shared_},
      {.flag = "--h0", .text = "Start from a state h0", .toggle = &with_h0_},
      {.flag = "--no-z", .text = "No gate z", .toggle = &with_z_, .sets = false},
      {.flag = "--no-d", .text = "No skip D", .toggle = &with_d_, .sets = false},
      {.flag = "--no-bias", .text = "delta_bias already inside delta", .toggle = &with_bias_, .sets = false},
      {.flag = "--no-softplus",
       .text = "softplus already applied to delta",
       .toggle = &softplus_,
       .sets = false},
      extremes_option(extremes_)};
}

bool scan_sets_generator::knows_shape(const std::string& name) const {
  return find_sets_shape(name) != nullptr;
}

std::unique_ptr<call> scan_sets_generator::generate(uint64_t seed) const {
  const sets_shape* shape = shape_.empty() ? nullptr : find_sets_shape(shape_);
  if (!shape_.empty() && shape == nullptr)
    refuse_flag("--shape", "one of " + sets_shape_names(), "'" + shape_ + "'");
  auto made = std::make_unique<scan_sets_call>();
  scan_sets_call& c = *made;
  sets_plan plan{.own = shared_ ? "" : "delta A B C D delta_bias"};
  c.batch = batch_, c.delta_softplus = softplus_;
  const char* const from = shape != nullptr ? "--shape" : "--sets";
  const bool named = shape != nullptr || !sets_.empty();
  if (shape != nullptr && !sets_.empty()) refuse_beside("--sets", from);
  if (shape != nullptr && shared_) refuse_beside("--shared-weights", from);
  if (named && random_ != 0) refuse_beside("--random-sets", from);
  if (random_ < 0 || random_ > static_cast<int64_t>(max_scan_sets))
    refuse_flag("--random-sets", fmt::format("1 to {} sets", max_scan_sets), fmt::format("{}", random_));
  const std::string text = shape != nullptr ? shape->sets : sets_.empty() ? both_ways : sets_;
  if (random_ == 0) c.sets = parse_sets(text, "command line", "--sets");
  // No released code of a named call gives a last state back.
  for (scan_set& set : c.sets) set.final_state = shape == nullptr && set.final_state;
  const auto choose = [](int64_t asked, int64_t published) { return asked != 0 ? asked : published; };
  c.channels = choose(channels_, shape != nullptr ? shape->channels : 0);
  plan.states = choose(states_, shape != nullptr ? shape->states : 0);
  plan.groups = choose(groups_, 1);
  c.height = shape != nullptr ? shape->height : 1;
  c.width = choose(length_, shape != nullptr ? shape->width : 0);
  if (!grid_.empty()) std::tie(c.height, c.width) = grid_of(grid_);
  if (length_ != 0 && c.height != 1)
    refuse_flag("--length", "--grid, for the sets are on a grid", fmt::format("{}", length_));
  const int64_t frame = c.height * c.width;
  c.length = frame * (shape != nullptr ? shape->frames : 1);
  c.output_rows = frame * (shape != nullptr ? shape->output_frames : 1);
  plan.z = with_z_ && (shape == nullptr || shape->gated), plan.d = with_d_, plan.bias = with_bias_;
  plan.h0 = with_h0_;
  if (shape != nullptr) plan.own = shape->own, plan.skips = shape->skips;
  random_stream stream(seed, "lists");
  if (random_ > 0) draw_sets(c, random_, stream);
  if (random_taps_) draw_taps(c, seed);
  if (random_states_) draw_final_states(c, seed);
  draw_weights(c, plan, seed);
  draw_gate(c, plan, seed);
  if (shape != nullptr && shape->fill != nullptr) shape->fill(c, stream);
  c.derive();
  make_extreme(c, extremes_, seed);
  check_call(c, "generate");
  return made;
}

nlohmann::json scan_sets_generator::provenance(uint64_t seed) const {
  nlohmann::json provenance = call_generator::provenance(seed);
  if (const sets_shape* shape = find_sets_shape(shape_)) {
    provenance["shape"] = shape->name;
    provenance["shape_source"] = shape->source;
  }
  return provenance;
}

}  // namespace scansim
