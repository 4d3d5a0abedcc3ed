#include "host/program/scan/sets_fit.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/set_check.h"

namespace scansim {

namespace {

int64_t end_of(const set_slice& slice) { return slice.first_channel + slice.channels; }

std::string name_of_set(size_t k) { return fmt::format("sets[{}]", k); }

class sets_fitter {
 public:
  sets_fitter(const quantised_scan_sets& sets, const design_point& point) : sets_(sets), shape_(point) {}

  sets_fit fit() {
    if (shape_.max_sets == 0) refuse("max_sets is 0");
    for (size_t k = 0; k < sets_.sets.size() && found_.why_not.empty(); ++k) add(k);
    for (set_slice& slice : found_.slices)
      if (found_.why_not.empty()) check(slice);
    return std::move(found_);
  }

 private:
  // The first reason stays.
  void refuse(const std::string& why) {
    if (found_.why_not.empty()) found_.why_not = why;
  }

  void add(size_t k) {
    const quantised_set& set = sets_.sets[k];
    const scan_shape& shape = set.rows.shape;
    require(name_of_set(k) + ": rows of u", shape.length, "chunk_tokens", shape_.chunk_tokens);
    require("rows of y", sets_.output_rows, "chunk_tokens", shape_.chunk_tokens);
    require(name_of_set(k) + ": states", shape.states, "max_states", shape_.max_states);
    if (!found_.why_not.empty()) return;
    std::vector<scan_step> steps = read_steps(set.steps);
    fitted_set fitted;
    fitted.number = k;
    fitted.from_h0 = !set.rows.h0.empty() && !steps.front().reset;
    steps.front().reset = false;  // from zero as it is
    std::optional<fitted_walk> walk = fit_walk(steps, sets_.output_rows);
    if (!walk) {
      refuse(name_of_set(k) + ": its rows are no two lists and one affine order");
      return;
    }
    fitted.tokens = std::move(*walk);
    set_slice* slice = slice_of(k);
    if (slice == nullptr) return;
    if (!slice->sets.empty()) fitted.same = shared_with(sets_.sets[slice->sets.back().number].rows, set.rows);
    slice->sets.push_back(std::move(fitted));
  }

  static shared_tensors shared_with(const quantised_scan& before, const quantised_scan& set) {
    const bool states = before.shape.states == set.shape.states && before.shape.groups == set.shape.groups;
    return {
        .delta = before.delta == set.delta,
        .b = states && before.b == set.b,
        .c = states && before.c == set.c,
        .params = states && before.a == set.a && before.d == set.d && before.delta_bias == set.delta_bias};
  }

  // That of the same channels; nullptr: some of its channels are another's.
  set_slice* slice_of(size_t k) {
    const set_slice wanted{sets_.sets[k].first_channel, sets_.sets[k].rows.shape.channels, {}, 0};
    for (set_slice& known : found_.slices) {
      if (known.first_channel >= end_of(wanted) || wanted.first_channel >= end_of(known)) continue;
      if (known.first_channel == wanted.first_channel && known.channels == wanted.channels) return &known;
      refuse(fmt::format("{}: channels that are neither those of {} nor others", name_of_set(k),
                         name_of_set(known.sets.front().number)));
      return nullptr;
    }
    return &found_.slices.emplace_back(wanted);
  }

  void check(set_slice& slice) {
    const auto states = [&](const fitted_set& set) {
      return static_cast<int>(sets_.sets[set.number].rows.shape.states);
    };
    const auto passes = [&](const fitted_set& set) {
      return (states(set) + shape_.states - 1) / shape_.states;
    };
    const int first = passes(slice.sets.front());
    int64_t entries = 0, own_b = 0, own_c = 0;
    int most_states = 1;
    for (const fitted_set& set : slice.sets) {
      if (passes(set) != first)
        refuse(fmt::format("{}: {} passes, those before {}", name_of_set(set.number), passes(set), first));
      own_b += !set.same.b, own_c += !set.same.c;
      most_states = std::max(most_states, states(set));
      if (!set.tokens.list.empty()) entries += set_list_entries(shape_, set.tokens.walk.positions);
    }
    const auto count = static_cast<int64_t>(slice.sets.size());
    hls::scan_descriptor d;
    d.passes = static_cast<uint8_t>(first);
    d.chunk_tokens = static_cast<uint16_t>(sets_.sets[slice.sets.front().number].rows.shape.length);
    d.log2_packed = static_cast<uint8_t>(slice.log2_packed = hls::log2_packed_of(most_states, shape_.states));
    require("sets of the same channels", count, "max_sets", shape_.max_sets);
    require("rows of B", std::max(own_b, own_c) * set_bc_rows(shape_, d), "2 chunk_tokens max_states",
            shape_.set_bc_capacity());
    require("entries of lists", entries, "max_sets chunk_tokens", shape_.set_list_capacity());
  }

  void require(const std::string& what, int64_t count, const char* limit, int64_t most) {
    if (count > most) refuse(fmt::format("{}: {}, {} allows {}", what, count, limit, most));
  }

  const quantised_scan_sets& sets_;
  machine_shape shape_;
  sets_fit found_;
};

}  // namespace

sets_fit fit_sets(const quantised_scan_sets& sets, const design_point& point) {
  return sets_fitter(sets, point).fit();
}

}  // namespace scansim
