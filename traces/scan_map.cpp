#include "traces/scan_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>

#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {

// Where a name stands, for messages.
struct map_place {
  const std::string &file, &field;
  [[noreturn]] void refuse(const std::string& expected, const std::string& found) const {
    throw input_error(file, field, expected, found);
  }
};

enum class inner_maps { none, optional, one, list };

struct map_row {
  const char* name;
  const char* form;  // as a message shows it
  size_t numbers;    // behind the name
  inner_maps inner;
  scan_rows (*rows)(const scan_map& map, const map_space& space, const map_place& place);
};

namespace {

constexpr int64_t no_row = -1;
constexpr size_t most_depth = 8;  // maps of maps
constexpr int64_t most_number = INT32_MAX;

scan_rows rows_at(const scan_map& map, const map_space& space, const map_place& place) {
  return map.row->rows(map, space, place);
}

// Of maps whose rows are places in something smaller.
scan_rows rows_within(const scan_map& map, const map_space& space, const map_place& place) {
  scan_rows rows = rows_at(map, space, place);
  for (const int64_t row : rows)
    if (row >= space.rows)
      place.refuse(fmt::format("rows below {} inside a map of maps", space.rows), fmt::format("{}", row));
  return rows;
}

template <class Row>
scan_rows by_position(int64_t count, const Row& row) {
  scan_rows rows(static_cast<size_t>(count));
  for (int64_t t = 0; t < count; ++t) rows[static_cast<size_t>(t)] = row(t);
  return rows;
}

scan_rows raster_order(const scan_map&, const map_space& s, const map_place&) {
  return by_position(s.rows, [](int64_t t) { return t; });
}

scan_rows transpose_order(const scan_map&, const map_space& s, const map_place&) {
  return by_position(s.height * s.width, [&](int64_t t) { return t % s.height * s.width + t / s.height; });
}

scan_rows snake_rows_order(const scan_map&, const map_space& s, const map_place&) {
  return by_position(s.height * s.width, [&](int64_t t) {
    const int64_t h = t / s.width, w = t % s.width;
    return h * s.width + (h % 2 == 0 ? w : s.width - 1 - w);
  });
}

scan_rows snake_columns_order(const scan_map&, const map_space& s, const map_place&) {
  return by_position(s.height * s.width, [&](int64_t t) {
    const int64_t w = t / s.height, h = t % s.height;
    return (w % 2 == 0 ? h : s.height - 1 - h) * s.width + w;
  });
}

scan_rows diagonal_order(const scan_map&, const map_space& s, const map_place&) {
  scan_rows rows;
  for (int64_t k = 0; k < s.height + s.width - 1; ++k) {
    const int64_t low = std::max<int64_t>(0, k - s.width + 1), high = std::min(k, s.height - 1);
    for (int64_t i = 0; i <= high - low; ++i) {
      const int64_t h = k % 2 == 0 ? low + i : high - i;
      rows.push_back(h * s.width + k - h);
    }
  }
  return rows;
}

// Ring by ring: four sides, each without its last corner; a ring of one row or one column is one side.
scan_rows spiral_order(const scan_map&, const map_space& s, const map_place&) {
  scan_rows rows;
  const auto visit = [&](int64_t h, int64_t w) { rows.push_back(h * s.width + w); };
  for (int64_t r = 0; 2 * r < std::min(s.height, s.width); ++r) {
    const int64_t bottom = s.height - 1 - r, right = s.width - 1 - r;
    for (int64_t w = r; w <= right; ++w) visit(r, w);
    for (int64_t h = r + 1; h <= bottom; ++h) visit(h, right);
    for (int64_t w = right - 1; w >= r && bottom > r; --w) visit(bottom, w);
    for (int64_t h = bottom - 1; h > r && right > r; --h) visit(h, r);
  }
  return rows;
}

scan_rows atrous_order(const scan_map& map, const map_space& s, const map_place& place) {
  const int64_t p = map.numbers[0], a = map.numbers[1], b = map.numbers[2];
  if (p < 1 || a < 0 || b < 0 || a >= std::min(p, s.height) || b >= std::min(p, s.width))
    place.refuse(fmt::format("atrous:p:a:b with 0 <= a, b < p inside a grid of {} x {}", s.height, s.width),
                 fmt::format("atrous:{}:{}:{}", p, a, b));
  const map_space part{.height = (s.height - a + p - 1) / p, .width = (s.width - b + p - 1) / p};
  map_space counted = part;
  counted.rows = part.height * part.width;
  scan_rows rows =
      map.inner.empty() ? raster_order(map, counted, place) : rows_within(map.inner[0], counted, place);
  for (int64_t& row : rows)
    if (row != no_row) row = (a + row / part.width * p) * s.width + b + row % part.width * p;
  return rows;
}

scan_rows interleave_order(const scan_map& map, const map_space& s, const map_place& place) {
  const int64_t frames = map.numbers[0], frame = s.height * s.width;
  if (frames < 1 || s.rows != frames * frame)
    place.refuse(fmt::format("frames of {} x {} that make up the {} rows of u", s.height, s.width, s.rows),
                 fmt::format("interleave:{}", frames));
  map_space one = s;
  one.rows = frame;
  const scan_rows rows =
      map.inner.empty() ? raster_order(map, one, place) : rows_within(map.inner[0], one, place);
  return by_position(frames * static_cast<int64_t>(rows.size()), [&](int64_t t) {
    const int64_t row = rows[static_cast<size_t>(t / frames)];
    return row == no_row ? no_row : t % frames * frame + row;
  });
}

scan_rows shift_order(const scan_map& map, const map_space& s, const map_place&) {
  return by_position(s.rows, [&](int64_t t) {
    const int64_t row = t + map.numbers[0];
    return row >= 0 && row < s.rows ? row : no_row;
  });
}

const std::vector<int64_t>& tensor_of(const std::vector<std::vector<int64_t>>& all, const scan_map& map,
                                      const char* name, const map_place& place) {
  const int64_t k = map.numbers[0];
  const bool there = k >= 0 && k < static_cast<int64_t>(all.size()) && !all[static_cast<size_t>(k)].empty();
  if (!there) place.refuse(fmt::format("a tensor {}.{}", name, k), "nothing");
  return all[static_cast<size_t>(k)];
}

scan_rows list_order(const scan_map& map, const map_space& s, const map_place& place) {
  const std::vector<int64_t>& rows = tensor_of(s.lists, map, "list", place);
  for (size_t i = 0; i < rows.size(); ++i)
    if (rows[i] < no_row)
      throw input_error(place.file, fmt::format("list.{}[{}]", map.numbers[0], i), "a row, or -1 for none",
                        fmt::format("{}", rows[i]));
  return rows;
}

// Nodes below each, itself included. Parents come before their children.
std::vector<int64_t> weights_of(const std::vector<int64_t>& parents, const std::string& name,
                                const map_place& place) {
  std::vector<int64_t> weights(parents.size(), 1);
  for (size_t i = parents.size(); i-- > 0;) {
    const int64_t parent = parents[i];
    if (parent < -1 || parent >= static_cast<int64_t>(i))
      throw input_error(place.file, fmt::format("{}[{}]", name, i), "an earlier node, or -1 for a root",
                        fmt::format("{}", parent));
    if (parent >= 0) weights[static_cast<size_t>(parent)] += weights[i];
  }
  return weights;
}

scan_rows dfs_order(const scan_map& map, const map_space& s, const map_place& place) {
  const std::vector<int64_t>& parents = tensor_of(s.parents, map, "parent", place);
  const std::vector<int64_t> weights = weights_of(parents, fmt::format("parent.{}", map.numbers[0]), place);
  std::vector<std::vector<int64_t>> children(parents.size() + 1);  // the last: roots
  for (size_t i = 0; i < parents.size(); ++i)
    children[parents[i] < 0 ? parents.size() : static_cast<size_t>(parents[i])].push_back(
        static_cast<int64_t>(i));
  // What is taken first lies on top: the lightest, of equal ones the first.
  for (std::vector<int64_t>& of_one : children) {
    std::reverse(of_one.begin(), of_one.end());
    std::stable_sort(of_one.begin(), of_one.end(), [&](int64_t one, int64_t other) {
      return weights[static_cast<size_t>(one)] > weights[static_cast<size_t>(other)];
    });
  }
  scan_rows rows;
  std::vector<int64_t> waiting = children.back();
  while (!waiting.empty()) {
    const int64_t node = waiting.back();
    waiting.pop_back();
    rows.push_back(node);
    const std::vector<int64_t>& below = children[static_cast<size_t>(node)];
    waiting.insert(waiting.end(), below.begin(), below.end());
  }
  return rows;
}

scan_rows reversed_order(const scan_map& map, const map_space& s, const map_place& place) {
  scan_rows rows = rows_at(map.inner[0], s, place);
  std::reverse(rows.begin(), rows.end());
  return rows;
}

scan_rows left_right_order(const scan_map& map, const map_space& s, const map_place& place) {
  scan_rows rows = rows_at(map.inner[0], s, place);
  for (int64_t& row : rows)
    if (row != no_row) row += s.width - 1 - 2 * (row % s.width);
  return rows;
}

scan_rows top_bottom_order(const scan_map& map, const map_space& s, const map_place& place) {
  scan_rows rows = rows_at(map.inner[0], s, place);
  const int64_t frame = s.height * s.width;
  for (int64_t& row : rows)
    if (row != no_row) row += (s.height - 1 - 2 * (row % frame / s.width)) * s.width;
  return rows;
}

scan_rows joined_order(const scan_map& map, const map_space& s, const map_place& place) {
  scan_rows rows;
  for (const scan_map& part : map.inner) {
    const scan_rows more = rows_at(part, s, place);
    rows.insert(rows.end(), more.begin(), more.end());
  }
  return rows;
}

scan_rows frame_order(const scan_map& map, const map_space& s, const map_place& place) {
  scan_rows rows = rows_at(map.inner[0], s, place);
  for (int64_t& row : rows)
    if (row != no_row) row += map.numbers[0] * s.height * s.width;
  return rows;
}

constexpr map_row map_table[] = {
    {"raster", "raster", 0, inner_maps::none, raster_order},
    {"transpose", "transpose", 0, inner_maps::none, transpose_order},
    {"snake_rows", "snake_rows", 0, inner_maps::none, snake_rows_order},
    {"snake_columns", "snake_columns", 0, inner_maps::none, snake_columns_order},
    {"diagonal", "diagonal", 0, inner_maps::none, diagonal_order},
    {"spiral", "spiral", 0, inner_maps::none, spiral_order},
    {"atrous", "atrous:p:a:b", 3, inner_maps::optional, atrous_order},
    {"interleave", "interleave:F", 1, inner_maps::optional, interleave_order},
    {"shift", "shift:n", 1, inner_maps::none, shift_order},
    {"list", "list:k", 1, inner_maps::none, list_order},
    {"dfs", "dfs:k", 1, inner_maps::none, dfs_order},
    {"reverse", "reverse:m", 0, inner_maps::one, reversed_order},
    {"left_right", "left_right:m", 0, inner_maps::one, left_right_order},
    {"top_bottom", "top_bottom:m", 0, inner_maps::one, top_bottom_order},
    {"frame", "frame:k:m", 1, inner_maps::one, frame_order},
    {"joined", "joined:[m,...]", 0, inner_maps::list, joined_order},
};

// Reads a name from its front; what is left is for the caller.
class map_parser {
 public:
  map_parser(const std::string& text, const map_place& place) : text_(text), left_(text), place_(place) {}

  scan_map whole() {
    scan_map map = one(0);
    if (!left_.empty()) refuse();
    return map;
  }

 private:
  [[noreturn]] void refuse() const {
    place_.refuse("a map: " + map_names(), fmt::format("\"{}\"", printable(text_)));
  }
  bool take(char c) {
    if (left_.empty() || left_.front() != c) return false;
    left_.remove_prefix(1);
    return true;
  }
  const map_row& take_name() {
    const std::string_view name = left_.substr(0, left_.find_first_of(":,]"));
    const auto* found = std::find_if(std::begin(map_table), std::end(map_table),
                                     [&](const map_row& row) { return name == row.name; });
    if (found == std::end(map_table)) refuse();
    left_.remove_prefix(name.size());
    return *found;
  }
  int64_t take_number() {
    int64_t number = 0;
    const auto [end, error] = std::from_chars(left_.data(), left_.data() + left_.size(), number);
    if (error != std::errc() || number < -most_number || number > most_number) refuse();
    left_.remove_prefix(static_cast<size_t>(end - left_.data()));
    return number;
  }
  void require(bool holds) const {
    if (!holds) refuse();
  }
  scan_map one(size_t depth) {
    require(depth < most_depth);
    scan_map map{&take_name()};
    for (size_t i = 0; i < map.row->numbers; ++i) {
      require(take(':'));
      map.numbers.push_back(take_number());
    }
    switch (map.row->inner) {
      case inner_maps::none:
        break;
      case inner_maps::optional:
        if (take(':')) map.inner.push_back(one(depth + 1));
        break;
      case inner_maps::one:
        require(take(':'));
        map.inner.push_back(one(depth + 1));
        break;
      case inner_maps::list:
        require(take(':') && take('['));
        do map.inner.push_back(one(depth + 1));
        while (take(','));
        require(take(']'));
        break;
    }
    return map;
  }

  const std::string& text_;
  std::string_view left_;
  const map_place& place_;
};

// The largest number of maps called `name`, itself and inside, or `least`.
int64_t largest_number(const scan_map& map, std::string_view name, int64_t least) {
  int64_t most = map.row->name == name ? std::max(least, map.numbers[0]) : least;
  for (const scan_map& part : map.inner) most = std::max(most, largest_number(part, name, least));
  return most;
}

}  // namespace

scan_map parse_map(const std::string& text, const std::string& file, const std::string& field) {
  const map_place place{file, field};
  return map_parser(text, place).whole();
}

const char* name_of(const scan_map& map) { return map.row->name; }

std::string map_names() {
  std::string names;
  for (const map_row& row : map_table) names += (names.empty() ? "" : ", ") + std::string(row.form);
  return names;
}

int64_t frames_of(const scan_map& map) { return largest_number(map, "interleave", 1); }
int64_t lists_of(const scan_map& map) { return largest_number(map, "list", -1) + 1; }
int64_t trees_of(const scan_map& map) { return largest_number(map, "dfs", -1) + 1; }

scan_rows rows_of(const scan_map& map, const map_space& space, const std::string& file,
                  const std::string& field) {
  return rows_at(map, space, {file, field});
}

}  // namespace scansim
