#include "traces/calls/scan_sets_random.h"

#include <fmt/format.h>

#include <algorithm>

#include "traces/calls/scan_sets_view.h"

namespace scansim {

namespace {

class set_drawing {
 public:
  set_drawing(scan_sets_call& call, random_stream& stream) : call_(call), stream_(stream) {}

  void draw(scan_set& set) {
    set.maps = draw_maps();
    set.reverse = chance(0.4);
    set.gate = chance(0.3) ? set_gate::none : set_gate::silu;
    if (chance(0.3)) set.segment = int64_t{1} << below(6);
    if (call_.channels > 1 && chance(0.25)) {
      set.first_channel = below(call_.channels);
      set.channels = 1 + below(call_.channels - set.first_channel);
    }
  }

  // Of sets whose maps are known.
  void draw_tags(size_t k) {
    if (!chance(0.4)) return;
    const double resets = stream_.uniform() * 0.3, holds = stream_.uniform() * 0.4,
                 mutes = stream_.uniform() * 0.4;
    std::vector<int64_t>& tags = call_.sets[k].tags;
    tags.resize(steps_of(call_, k, "generate").size());
    for (int64_t& tag : tags)
      tag =
          (chance(resets) ? tag_reset : 0) + (chance(holds) ? tag_hold : 0) + (chance(mutes) ? tag_mute : 0);
    call_.sets[k].tagged = static_cast<int64_t>(tags.size());
  }

 private:
  bool chance(double of) { return stream_.uniform() < of; }
  int64_t below(int64_t count) {
    return std::min(count - 1, static_cast<int64_t>(stream_.uniform() * static_cast<double>(count)));
  }
  template <class Value>
  Value one_of(std::initializer_list<Value> values) {
    return values.begin()[below(static_cast<int64_t>(values.size()))];
  }

  // Of every row, in some order.
  std::string whole_grid() {
    const std::string base =
        one_of({"raster", "transpose", "snake_rows", "snake_columns", "diagonal", "spiral"});
    const std::string turned = one_of({"", "", "reverse:", "left_right:", "top_bottom:"});
    return turned + base;
  }

  set_maps draw_maps() {
    switch (below(7)) {
      case 0: {  // u and the output along an order, delta, B and C in another
        const std::string order = whole_grid();
        return {order, whole_grid(), order};
      }
      case 1: {  // a sub-grid
        const int64_t p = 1 + below(3);
        const std::string part =
            fmt::format("atrous:{}:{}:{}{}", p, below(std::min(p, call_.height)),
                        below(std::min(p, call_.width)), one_of({"", ":transpose", ":snake_rows"}));
        return {part, part, part};
      }
      case 2: {  // one state through several orders
        const std::string joined = fmt::format("joined:[{},{}]", whole_grid(), whole_grid());
        return {joined, joined, joined};
      }
      case 3: {  // what a model computes: rows in any order, some twice, some outputs nowhere
        const int64_t positions = 1 + below(2 * call_.length);
        return {draw_list(positions, false), draw_list(positions, false), draw_list(positions, true)};
      }
      case 4: {
        const std::string tree = draw_tree();
        return {tree, tree, tree};
      }
      case 5: {  // the output one row later or earlier
        return {"raster", "raster", fmt::format("shift:{}", below(3) - 1)};
      }
      default: {
        const std::string order = whole_grid();
        return {order, order, order};
      }
    }
  }

  std::string draw_list(int64_t positions, bool may_lack) {
    std::vector<int64_t> rows(static_cast<size_t>(positions));
    for (int64_t& row : rows)
      row = may_lack && chance(0.1) ? -1 : below(may_lack ? call_.output_rows : call_.length);
    call_.lists.push_back(std::move(rows));
    call_.list_sizes.push_back(positions);
    return fmt::format("list:{}", call_.lists.size() - 1);
  }

  std::string draw_tree() {
    std::vector<int64_t> parents;
    for (int64_t i = 0; i < call_.length; ++i) parents.push_back(below(i + 1) - 1);
    call_.parents.push_back(std::move(parents));
    call_.parent_sizes.push_back(call_.length);
    return fmt::format("dfs:{}", call_.parents.size() - 1);
  }

  scan_sets_call& call_;
  random_stream& stream_;
};

}  // namespace

void draw_sets(scan_sets_call& call, int64_t count, random_stream& stream) {
  set_drawing drawing(call, stream);
  call.sets.assign(static_cast<size_t>(count), {});
  for (scan_set& set : call.sets) drawing.draw(set);
  for (size_t k = 0; k < call.sets.size(); ++k) drawing.draw_tags(k);
}

void draw_taps(scan_sets_call& call, uint64_t seed) {
  random_stream stream(seed, "taps");
  for (scan_set& set : call.sets)
    if (stream.uniform() < 0.5) set.tap = set_tap::pre;
}

void draw_final_states(scan_sets_call& call, uint64_t seed) {
  random_stream stream(seed, "final states");
  for (scan_set& set : call.sets) set.final_state = stream.uniform() < 0.5;
}

}  // namespace scansim
