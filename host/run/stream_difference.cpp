#include "host/run/stream_difference.h"

#include <fmt/format.h>

#include <algorithm>

namespace scansim {
namespace {

constexpr size_t most_named = 4;  // behind the first

// What happened first in a start of a stream.
struct event_difference {
  cycle_t cycle = 0;
  uint64_t beat = 0;
  bool leaves = false;
  std::string what;
};

// The first number at which the two differ, one of them missing included; nullopt: none.
template <class Event, class Same>
std::optional<size_t> first_apart(const std::vector<Event>& one, const std::vector<Event>& other, bool whole,
                                  const Same& same) {
  const size_t both = std::min(one.size(), other.size());
  for (size_t i = 0; i < both; ++i)
    if (!same(one[i], other[i])) return i;
  if (one.size() == other.size() || !whole) return std::nullopt;
  return both;
}

class stream_comparison {
 public:
  stream_comparison(const stream_run& above, const stream_run& below, const machine_shape& shape)
      : above_(above), below_(below), shape_(shape), whole_(above.records.whole && below.records.whole) {}

  std::optional<stream_difference> first_of(machine_stream stream) const {
    const size_t starts = std::min(above_.records.starts.size(), below_.records.starts.size());
    for (size_t start = 0; start < starts; ++start) {
      const auto at = static_cast<size_t>(stream);
      const stream_record &one = above_.records.starts[start][at], &other = below_.records.starts[start][at];
      auto found = entering(stream, one, other);
      if (auto left = leaving(one, other); left && (!found || left->cycle < found->cycle)) found = left;
      if (found) return described(stream, start, *found);
    }
    return std::nullopt;
  }

 private:
  std::optional<event_difference> entering(machine_stream stream, const stream_record& above,
                                           const stream_record& below) const {
    const auto at =
        first_apart(above.beats, below.beats, whole_, [](const stream_beat& one, const stream_beat& other) {
          return one.cycle == other.cycle && one.row == other.row && one.values == other.values;
        });
    if (!at) return std::nullopt;
    if (*at >= below.beats.size())
      return event_difference{above.beats[*at].cycle, *at, false, missing(below_)};
    if (*at >= above.beats.size())
      return event_difference{below.beats[*at].cycle, *at, false, missing(above_)};
    const stream_beat &one = above.beats[*at], &other = below.beats[*at];
    return event_difference{std::min(one.cycle, other.cycle), *at, false, beat_text(stream, one, other)};
  }

  std::optional<event_difference> leaving(const stream_record& above, const stream_record& below) const {
    const auto at =
        first_apart(above.left, below.left, whole_, [](cycle_t one, cycle_t other) { return one == other; });
    if (!at) return std::nullopt;
    if (*at >= below.left.size()) return event_difference{above.left[*at], *at, true, missing(below_)};
    if (*at >= above.left.size()) return event_difference{below.left[*at], *at, true, missing(above_)};
    return event_difference{std::min(above.left[*at], below.left[*at]), *at, true,
                            cycles_text(above.left[*at], below.left[*at])};
  }

  static std::string missing(const stream_run& run) { return fmt::format("missing on {}", run.rung); }
  std::string cycles_text(cycle_t above, cycle_t below) const {
    return fmt::format("{} {} cycles {} than {}", below_.rung, std::abs(below - above),
                       below > above ? "later" : "earlier", above_.rung);
  }
  std::string beat_text(machine_stream stream, const stream_beat& above, const stream_beat& below) const {
    if (above.cycle != below.cycle) return cycles_text(above.cycle, below.cycle);
    if (above.row != below.row)
      return fmt::format("row: {} {}, {} {}", below_.rung, below.row, above_.rung, above.row);
    const size_t fields = std::max<size_t>(1, format_of(stream, shape_).fields.size());
    size_t i = 0;
    while (i < std::min(above.values.size(), below.values.size()) && above.values[i] == below.values[i]) ++i;
    if (i >= above.values.size() || i >= below.values.size()) return "values: as many on one rung alone";
    return fmt::format("lane {}{}: {} {}, {} {}", i / fields,
                       fields > 1 ? fmt::format(", field {}", i % fields) : "", below_.rung, below.values[i],
                       above_.rung, above.values[i]);
  }

  stream_difference described(machine_stream stream, size_t start, const event_difference& found) const {
    const stream_row& row = row_of(stream);
    const uint64_t cycle = below_.first_cycles.at(start) + static_cast<uint64_t>(found.cycle);
    return {std::string(row.name), std::string(found.leaves ? row.reader : row.writer), found.beat, cycle,
            fmt::format("{}, {} beat {}{}, in cycle {}: {}", found.leaves ? row.reader : row.writer, row.name,
                        found.beat, found.leaves ? " taken" : "", cycle, found.what)};
  }

  const stream_run &above_, &below_;
  const machine_shape& shape_;
  bool whole_;
};

}  // namespace

std::vector<stream_difference> compare_streams(const stream_run& above, const stream_run& below,
                                               const machine_shape& shape) {
  const stream_comparison comparison(above, below, shape);
  std::vector<stream_difference> all;
  for (size_t i = 0; i < static_cast<size_t>(machine_stream::count); ++i)
    if (auto one = comparison.first_of(static_cast<machine_stream>(i))) all.push_back(std::move(*one));
  std::stable_sort(all.begin(), all.end(), [](const stream_difference& one, const stream_difference& other) {
    return one.cycle < other.cycle;
  });
  return all;
}

std::string text_of(const std::vector<stream_difference>& differences) {
  if (differences.empty()) return "no stream between the blocks differs";
  std::string text = "first difference between blocks: " + differences.front().text;
  const size_t named = std::min(differences.size(), most_named + 1);
  for (size_t i = 1; i < named; ++i)
    text += fmt::format("{} {} ({} beat {}, cycle {})", i == 1 ? "; then" : ",", differences[i].block,
                        differences[i].stream, differences[i].beat, differences[i].cycle);
  if (named < differences.size()) text += fmt::format(" and {} more", differences.size() - named);
  return text;
}

}  // namespace scansim
