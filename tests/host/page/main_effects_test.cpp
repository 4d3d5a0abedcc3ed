// Main effects over samples whose variance is known by hand.
#include "host/page/main_effects.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

namespace scansim {
namespace {

struct sample {
  std::vector<sweep_value> a, b;
  std::vector<double> result;
  void add(double one, double other, double value) {
    a.emplace_back(one), b.emplace_back(other), result.push_back(value);
  }
};

}  // namespace

TEST_CASE("main_effects of a product over a grid are the shares of the variance of its logarithm", "[page]") {
  sample grid;
  for (const double a : {1, 2, 4, 8})
    for (const double b : {1, 2, 4, 8})
      for (int repeat = 0; repeat < 50; ++repeat) grid.add(a, b, a * b * b * b);
  const main_effect of_a = main_effect_of(grid.a, grid.result), of_b = main_effect_of(grid.b, grid.result);
  CHECK(of_a.share == Approx(0.1).margin(0.005));  // 1 and 9 parts of 10
  CHECK(of_b.share == Approx(0.9).margin(0.005));
  CHECK(of_a.spread == Approx(8));
  CHECK(of_b.spread == Approx(512));
  CHECK(of_a.factor);
  CHECK(of_a.groups == 4);
}

TEST_CASE("main_effects give nothing to what has none and what cannot be told", "[page]") {
  std::mt19937_64 random(3);
  sample drawn;
  double largest = 0;
  for (int i = 0; i < 2000; ++i)
    drawn.add(static_cast<double>(random() % 8), i, 1 + static_cast<double>(random() % 100));
  largest = main_effect_of(drawn.a, drawn.result).share;
  CHECK(largest < 0.01);
  CHECK(main_effect_of(drawn.b, drawn.result).share < 0.01);
  CHECK(main_effect_of(drawn.b, drawn.result).groups == most_groups);
  CHECK(main_effect_of({1.0, 2.0, 3.0}, {1, 2, 3}).groups == 0);  // a point each
  CHECK(main_effect_of({1.0, 1.0, 1.0}, {1, 2, 3}).groups == 0);  // one value
  CHECK(main_effect_of({}, {}).groups == 0);
  CHECK(main_effect_of({1.0, 1.0, 2.0, 2.0}, {5, 5, 5, 5}).share == 0);
}

TEST_CASE("main_effects take a result that is not positive as it is, and texts as groups", "[page]") {
  const std::vector<sweep_value> memory = {"hbm", "hbm", "ddr", "ddr"};
  const main_effect effect = main_effect_of(memory, {0, 0, 3, 3});
  CHECK_FALSE(effect.factor);
  CHECK(effect.spread == Approx(3));
  CHECK(effect.share == Approx(1));
}

}  // namespace scansim
