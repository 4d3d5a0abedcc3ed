#include "traces/calls/scan_sets_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "traces/input_error.h"

namespace scansim {

namespace {

struct parsed_maps {
  scan_map u, p, out;
};

std::string map_field(size_t set, const char* which) {
  return fmt::format("__metadata__.scansim.sets[{}].map.{}", set, which);
}

parsed_maps maps_of(const scan_sets_call& call, size_t set, const std::string& file) {
  const set_maps& names = call.sets[set].maps;
  return {parse_map(names.u, file, map_field(set, "u")), parse_map(names.p, file, map_field(set, "p")),
          parse_map(names.out, file, map_field(set, "out"))};
}

// Every row inside 0 .. limit - 1, or -1 where that is allowed.
void check_range(const scan_rows& rows, int64_t limit, bool may_lack, const std::string& file,
                 const std::string& field, const char* tensor) {
  for (size_t i = 0; i < rows.size(); ++i) {
    if ((rows[i] >= 0 && rows[i] < limit) || (may_lack && rows[i] == -1)) continue;
    throw input_error(
        file, fmt::format("{}, position {}", field, i),
        fmt::format("a row of {}, 0 to {}{}", tensor, limit - 1, may_lack ? ", or -1 for none" : ""),
        fmt::format("{}", rows[i]));
  }
}

void check_tags(const scan_set& set, size_t k, size_t positions, const std::string& file) {
  if (set.tags.empty()) return;
  const std::string name = fmt::format("tags.{}", k);
  if (set.tags.size() != positions)
    throw input_error(file, name + ".shape", fmt::format("[{}], the positions of the set", positions),
                      fmt::format("[{}]", set.tags.size()));
  for (size_t i = 0; i < set.tags.size(); ++i) {
    if (set.tags[i] >= 0 && set.tags[i] <= largest_tag) continue;
    throw input_error(file, fmt::format("{}[{}]", name, i), fmt::format("a tag of 0 to {}", largest_tag),
                      fmt::format("{}", set.tags[i]));
  }
}

weight_source pick(const scan_sets_call& call, size_t set, std::vector<float> set_tensors::*member) {
  const set_tensors& own = call.sets[set].own;
  const bool is_own = !(own.*member).empty();
  const set_tensors& from = is_own ? own : call.shared;
  return {&(from.*member), is_own, set, from.states, from.groups};
}

}  // namespace

std::string weight_source::name(const std::string& stem) const {
  return own ? fmt::format("{}.{}", stem, set) : stem;
}

set_weights weights_of(const scan_sets_call& call, size_t set) {
  const auto of = [&](std::vector<float> set_tensors::*member) { return pick(call, set, member); };
  return {of(&set_tensors::delta), of(&set_tensors::a), of(&set_tensors::b),
          of(&set_tensors::c),     of(&set_tensors::d), of(&set_tensors::delta_bias)};
}

int64_t frames_of_set(const scan_sets_call& call, size_t set, const std::string& file) {
  const parsed_maps maps = maps_of(call, set, file);
  return std::max({frames_of(maps.u), frames_of(maps.p), frames_of(maps.out)});
}

std::vector<scan_step> steps_of(const scan_sets_call& call, size_t k, const std::string& file) {
  const scan_set& set = call.sets[k];
  const parsed_maps maps = maps_of(call, k, file);
  const auto rows = [&](const scan_map& map, const char* which, int64_t limit, const char* tensor) {
    const map_space space{call.height, call.width, call.length, call.lists, call.parents};
    scan_rows found = rows_of(map, space, file, map_field(k, which));
    check_range(found, limit, which == std::string_view("out"), file, map_field(k, which), tensor);
    return found;
  };
  const scan_rows u = rows(maps.u, "u", call.length, "u"), p = rows(maps.p, "p", call.length, "delta"),
                  out = rows(maps.out, "out", call.output_rows, "y");
  for (const auto& [other, which] : {std::pair{&p, "p"}, {&out, "out"}}) {
    if (other->size() != u.size())
      throw input_error(file, map_field(k, which), fmt::format("{} positions as map.u", u.size()),
                        fmt::format("{}", other->size()));
  }
  check_tags(set, k, u.size(), file);
  std::vector<scan_step> steps(u.size());
  for (size_t i = 0; i < u.size(); ++i) {
    const size_t at = set.reverse ? u.size() - 1 - i : i;
    const int64_t tag = set.tags.empty() ? 0 : set.tags[at];
    scan_step& step = steps[i];
    step = {u[at], p[at], (tag & tag_mute) != 0 ? -1 : out[at], (tag & tag_reset) != 0,
            (tag & tag_hold) != 0};
    if (set.segment == 0 || i == 0) continue;
    const auto length = static_cast<size_t>(set.segment);
    const size_t before = set.reverse ? at + 1 : at - 1;
    step.reset |= at / length != before / length;
  }
  return steps;
}

std::vector<float> some_channels(const std::vector<float>& values, int64_t channels, int64_t first,
                                 int64_t count, int64_t size) {
  if (values.empty() || (first == 0 && count == channels)) return values;
  std::vector<float> out;
  const auto all = static_cast<int64_t>(values.size());
  for (int64_t at = 0; at < all; at += channels * size)
    out.insert(out.end(), values.begin() + at + first * size, values.begin() + at + (first + count) * size);
  return out;
}

void give_own_weights(scan_set& set, scan_tensors t) {
  set.own = {t.shape.states, t.shape.groups, std::move(t.delta), std::move(t.a),
             std::move(t.b), std::move(t.c), std::move(t.d),     std::move(t.delta_bias)};
}

scan_tensors tensors_of_set(const scan_sets_call& call, size_t k) {
  const scan_set& set = call.sets[k];
  const set_weights w = weights_of(call, k);
  const auto channels = [&](const weight_source& from, int64_t size) {
    return from.own ? *from.values
                    : some_channels(*from.values, call.channels, set.first_channel, set.channels, size);
  };
  scan_tensors t;
  t.shape = {call.batch, set.channels, w.a.states, w.b.groups, call.length};
  t.options.delta_softplus = call.delta_softplus;
  t.options.tap_pre = set.tap == set_tap::pre;
  t.options.plain_drive = set.drive == set_drive::plain;
  t.options.linear_gate = set.gate == set_gate::linear;
  t.u = some_channels(call.u, call.channels, set.first_channel, set.channels, call.length);
  t.delta = channels(w.delta, call.length);
  t.a = channels(w.a, w.a.states);
  t.b = *w.b.values, t.c = *w.c.values;
  t.d = channels(w.d, 1), t.delta_bias = channels(w.delta_bias, 1);
  if (set.gate != set_gate::none)
    t.z = some_channels(call.z, call.channels, set.first_channel, set.channels, call.output_rows);
  t.h0 = set.h0;
  return t;
}

}  // namespace scansim
