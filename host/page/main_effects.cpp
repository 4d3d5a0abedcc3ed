#include "host/page/main_effects.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace scansim {
namespace {

// The group of each point.
std::vector<size_t> groups_of(const std::vector<sweep_value>& values) {
  std::map<sweep_value, size_t> at;  // how many points have it, then where its group is
  for (const sweep_value& value : values) ++at[value];
  const bool numbers = std::all_of(at.begin(), at.end(),
                                   [](const auto& one) { return std::holds_alternative<double>(one.first); });
  const bool joined = numbers && at.size() > most_groups;
  size_t before = 0, next = 0;
  for (auto& [value, count] : at) {
    const size_t points = count;
    count = joined ? before * most_groups / values.size() : next++;
    before += points;
  }
  std::vector<size_t> groups;
  for (const sweep_value& value : values) groups.push_back(at.at(value));
  return groups;
}

struct group_sum {
  double sum = 0;
  size_t points = 0;
  double mean() const { return sum / static_cast<double>(points); }
};

}  // namespace

main_effect main_effect_of(const std::vector<sweep_value>& parameter, const std::vector<double>& result) {
  main_effect effect;
  effect.factor = std::all_of(result.begin(), result.end(), [](double value) { return value > 0; });
  std::vector<double> y = result;
  if (effect.factor)
    for (double& value : y) value = std::log(value);
  const std::vector<size_t> at = groups_of(parameter);
  std::map<size_t, group_sum> groups;
  group_sum all;
  for (size_t i = 0; i < y.size(); ++i) {
    group_sum& group = groups[at[i]];
    group.sum += y[i], all.sum += y[i];
    ++group.points, ++all.points;
  }
  if (groups.size() < 2 || groups.size() == y.size()) return effect;
  effect.groups = groups.size();
  double within = 0, total = 0, low = INFINITY, high = -INFINITY;
  for (size_t i = 0; i < y.size(); ++i) {
    within += std::pow(y[i] - groups.at(at[i]).mean(), 2);
    total += std::pow(y[i] - all.mean(), 2);
  }
  for (const auto& [name, group] : groups)
    low = std::min(low, group.mean()), high = std::max(high, group.mean());
  effect.spread = effect.factor ? std::exp(high - low) : high - low;
  const auto k = static_cast<double>(groups.size()), n = static_cast<double>(y.size());
  const double noise = within / (n - k);
  if (total > 0) effect.share = std::max(0.0, (total - within - (k - 1) * noise) / (total + noise));
  return effect;
}

}  // namespace scansim
