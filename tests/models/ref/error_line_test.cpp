// error_line: gains and offsets far below the noise of single values, and spreads that say how sure that is.
#include "models/ref/error_line.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "models/ref/student_quantile.h"

using namespace scansim;

namespace {
constexpr size_t rows = 64, row = 256;

// Values, and values with `gain`, `offset` and noise of one unit.
error_line noisy_line(double gain, double offset, unsigned seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> value(0, 1000), noise(0, 1);
  std::vector<double> want, got;
  for (size_t i = 0; i < rows * row; ++i) {
    want.push_back(value(random));
    got.push_back(want.back() * gain + offset + noise(random));
  }
  return error_line_of(got, want, row);
}
}  // namespace

TEST_CASE("error_line ref finds a gain of 1e-4 and an offset of 0.1 under noise of one unit",
          "[trace][ref]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  const error_line line = noisy_line(1 + 1e-4, 0.1, seed);
  CHECK(line.slope - 1 == Approx(1e-4).margin(6e-5));
  CHECK(line.mean == Approx(0.1).margin(0.06));
  CHECK(line.slope_spread < 2e-5);
  CHECK(line.mean_spread < 0.02);
}

TEST_CASE("error_line ref of equal values is one and zero", "[trace][ref]") {
  const std::vector<double> values = {1, 2, -3, 4};
  const error_line line = error_line_of(values, values, 2);
  CHECK(line.slope == 1);
  CHECK(line.slope_spread == 0);
  CHECK(line.mean == 0);
  CHECK(error_line_of({0, 0}, {0, 0}, 1).slope == 1);
}

TEST_CASE("error_line ref of one row knows no spread", "[trace][ref]") {
  const error_line line = error_line_of({1.5, 2.5}, {1, 2}, 2);
  CHECK(std::isinf(line.slope_spread));
  CHECK(std::isinf(line.mean_spread));
}

TEST_CASE("error_line ref errors that hang together along a row widen the spread", "[trace][ref]") {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal(0, 1);
  std::vector<double> want, got;
  for (size_t r = 0; r < rows; ++r) {
    const double gain = 1 + 1e-3 * normal(random);
    for (size_t i = 0; i < row; ++i) want.push_back(normal(random)), got.push_back(gain * want.back());
  }
  CHECK(error_line_of(got, want, row).slope_spread > 5 * error_line_of(got, want, 1).slope_spread);
}

TEST_CASE("error_line ref a slope that one row decides has no spread that is known", "[trace][ref]") {
  std::mt19937_64 random(8);
  std::normal_distribution<double> normal(0, 1);
  std::vector<double> want, got;
  for (size_t i = 0; i < 16 * 40; ++i) {
    want.push_back(normal(random));
    got.push_back(want.back() + 1e-3 * normal(random));
  }
  CHECK(error_line_of(got, want, 40).slope_spread < 1e-4);
  const auto with_outlier = [&](double value) {
    want[7] = value, got[7] = value * (1 - 4e-4);  // as exact as its format is
    return error_line_of(got, want, 40);
  };
  CHECK(with_outlier(10).slope_spread < 1e-3);
  CHECK(with_outlier(1e5).slope - 1 == Approx(-4e-4).epsilon(1e-3));
  CHECK(std::isinf(with_outlier(1e5).slope_spread));
  CHECK(with_outlier(1e5).mean_spread < 10);
  std::fill(want.begin(), want.end(), 0), std::fill(got.begin(), got.end(), 0);
  CHECK(std::isinf(with_outlier(1).slope_spread));
}

TEST_CASE("error_line ref a row with most of the power does not make the slope look sure", "[trace][ref]") {
  std::mt19937_64 random(9);
  std::normal_distribution<double> normal(0, 1);
  constexpr int trials = 2000;
  double slopes = 0, spreads = 0;  // squares of what the slope is off by, and of its spreads
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<double> want, got;
    for (size_t i = 0; i < 4 * 20; ++i) {
      want.push_back((i < 20 ? 5 : 1) * normal(random));  // nine tenths of the power
      got.push_back(want.back() + 1e-3 * normal(random));
    }
    const error_line line = error_line_of(got, want, 20);
    CHECK(line.rows == 4);
    slopes += (line.slope - 1) * (line.slope - 1), spreads += line.slope_spread * line.slope_spread;
  }
  CHECK(spreads > slopes);  // on an average; half as large where each row's distance from its own line counts
}

TEST_CASE("student_quantile ref exceeds four deviations as the tables have it", "[trace][ref]") {
  // From the incomplete beta function, by bisection.
  const std::pair<double, double> values[] = {
      {1, 10050.43903},  {2, 125.64112696},  {3, 32.616397029},  {4, 17.448227992},   {5, 12.281424348},
      {7, 8.4669251035}, {11, 6.2416254028}, {31, 4.6216320851}, {255, 4.0676638523}, {1535, 4.0111021839}};
  for (const auto& [freedom, t] : values)
    CHECK(student_of_four_deviations(freedom) == Approx(t).epsilon(1e-6));
}
