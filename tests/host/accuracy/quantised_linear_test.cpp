// Integer weights and their exact product; scales of least error; the Hadamard matrix in the weights.
#include "host/quantise/quantised_linear.h"

#include <catch2/catch.hpp>
#include <random>

#include "hls/gemm/gemm_nm.h"
#include "hls/gemm/weight_w4.h"
#include "hls/units/hadamard_fwht.h"
#include "host/quantise/hadamard_fold.h"
#include "host/quantise/power_of_two_fit.h"

namespace scansim {
namespace {

float_matrix random_weights(std::mt19937& generator, int64_t rows, int64_t cols) {
  std::normal_distribution<float> draw(0, 0.3F);
  return float_matrix::NullaryExpr(rows, cols, [&] { return draw(generator); });
}

TEST_CASE("quantised_linear accuracy multiplies exactly, at extremes and beyond 1024 inputs",
          "[property][accuracy]") {
  const int64_t k = GENERATE(1, 128, 1024, 1025, 2501);
  std::mt19937 generator(static_cast<unsigned>(k));
  quantised_linear linear;
  linear.w = int8_matrix::NullaryExpr(5, k, [&] { return static_cast<int8_t>(generator()); });
  linear.w.row(0).setConstant(-128);
  linear.w.row(1).setConstant(127);  // odd products: sums above 2^24 are not floats
  linear.slab = linear.w.cast<float>();
  int8_matrix x = int8_matrix::NullaryExpr(k, 3, [&] { return static_cast<int8_t>(generator()); });
  x.col(0).setConstant(-128);
  x.col(1).setConstant(127);
  const int32_matrix got = multiply(linear, x);
  for (int64_t n = 0; n < 5; ++n) {
    for (int64_t t = 0; t < 3; ++t) {
      const Eigen::Matrix<int8_t, Eigen::Dynamic, 1> column = x.col(t);
      CHECK(got(n, t) == hls::dot_dense(column.data(), linear.w.row(n).data(), static_cast<int>(k)));
    }
  }
}

TEST_CASE("quantised_linear accuracy W4 weights are what the machine expands", "[property][accuracy]") {
  std::mt19937 generator(3);
  const float_matrix w = random_weights(generator, 7, 300);
  const quantised_linear q = quantise_linear(w, 4);
  REQUIRE(q.multiplier.size() == 7 * 3);
  double error = 0;
  for (int64_t n = 0; n < 7; ++n) {
    for (int64_t k = 0; k < 300; ++k) {
      const int w4 = q.w4[static_cast<size_t>(n * 300 + k)];
      const int m = q.multiplier[static_cast<size_t>(n * 3 + k / 128)];
      REQUIRE((w4 >= -8 && w4 <= 7 && m >= 1 && m <= 16));
      REQUIRE(q.w(n, k) == hls::expand_w4(w4, m));
      const double back = std::ldexp(q.w(n, k), -q.frac[static_cast<size_t>(n)]);
      error += (back - w(n, k)) * (back - w(n, k));
    }
  }
  CHECK(error / w.squaredNorm() < 0.02);  // 4 bits of a normal variable: about 0.012
}

TEST_CASE("quantised_linear accuracy W8 costs a normal variable under 1e-3 of its power", "[accuracy]") {
  std::mt19937 generator(4);
  float_matrix w = random_weights(generator, 20, 256);
  w.row(3).setZero();
  const quantised_linear q = quantise_linear(w, 8);
  double error = 0;
  for (int64_t n = 0; n < w.rows(); ++n)
    error += (q.slab.row(n) * std::ldexp(1.0F, -q.frac[static_cast<size_t>(n)]) - w.row(n)).squaredNorm();
  CHECK(error / w.squaredNorm() < 1e-3);
  CHECK(q.w.row(3).isZero(0));
}

TEST_CASE("power_of_two_fit accuracy chooses no scale that a neighbour beats", "[property][accuracy]") {
  const float outlier = GENERATE(0.0F, 4.0F, 40.0F, 4000.0F);
  std::mt19937 generator(5);
  std::normal_distribution<float> draw;
  std::vector<float> values(3000);
  for (float& v : values) v = draw(generator);
  values[7] = outlier;
  const int safe = absmax_frac(values, 8), chosen = least_error_frac(values, 8);
  CAPTURE(outlier, safe, chosen);
  CHECK(quantise_value(*std::max_element(values.begin(), values.end()), safe, 8) <= 127);
  CHECK(squared_error(values, chosen, 8) <= squared_error(values, safe, 8));
  CHECK(squared_error(values, chosen, 8) <= squared_error(values, chosen + 1, 8));
  if (chosen > safe) CHECK(squared_error(values, chosen, 8) < squared_error(values, chosen - 1, 8));
  CHECK(absmax_frac(std::vector<float>(4, 0.0F), 8) == 0);
}

TEST_CASE("hadamard_fold accuracy undoes the machine's transform in the weights", "[property][accuracy]") {
  const int64_t n = GENERATE(8, 24, 80, 28, 160);
  CAPTURE(n);
  const hadamard_size size = hadamard_size_of(n).value();
  std::mt19937 generator(6);
  const float_matrix w = random_weights(generator, 3, n), x = random_weights(generator, n, 2);
  const float_matrix folded = hadamard_fold(size, w);
  CHECK((folded * hadamard_rotate(size, x) - w * x).cwiseAbs().maxCoeff() < 1e-4F);
  CHECK((hadamard_unfold(size, folded) - w).cwiseAbs().maxCoeff() < 1e-5F);
  // The matrix is the transform's, not its transpose.
  std::vector<int32_t> in(static_cast<size_t>(n)), out(static_cast<size_t>(n));
  for (int32_t& v : in) v = static_cast<int32_t>(generator() % 256) - 128;
  hls::unit_saturations saturations;
  hls::hadamard_fwht(in.data(), out.data(), size.m, size.log2, 0, 16, saturations);
  const float_matrix want =
      hadamard_rotate(size, Eigen::Map<const Eigen::VectorXi>(in.data(), n).cast<float>());
  for (int64_t i = 0; i < n; ++i) CHECK(want(i, 0) == static_cast<float>(out[static_cast<size_t>(i)]));
  CHECK_FALSE(hadamard_size_of(36 * 5).has_value());
}

}  // namespace
}  // namespace scansim
