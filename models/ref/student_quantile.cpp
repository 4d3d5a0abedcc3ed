#include "models/ref/student_quantile.h"

#include <cmath>
#include <numbers>

namespace scansim {
namespace {

constexpr double deviate = -4, probability = 6.334248366623993e-5;  // of the normal: erfc(4 / sqrt 2)

// Beyond five degrees: from the normal deviate, expanded in 1 / n.
double from_normal(double n, double a, double b, double c, double d) {
  const double x = deviate;
  if (n < 5) c += 0.3 * (n - 4.5) * (x + 0.6);
  c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c;
  double y = x * x;
  y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x;
  return std::expm1(a * y * y);
}

// Far out in the tail: from the power law of the distribution.
double from_tail(double n, double d, double y) {
  const double c = 1 / (((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3);
  return ((c + 0.5 / (n + 4)) * y - 1) * (n + 1) / (n + 2) + 1 / y;
}

}  // namespace

double student_of_four_deviations(double n) {
  if (n == 1) return 1 / std::tan(probability * std::numbers::pi / 2);
  if (n == 2) return std::sqrt(2 / (probability * (2 - probability)) - 2);
  const double a = 1 / (n - 0.5), b = 48 / (a * a), c = ((20700 * a / b - 98) * a - 16) * a + 96.36;
  const double d = ((94.5 / (b + c) - 3) / b + 1) * std::sqrt(a * std::numbers::pi / 2) * n;
  const double y = std::pow(d * probability, 2 / n);
  return std::sqrt(n * (y > a + 0.05 ? from_normal(n, a, b, c, d) : from_tail(n, d, y)));
}

}  // namespace scansim
