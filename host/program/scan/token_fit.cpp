#include "host/program/scan/token_fit.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

namespace scansim {

namespace {

constexpr int any_row = -1;  // of the output of a muted position
constexpr int64_t most_positions = UINT16_MAX, most_list_rows = int64_t{1} << hls::list_row_bits;
constexpr int most_log2_segment = 15;

struct map_rows {
  std::vector<int> rows;
  int64_t limit = 0;  // of those that any_row may be

  bool takes(size_t i, int row) const { return rows[i] == any_row ? row < limit : rows[i] == row; }
  bool has_any() const { return std::find(rows.begin(), rows.end(), any_row) != rows.end(); }
};

// The first position whose row is another one than the formula's; the positions where there is none.
size_t agreement(const map_rows& want, hls::token_map map, const hls::token_affine& affine) {
  hls::token_walk walk;
  walk.positions = static_cast<int>(want.rows.size());
  walk.u = map, walk.affine = affine;
  hls::token_stream stream(walk);
  for (size_t i = 0; i < want.rows.size(); ++i)
    if (!want.takes(i, stream.next(0).row_u)) return i;
  return want.rows.size();
}

bool follows(const map_rows& want, hls::token_map map, const hls::token_affine& affine = {}) {
  return agreement(want, map, affine) == want.rows.size();
}

bool is_step(int rows) {
  return rows >= std::numeric_limits<int16_t>::min() && rows <= std::numeric_limits<int16_t>::max();
}

// Planes of lines that are n0 positions long.
std::optional<hls::token_affine> fit_planes(const map_rows& want, size_t n0, bool snake) {
  const std::vector<int>& r = want.rows;
  const int s0 = r[1] - r[0], s1 = snake ? r[n0] - r[n0 - 1] : r[n0] - r[0];
  if (!is_step(s0) || !is_step(s1)) return std::nullopt;
  hls::token_affine a;
  a.base = static_cast<uint16_t>(r[0]);
  a.n0 = static_cast<uint16_t>(n0), a.n1 = UINT16_MAX;
  a.s0 = static_cast<int16_t>(s0), a.s1 = static_cast<int16_t>(s1);
  a.snake = snake;
  const size_t agreed = agreement(want, hls::token_map::affine, a);
  if (agreed == r.size()) {
    a.n1 = static_cast<uint16_t>((r.size() + n0 - 1) / n0);
    return a;
  }
  const size_t lines = agreed / n0;
  a.n1 = static_cast<uint16_t>(lines);
  const int s2 = r[lines * n0] - r[0];
  if (lines == 0 || !is_step(s2)) return std::nullopt;
  a.s2 = static_cast<int16_t>(s2);
  return follows(want, hls::token_map::affine, a) ? std::optional(a) : std::nullopt;
}

// The first line is as long as its step stays the same: a longer one would not fit, a shorter one is part of
// it.
std::optional<hls::token_affine> fit_affine(const map_rows& want) {
  const std::vector<int>& r = want.rows;
  if (want.has_any()) return std::nullopt;
  size_t n0 = 1;
  while (n0 < r.size() && r[n0] - r[n0 - 1] == r[1] - r[0]) ++n0;
  if (n0 == r.size()) {
    if (n0 > 1 && !is_step(r[1] - r[0])) return std::nullopt;
    hls::token_affine a;
    a.base = static_cast<uint16_t>(r[0]), a.n0 = static_cast<uint16_t>(n0);
    if (n0 > 1) a.s0 = static_cast<int16_t>(r[1] - r[0]);
    return a;
  }
  for (const bool snake : {false, true})
    if (const auto found = fit_planes(want, n0, snake)) return found;
  return std::nullopt;
}

// Resets behind position 0 by formula: false where there is none.
bool fit_segments(std::span<const scan_step> steps, hls::token_walk& walk) {
  std::vector<size_t> resets;
  for (size_t i = 1; i < steps.size(); ++i)
    if (steps[i].reset) resets.push_back(i);
  if (resets.empty()) return true;
  const size_t first = resets.front();
  const size_t apart =
      resets.size() > 1 ? resets[1] - first : std::bit_ceil(std::max<size_t>(steps.size() - first, 2));
  const int log2 = std::countr_zero(apart);
  if (!std::has_single_bit(apart) || log2 == 0 || log2 > most_log2_segment) return false;
  for (size_t i = 0; i < resets.size(); ++i)
    if (resets[i] != first + i * apart) return false;
  if (resets.back() + apart < steps.size()) return false;
  walk.log2_segment = log2, walk.first_segment = static_cast<int>(first);
  return true;
}

class walk_fitter {
 public:
  walk_fitter(std::span<const scan_step> steps, int64_t output_rows) : steps_(steps) {
    const std::array<int64_t scan_step::*, 3> members = {&scan_step::u, &scan_step::p, &scan_step::out};
    for (size_t m = 0; m < members.size(); ++m) {
      wanted_[m].limit = output_rows;
      for (const scan_step& step : steps) wanted_[m].rows.push_back(static_cast<int>(step.*members[m]));
    }
  }

  std::optional<fitted_walk> fit() {
    fitted_.walk.positions = static_cast<int>(steps_.size());
    name_maps();
    const bool by_formula = fit_segments(steps_, fitted_.walk);
    const bool tagged = !by_formula || steps_.front().reset ||
                        std::any_of(steps_.begin(), steps_.end(),
                                    [](const scan_step& step) { return step.hold || step.out < 0; });
    if (!place_maps(tagged)) return std::nullopt;
    if (fitted_.walk.has_list) fill_list(by_formula);
    return std::move(fitted_);
  }

 private:
  // Each map that counts no positions is a row of rows_, equal ones the same.
  void name_maps() {
    for (size_t m = 0; m < wanted_.size(); ++m) {
      if (follows(wanted_[m], hls::token_map::forward))
        map_of(m) = hls::token_map::forward;
      else if (follows(wanted_[m], hls::token_map::reverse))
        map_of(m) = hls::token_map::reverse;
      else
        named_[m] = number_of(wanted_[m]);
    }
  }
  int number_of(const map_rows& map) {
    const auto found =
        std::find_if(rows_.begin(), rows_.end(), [&](const map_rows* known) { return same(map, *known); });
    if (found == rows_.end()) return rows_.push_back(&map), static_cast<int>(rows_.size()) - 1;
    return static_cast<int>(found - rows_.begin());
  }
  static bool same(const map_rows& one, const map_rows& other) {
    for (size_t i = 0; i < one.rows.size(); ++i)
      if (other.rows[i] == any_row || !one.takes(i, other.rows[i])) return false;
    return true;
  }

  // One without a list, or all but two of them, must follow a formula.
  bool place_maps(bool tagged) {
    std::vector<hls::token_map> places(rows_.size(), hls::token_map::affine);
    size_t left = rows_.size();
    if ((left == 1 && !tagged) || left == 3) {
      for (size_t i = 0; i < rows_.size() && left == rows_.size(); ++i) {
        const std::optional<hls::token_affine> found = fit_affine(*rows_[i]);
        if (!found) continue;
        fitted_.walk.affine = *found, affine_ = static_cast<int>(i), --left;
      }
    }
    if (left > 2) return false;
    fitted_.walk.has_list = tagged || left > 0;
    size_t columns = 0;
    for (size_t i = 0; i < rows_.size(); ++i) {
      if (static_cast<int>(i) == affine_) continue;
      places[i] = columns == 0 ? hls::token_map::list_a : hls::token_map::list_b;
      column_[columns++] = rows_[i];
      if (*std::max_element(rows_[i]->rows.begin(), rows_[i]->rows.end()) >= most_list_rows) return false;
    }
    for (size_t m = 0; m < wanted_.size(); ++m)
      if (named_[m] >= 0) map_of(m) = places[static_cast<size_t>(named_[m])];
    return true;
  }

  void fill_list(bool segments) {
    const auto row = [&](size_t column, size_t i) {
      return column_[column] == nullptr ? 0 : std::max(0, column_[column]->rows[i]);
    };
    for (size_t i = 0; i < steps_.size(); ++i) {
      const scan_step& step = steps_[i];
      const uint32_t tags = (step.reset && (i == 0 || !segments) ? hls::list_reset : 0) |
                            (step.hold ? hls::list_hold : 0) | (step.out < 0 ? hls::list_mute : 0);
      fitted_.list.push_back(hls::list_entry(row(0, i), row(1, i), tags));
    }
  }

  hls::token_map& map_of(size_t m) {
    return m == 0 ? fitted_.walk.u : m == 1 ? fitted_.walk.p : fitted_.walk.out;
  }

  std::span<const scan_step> steps_;
  fitted_walk fitted_;
  std::array<map_rows, 3> wanted_;           // u, p, out
  std::array<int, 3> named_ = {-1, -1, -1};  // of rows_; -1: counts positions
  std::vector<const map_rows*> rows_;        // maps by a formula or a column
  std::array<const map_rows*, 2> column_{};  // of the list
  int affine_ = -1;                          // which of rows_
};

}  // namespace

std::vector<scan_step> read_steps(std::span<const scan_step> steps) {
  std::vector<scan_step> kept;
  bool wanted = true;  // the state behind the position
  for (size_t i = steps.size(); i-- > 0;) {
    const scan_step& step = steps[i];
    const bool leaves_state = step.hold && !step.reset;
    if (step.out < 0 && (!wanted || leaves_state)) continue;
    kept.push_back(step);
    wanted = !step.reset;
  }
  std::reverse(kept.begin(), kept.end());
  if (kept.empty()) kept.push_back(steps.front());
  return kept;
}

std::optional<fitted_walk> fit_walk(std::span<const scan_step> steps, int64_t output_rows) {
  int64_t largest = 0;
  for (const scan_step& step : steps) largest = std::max({largest, step.u, step.p, step.out});
  if (steps.empty() || static_cast<int64_t>(steps.size()) > most_positions || largest > UINT16_MAX)
    return std::nullopt;
  return walk_fitter(steps, output_rows).fit();
}

}  // namespace scansim
