// The double-precision references: hand-computed values, lists, and sizes that do not fit.
#include <catch2/catch.hpp>
#include <cmath>
#include <stdexcept>

#include "models/ref/conv1d_ref.h"
#include "models/ref/gemm_ref.h"
#include "models/ref/hadamard_ref.h"
#include "models/ref/rms_norm_ref.h"

using namespace scansim;
using values = std::vector<double>;

TEST_CASE("gemm_ref ref multiplies by the transposed weights, adds bias and applies its epilogue",
          "[leaf][ref]") {
  const values x = {1, 2, 3, 4, 5, 6}, w = {1, 0, -1, 2, 2, 2}, bias = {10, 0}, r = {1, 2, 3, 4};
  CHECK(gemm_ref(x, w, {}, {2, 3, 2}) == values{-2, 12, -2, 30});
  CHECK(gemm_ref(x, w, bias, {2, 3, 2}) == values{8, 12, 8, 30});
  CHECK(gemm_ref(x, w, bias, {2, 3, 2}, gemm_ref_epilogue::residual, r) == values{9, 14, 11, 34});
  CHECK(gemm_ref(x, w, {}, {2, 3, 2}, gemm_ref_epilogue::silu)[0] == Approx(-2 / (1 + std::exp(2.0))));
}

TEST_CASE("gemm_ref ref gathers rows of x and scatters rows of y", "[leaf][ref]") {
  const values x = {1, 2, 3}, w = {2}, residual = {100, 200, 300, 400};
  const std::vector<int64_t> gather = {2, 0}, scatter = {1, 3}, beyond = {0, 3};
  CHECK(gemm_ref(x, w, {}, {2, 1, 1, 4}, gemm_ref_epilogue::none, {}, {gather, scatter}) ==
        values{0, 6, 0, 2});
  CHECK(gemm_ref(x, w, {}, {2, 1, 1, 4}, gemm_ref_epilogue::residual, residual, {gather, scatter}) ==
        values{0, 206, 0, 402});
  CHECK_THROWS_AS(gemm_ref(x, w, {}, {2, 1, 1, 4}, gemm_ref_epilogue::none, {}, {beyond, scatter}),
                  std::invalid_argument);
  CHECK_THROWS_AS(gemm_ref(x, w, {}, {4, 1, 1}), std::invalid_argument);
  CHECK_THROWS_AS(gemm_ref(x, values{1, 2}, {}, {1, 1, 1}), std::invalid_argument);
}

TEST_CASE("conv1d_ref ref is causal and hands its last inputs on", "[leaf][ref]") {
  const values x = {1, 2, 3, 10, 20, 30}, w = {1, 10, 2, 1}, bias = {0, 5}, state = {7, 8};
  const conv1d_ref_output fresh = conv1d_ref(x, w, bias, {2, 3, 2}, false);
  CHECK(fresh.y == values{10, 21, 32, 15, 45, 75});
  CHECK(fresh.state == values{3, 30});
  CHECK(conv1d_ref(x, w, bias, {2, 3, 2}, false, state).y == values{17, 21, 32, 31, 45, 75});
  CHECK(conv1d_ref(x, w, {}, {2, 3, 2}, true).y[0] == Approx(10 / (1 + std::exp(-10.0))));
  CHECK_THROWS_AS(conv1d_ref(x, w, bias, {2, 2, 2}, false), std::invalid_argument);
}

TEST_CASE("hadamard_ref ref equals its own matrix and every matrix is orthogonal", "[leaf][ref]") {
  for (const int m : {1, 12, 20, 28, 40}) {
    for (const int log2 : {0, 1, 3}) {
      const Eigen::MatrixXd h = hadamard_matrix_ref(m, log2);
      const Eigen::Index n = h.rows();
      CHECK(h * h.transpose() == static_cast<double>(n) * Eigen::MatrixXd::Identity(n, n));
      CHECK(h.row(0).minCoeff() == 1);
      CHECK(h.col(0).minCoeff() == 1);
      values rows(static_cast<size_t>(2 * n));
      for (size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<double>(i * i % 97) - 40;
      const Eigen::MatrixXd want = h * Eigen::Map<const Eigen::MatrixXd>(rows.data(), n, 2);
      CHECK(hadamard_ref(rows, m, log2) == values(want.data(), want.data() + want.size()));
    }
  }
  CHECK_THROWS_AS(hadamard_ref(values(16), 16, 0), std::invalid_argument);
  CHECK_THROWS_AS(hadamard_ref(values(13), 12, 0), std::invalid_argument);
}

TEST_CASE("rms_norm_ref ref divides each row by its root mean square", "[leaf][ref]") {
  const values x = {3, -3, 0, 8}, w = {2, 1};
  const values y = rms_norm_ref(x, w, 2, 0);
  CHECK(y[0] == Approx(2));
  CHECK(y[1] == Approx(-1));
  CHECK(y[3] == Approx(std::sqrt(2.0)));
  CHECK(rms_norm_ref(values{0, 0}, {}, 2, 1e-5) == values{0, 0});
  CHECK(rms_norm_ref(values{1, 1}, {}, 2, 3)[0] == Approx(0.5));
  CHECK_THROWS_AS(rms_norm_ref(x, w, 3, 0), std::invalid_argument);
}
