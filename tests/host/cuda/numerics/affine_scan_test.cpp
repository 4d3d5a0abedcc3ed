// The scan operator: against the recurrence, identity, associativity.
#include "host/cuda/numerics/affine_scan.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

using namespace scansim;

TEST_CASE("affine_scan composes to the recurrence", "[random][gpu]") {
  std::mt19937 random(3);
  std::uniform_real_distribution<float> draw(-1, 1);
  for (int i = 0; i < 10000; ++i) {
    const affine f{draw(random), draw(random)}, g{draw(random), draw(random)}, k{draw(random), draw(random)};
    const float h = draw(random);
    const double exact = double{g.a} * (double{f.a} * h + f.b) + g.b;
    REQUIRE(apply(compose(f, g), h) == Approx(exact).margin(1e-6));
    const affine left = compose(compose(f, g), k), right = compose(f, compose(g, k));
    REQUIRE(left.a == Approx(right.a).margin(1e-6));
    REQUIRE(left.b == Approx(right.b).margin(1e-6));
  }
}

TEST_CASE("affine_scan has an exact identity on both sides", "[edges][gpu]") {
  for (const affine f : {affine{0.3f, -7.1f}, affine{0.0f, 5.0f}, affine{1e-30f, 1e30f}}) {
    const affine before = compose(affine_identity, f), after = compose(f, affine_identity);
    CHECK(before.a == f.a);
    CHECK(before.b == f.b);
    CHECK(after.a == f.a);
    CHECK(after.b == f.b);
  }
}
