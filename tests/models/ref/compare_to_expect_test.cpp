// The comparison with recorded outputs: boundary of the tolerance, first failure, NaN, absent tensors.
#include "models/ref/compare_to_expect.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>

using namespace scansim;

TEST_CASE("compare_to_expect accepts up to the tolerance and no further", "[compare][ref]") {
  const expect_tolerance tolerance{0.25, 0.5};  // bound for want = 2: exactly 1
  CHECK(compare_values({3.0, 1.0}, {2.0f, 2.0f}, tolerance).agree);
  const auto result =
      compare_values({2.0, 3.0, std::nextafter(3.0, 4.0), 9.0}, {2.0f, 2.0f, 2.0f, 2.0f}, tolerance);
  CHECK(!result.agree);
  CHECK(result.count == 4);
  CHECK(result.failures == 2);
  CHECK(result.first_failure == 2);
  CHECK(result.got == std::nextafter(3.0, 4.0));
  CHECK(result.want == 2.0);
  CHECK(result.max_abs_error == 7.0);
  CHECK(result.max_error_index == 3);
  CHECK(result.relative_mse == Approx((1 + 1 + 49) / 16.0));
}

TEST_CASE("compare_to_expect never accepts NaN", "[compare][ref]") {
  const auto result = compare_values({0.0, std::nan("")}, {0.0f, 0.0f}, {1.0, 1.0});
  CHECK(!result.agree);
  CHECK(result.first_failure == 1);
  CHECK(std::isnan(result.got));
  CHECK(std::isinf(result.max_abs_error));
}

TEST_CASE("compare_to_expect refuses unequal sizes", "[compare][ref]") {
  CHECK_THROWS_AS(compare_values({1.0}, {}, {}), std::invalid_argument);
}

TEST_CASE("compare_to_expect compares what was recorded", "[compare][ref]") {
  const scan_output output{{1.0, 2.0}, {3.0}};
  scan_tensors tensors;
  CHECK(!compare_to_expect(output, tensors).present());
  CHECK(compare_to_expect(output, tensors).agree());
  tensors.expect_y = {1.0f, 2.0f};
  CHECK(compare_to_expect(output, tensors).agree());
  tensors.expect_h_last = {3.1f};
  const expect_comparison both = compare_to_expect(output, tensors);
  CHECK(both.y.agree);
  CHECK(!both.h_last.agree);
  CHECK(!both.agree());
  CHECK(compare_to_expect(output, tensors, {0.1, 0.0}).agree());
}
