#include "models/ref/gemm_ref.h"

#include <Eigen/Core>
#include <cmath>
#include <stdexcept>
#include <string>

namespace scansim {

namespace {

using row_matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

void require(bool condition, const char* what) {
  if (!condition) throw std::invalid_argument(std::string("gemm_ref: ") + what);
}

int64_t listed(std::span<const int64_t> list, int64_t i) {
  return list.empty() ? i : list[static_cast<size_t>(i)];
}

void check_list(std::span<const int64_t> list, int64_t rows, int64_t limit, const char* what) {
  require(list.empty() ? rows <= limit : static_cast<int64_t>(list.size()) == rows, what);
  for (const int64_t row : list) require(row >= 0 && row < limit, what);
}

}  // namespace

std::vector<double> gemm_ref(std::span<const double> x, std::span<const double> w,
                             std::span<const double> bias, const gemm_ref_sizes& sizes,
                             gemm_ref_epilogue epilogue, std::span<const double> residual,
                             const gemm_ref_lists& lists) {
  const int64_t k = sizes.reduction, n = sizes.outputs;
  const int64_t y_rows = sizes.y_rows == 0 ? sizes.rows : sizes.y_rows;
  require(k > 0 && n > 0 && sizes.rows >= 0, "sizes must be positive");
  require(static_cast<int64_t>(w.size()) == n * k, "w must be (outputs, K)");
  require(x.size() % static_cast<size_t>(k) == 0, "x must be (rows, K)");
  require(bias.empty() || static_cast<int64_t>(bias.size()) == n, "bias must be (outputs)");
  check_list(lists.gather, sizes.rows, static_cast<int64_t>(x.size()) / k, "gather must name rows of x");
  check_list(lists.scatter, sizes.rows, y_rows, "scatter must name rows of y");
  const bool adds = epilogue == gemm_ref_epilogue::residual;
  require(!adds || static_cast<int64_t>(residual.size()) == y_rows * n, "residual must be as large as y");

  row_matrix gathered(sizes.rows, k);
  for (int64_t i = 0; i < sizes.rows; ++i) {
    gathered.row(i) = Eigen::Map<const Eigen::RowVectorXd>(x.data() + listed(lists.gather, i) * k, k);
  }
  row_matrix product = gathered * Eigen::Map<const row_matrix>(w.data(), n, k).transpose();
  if (!bias.empty()) product.rowwise() += Eigen::Map<const Eigen::RowVectorXd>(bias.data(), n);
  if (epilogue == gemm_ref_epilogue::silu) product.array() /= 1.0 + (-product.array()).exp();

  std::vector<double> y(static_cast<size_t>(y_rows * n), 0.0);
  for (int64_t i = 0; i < sizes.rows; ++i) {
    const int64_t at = listed(lists.scatter, i) * n;
    Eigen::Map<Eigen::RowVectorXd> out(y.data() + at, n);
    out = product.row(i);
    if (adds) out += Eigen::Map<const Eigen::RowVectorXd>(residual.data() + at, n);
  }
  return y;
}

}  // namespace scansim
