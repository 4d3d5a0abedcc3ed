#include "host/sweep/hypervolume.h"

#include <algorithm>

namespace scansim {
namespace {

// Of the first two, by rising second objective.
double area(const std::vector<std::vector<double>>& points, const std::vector<double>& reference) {
  double sum = 0, best = reference[0];
  for (const std::vector<double>& one : points) {
    if (one[0] >= best) continue;
    sum += (best - one[0]) * (reference[1] - one[1]);
    best = one[0];
  }
  return sum;
}

// Of the first `dimensions` objectives.
double volume(std::vector<std::vector<double>> points, const std::vector<double>& reference,
              size_t dimensions) {
  if (points.empty()) return 0;
  const size_t last = dimensions - 1;
  std::sort(points.begin(), points.end(), [&](const auto& a, const auto& b) { return a[last] < b[last]; });
  if (dimensions == 1) return reference[0] - points[0][0];
  if (dimensions == 2) return area(points, reference);
  double sum = 0;
  std::vector<std::vector<double>> below;
  for (size_t i = 0; i < points.size(); ++i) {
    below.push_back(points[i]);
    const double end = i + 1 < points.size() ? points[i + 1][last] : reference[last];
    if (end > points[i][last]) sum += (end - points[i][last]) * volume(below, reference, last);
  }
  return sum;
}

}  // namespace

double hypervolume(std::vector<std::vector<double>> points, const std::vector<double>& reference) {
  std::erase_if(points, [&](const std::vector<double>& one) {
    for (size_t i = 0; i < reference.size(); ++i)
      if (!(one[i] < reference[i])) return true;
    return false;
  });
  return volume(std::move(points), reference, reference.size());
}

}  // namespace scansim
