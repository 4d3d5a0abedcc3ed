#include "traces/calls/scan_sets.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "traces/calls/call_checks.h"
#include "traces/calls/scan_sets_generate.h"
#include "traces/calls/scan_sets_view.h"
#include "traces/calls/selective_scan.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

constexpr int64_t most_lists = 64;

using tensor_table = std::vector<call_tensor>;

// The weights of set `set`, or of all; `suffix` stands behind every name.
void add_weights(scan_sets_call& c, set_tensors& t, scan_set* set, const std::string& suffix,
                 tensor_table& table) {
  const call_axis batch{"batch", &c.batch}, d{"D", set != nullptr ? &set->channels : &c.channels},
      n{"N", &t.states}, g{"G", &t.groups}, l{"L", &c.length};
  const auto add = [&](const char* name, std::vector<float>& values, std::vector<call_axis> axes,
                       const char* text) {
    table.push_back(
        {.name = name + suffix, .values = &values, .axes = std::move(axes), .required = false, .text = text});
    if (table.back().axes.size() == 4) table.back().axis_of_one = 1;
  };
  const bool own = set != nullptr;
  add("delta", t.delta, {batch, d, l},
      own ? "of this set alone; step before bias and softplus"
          : "of every set without one of its own, as all of these");
  if (own) table.back().before = [&c, set] { settle(set->channels, c.channels - set->first_channel); };
  add("A", t.a, {d, n}, "no value above 0");
  add("B", t.b, {batch, g, n, l}, "or (batch, N, L), then G = 1");
  add("C", t.c, {batch, g, n, l}, "as `B`");
  add("D", t.d, {d}, "skip; absent: none");
  add("delta_bias", t.delta_bias, {d}, "added to `delta` before softplus");
}

void add_set(scan_sets_call& c, size_t k, tensor_table& table) {
  scan_set& set = c.sets[k];
  const std::string suffix = fmt::format(".{}", k);
  add_weights(c, set.own, &set, suffix, table);
  const call_axis batch{"batch", &c.batch}, d{"D", &set.channels}, n{"N", &set.states},
      positions{"positions", &set.tagged};
  table.push_back(
      {.name = "h0" + suffix,
       .values = &set.h0,
       .axes = {batch, d, n},
       .required = false,
       .text = "state before the first position; absent: zero",
       .before = [&c, &set] { settle(set.states, set.own.states != 0 ? set.own.states : c.shared.states); }});
  table.push_back({.name = "tags" + suffix,
                   .indices = &set.tags,
                   .axes = {positions},
                   .required = false,
                   .text = "a position: 1 reset + 2 hold + 4 mute",
                   .short_index = true});
  if (!set.final_state) return;
  table.push_back({.name = "expect.h_last" + suffix,
                   .values = &set.expect_h_last,
                   .axes = {batch, d, n},
                   .required = false,
                   .text = "recorded state after the last position"});
}

// k of "name.k"; -1 for another name.
int64_t number_behind(const std::string& name, std::string_view stem) {
  if (!name.starts_with(stem) || name.size() <= stem.size()) return -1;
  int64_t k = -1;
  const char* end = name.data() + name.size();
  const auto parsed = std::from_chars(name.data() + stem.size(), end, k);
  return parsed.ec == std::errc() && parsed.ptr == end && k < most_lists ? k : -1;
}

void check_states(const scan_sets_call& c, size_t k, const std::string& file) {
  const set_weights w = weights_of(c, k);
  for (const auto& [tensor, name] : {std::pair{&w.delta, "delta"}, {&w.a, "A"}, {&w.b, "B"}, {&w.c, "C"}}) {
    if (tensor->values->empty())
      throw input_error(file, fmt::format("{}.{}", name, k),
                        fmt::format("a tensor, or {} for all sets", name), "nothing");
  }
  require_size(w.a.states <= max_trace_states, file, w.a.name("A") + ".shape",
               fmt::format("N <= {}", max_trace_states), w.a.states);
  for (const auto& [tensor, name] : {std::pair{&w.b, "B"}, {&w.c, "C"}}) {
    require_size(tensor->states == w.a.states, file, tensor->name(name) + ".shape",
                 fmt::format("N = {} as {}", w.a.states, w.a.name("A")), tensor->states);
    const int64_t channels = tensor->own ? c.sets[k].channels : c.channels;
    require_size(tensor->groups >= 1 && channels % tensor->groups == 0, file, tensor->name(name) + ".shape",
                 fmt::format("G that divides D = {}", channels), tensor->groups);
    require_size(tensor->own || tensor->groups == 1 || c.sets[k].channels == c.channels, file,
                 tensor->name(name) + ".shape", "G = 1 where a set scans some of the channels",
                 tensor->groups);
  }
  require_size(w.b.groups == w.c.groups, file, w.c.name("C") + ".shape",
               fmt::format("G = {} as {}", w.b.groups, w.b.name("B")), w.c.groups);
}

}  // namespace

const call_kind scan_sets_kind = {
    "scan_sets",
    "up to eight scans of one input, each in its own order, added up: cross, snake, both ways",
    make_as<call, scan_sets_call>,
    make_as<call_generator, scan_sets_generator>,
    {{6e-4, 2e-3}, {3e-3, 5e-3}, {3e-2, 5e-2}}};

tensor_table scan_sets_call::tensors() {
  const call_axis b{"batch", &batch}, d{"D", &channels}, l{"L", &length}, r{"R", &output_rows};
  tensor_table table = {{.name = "u", .values = &u, .axes = {b, d, l}, .text = "input of every set"},
                        {.name = "z",
                         .values = &z,
                         .axes = {b, d, r},
                         .required = false,
                         .text = "gate of the output rows",
                         .before = [this] { settle(output_rows, length); }}};
  add_weights(*this, shared, nullptr, "", table);
  for (size_t k = 0; k < sets.size(); ++k) add_set(*this, k, table);
  const auto add_lists = [&](const char* name, auto& lists_of_call, std::vector<int64_t>& sizes,
                             const char* text) {
    for (size_t k = 0; k < lists_of_call.size(); ++k)
      table.push_back({.name = fmt::format("{}.{}", name, k),
                       .indices = &lists_of_call[k],
                       .axes = {{"positions", &sizes[k]}},
                       .required = false,
                       .text = text,
                       .short_index = true});
  };
  add_lists("list", lists, list_sizes, "rows, by position, of map `list:k`; −1: no row, of outputs alone");
  add_lists("parent", parents, parent_sizes, "of each node, an earlier one or −1, of map `dfs:k`");
  table.push_back({.name = "expect.y",
                   .values = &expect_y,
                   .axes = {b, d, r},
                   .required = false,
                   .text = "recorded sum of the sets' outputs, each after its gate"});
  return table;
}

void scan_sets_call::see_names(std::span<const std::string> names) {
  size_t lists_seen = 0, parents_seen = 0;
  for (const std::string& name : names) {
    lists_seen = std::max(lists_seen, static_cast<size_t>(number_behind(name, "list.") + 1));
    parents_seen = std::max(parents_seen, static_cast<size_t>(number_behind(name, "parent.") + 1));
  }
  take_lists(lists_seen, parents_seen);
}

void scan_sets_call::take_lists(size_t lists_wanted, size_t parents_wanted) {
  lists.resize(lists_wanted), list_sizes.resize(lists_wanted);
  parents.resize(parents_wanted), parent_sizes.resize(parents_wanted);
}

void scan_sets_call::show_every_tensor() {
  sets.resize(1);
  take_lists(1, 1);
}

void scan_sets_call::derive() {
  settle(output_rows, length);
  if (height == 0) height = 1, width = length;
  for (scan_set& set : sets) {
    settle(set.channels, channels - set.first_channel);
    settle(set.states, set.own.states != 0 ? set.own.states : shared.states);
  }
}

// Of what is there: a set need not have tensors of its own.
void scan_sets_call::check_axes(const std::string& file) const {
  constexpr int64_t largest = int64_t{1} << 40;
  for (const call_tensor& tensor : tensors_of(*this)) {
    if (tensor.values != nullptr ? tensor.values->empty() : tensor.indices->empty()) continue;
    for (const call_axis& axis : tensor.axes)
      require_size(*axis.size >= 1 && *axis.size <= largest, file, tensor.name + ".shape",
                   fmt::format("{} from 1 to 2^40", axis.symbol), *axis.size);
  }
}

void scan_sets_call::check_sizes(const std::string& file) const {
  const std::string key = "__metadata__.scansim.";
  require_size(!sets.empty() && sets.size() <= max_scan_sets, file, key + "sets",
               fmt::format("1 to {} sets", max_scan_sets), static_cast<int64_t>(sets.size()));
  require_size(output_rows >= 1 && output_rows <= INT32_MAX && length <= INT32_MAX, file, key + "output_rows",
               "R and L below 2^31", output_rows);
  require_size(height >= 1 && width >= 1 && length % (height * width) == 0, file, key + "grid",
               fmt::format("H W that divides L = {}", length), height * width);
  for (size_t k = 0; k < sets.size(); ++k) {
    const scan_set& set = sets[k];
    const std::string name = fmt::format("{}sets[{}].", key, k);
    require_size(set.first_channel >= 0 && set.channels >= 1 && set.first_channel + set.channels <= channels,
                 file, name + "channels", fmt::format("first + count <= D = {}", channels),
                 set.first_channel + set.channels);
    require_size(set.segment >= 0 && (set.segment & (set.segment - 1)) == 0, file, name + "segment",
                 "a power of two", set.segment);
    if (set.gate != set_gate::none && z.empty())
      throw input_error(file, name + "gate", "\"none\" without a tensor z", "a gate");
    check_states(*this, k, file);
  }
}

void scan_sets_call::check_contents(const std::string& file) const {
  int64_t frames = 1;
  for (size_t k = 0; k < sets.size(); ++k) frames = std::max(frames, frames_of_set(*this, k, file));
  require_size(length == frames * height * width, file, "__metadata__.scansim.grid",
               fmt::format("H W with {} rows of u, {} a grid", length, length / frames), height * width);
  for (size_t k = 0; k < sets.size(); ++k) {
    const set_weights w = weights_of(*this, k);
    check_decay(*w.a.values, w.a.states, w.a.name("A"), file);
    steps_of(*this, k, file);
  }
}

std::unique_ptr<call_scales> scan_sets_call::make_scales() const {
  auto scales = std::make_unique<scan_sets_scales>();
  scales->sets.resize(std::max<size_t>(1, sets.size()));  // one for the page
  return scales;
}

scale_rows scan_sets_scales::rows() {
  scale_row table{.name = "sets",
                  .count = "the sets",
                  .text = "as of a scan; one `frac_u`, one `frac_z` and one `frac_y` for all"};
  for (scan_scales& one : sets) table.parts.push_back(rows_of(one));
  return {table};
}

uint64_t scan_sets_call::tokens() const { return static_cast<uint64_t>(batch * length); }

uint64_t scan_sets_call::state_updates() const {
  uint64_t updates = 0;
  for (size_t k = 0; k < sets.size(); ++k) {
    const std::vector<scan_step> steps = steps_of(*this, k, "scan_sets");
    const auto held =
        std::count_if(steps.begin(), steps.end(), [](const scan_step& one) { return one.hold; });
    updates += static_cast<uint64_t>(batch * sets[k].channels * sets[k].states) *
               (steps.size() - static_cast<uint64_t>(held));
  }
  return updates;
}

}  // namespace scansim
