#include "traces/nm_prune.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "traces/input_error.h"

namespace scansim {

namespace {

// Keeps the `n` best of `count` <= 16 scores: sets kept[i]. Stable, so ties keep the lower position.
void select_best(const std::array<double, nm_pattern::largest_m>& score, int count, int n,
                 std::array<bool, nm_pattern::largest_m>& kept) {
  std::array<int, nm_pattern::largest_m> order{};
  std::iota(order.begin(), order.begin() + count, 0);
  std::stable_sort(order.begin(), order.begin() + count, [&](int i, int j) {
    return score[static_cast<size_t>(i)] > score[static_cast<size_t>(j)];
  });
  kept.fill(false);
  for (int i = 0; i < std::min(n, count); ++i)
    kept[static_cast<size_t>(order[static_cast<size_t>(i)])] = true;
}

}  // namespace

prune_method parse_prune_method(const std::string& text, const std::string& field) {
  if (text == "magnitude") return prune_method::magnitude;
  if (text == "activation") return prune_method::activation;
  throw input_error("command line", field, "magnitude or activation", "'" + text + "'");
}

const char* to_string(prune_method method) {
  return method == prune_method::magnitude ? "magnitude" : "activation";
}

void prune_nm(std::span<float> w, int64_t rows, int64_t cols, const nm_pattern& pattern, nm_side side,
              std::span<const float> input_rms) {
  if (static_cast<int64_t>(w.size()) != rows * cols ||
      (!input_rms.empty() && static_cast<int64_t>(input_rms.size()) != cols)) {
    throw std::invalid_argument("prune_nm: sizes do not fit");
  }
  const nm_view view = view_along(side, rows, cols);
  std::array<double, nm_pattern::largest_m> score{};
  std::array<bool, nm_pattern::largest_m> kept{};
  for (int64_t v = 0; v < view.vectors; ++v) {
    for (int64_t first = 0; first < view.length; first += pattern.m) {
      const int count = static_cast<int>(std::min<int64_t>(pattern.m, view.length - first));
      for (int i = 0; i < count; ++i) {
        const int64_t at = view.at(v, first + i);
        const double rms = input_rms.empty() ? 1.0 : input_rms[static_cast<size_t>(at % cols)];
        score[static_cast<size_t>(i)] = std::fabs(w[static_cast<size_t>(at)]) * rms;
      }
      select_best(score, count, pattern.n, kept);
      for (int i = 0; i < count; ++i) {
        if (!kept[static_cast<size_t>(i)]) w[static_cast<size_t>(view.at(v, first + i))] = 0.0F;
      }
    }
  }
}

template <class T>
void check_nm(std::span<const T> w, int64_t rows, int64_t cols, const nm_pattern& pattern, nm_side side,
              const std::string& file, const std::string& tensor) {
  const auto found = find_violation(w, rows, cols, pattern, side);
  if (!found) return;
  throw input_error(file, tensor,
                    fmt::format("at most {} of {} non-zero along {}", pattern.n, pattern.m, to_string(side)),
                    fmt::format("{} in {} {}, group {}", found->nonzeros,
                                side == nm_side::inputs ? "row" : "column", found->vector, found->group));
}

template void check_nm<float>(std::span<const float>, int64_t, int64_t, const nm_pattern&, nm_side,
                              const std::string&, const std::string&);
template void check_nm<int8_t>(std::span<const int8_t>, int64_t, int64_t, const nm_pattern&, nm_side,
                               const std::string&, const std::string&);

}  // namespace scansim
