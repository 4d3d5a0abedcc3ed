#include "models/ref/hadamard_ref.h"

#include <stdexcept>

namespace scansim {

namespace {

using row_matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::MatrixXd kronecker(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  Eigen::MatrixXd product(a.rows() * b.rows(), a.cols() * b.cols());
  for (Eigen::Index i = 0; i < a.rows(); ++i) {
    for (Eigen::Index j = 0; j < a.cols(); ++j) {
      product.block(i * b.rows(), j * b.cols(), b.rows(), b.cols()) = a(i, j) * b;
    }
  }
  return product;
}

Eigen::Matrix2d two(double a, double b, double c, double d) {
  return (Eigen::Matrix2d() << a, b, c, d).finished();
}

// Q[i][j] = chi(i - j): the non-zero squares modulo q are marked, all else is a non-residue.
Eigen::MatrixXd jacobsthal(int q) {
  Eigen::VectorXd chi = Eigen::VectorXd::Constant(q, -1);
  for (int i = 1; i < q; ++i) chi(i * i % q) = 1;
  chi(0) = 0;
  Eigen::MatrixXd matrix(q, q);
  for (int i = 0; i < q; ++i) {
    for (int j = 0; j < q; ++j) matrix(i, j) = chi((i - j + q) % q);
  }
  return matrix;
}

Eigen::MatrixXd normalised(const Eigen::MatrixXd& h) {
  const Eigen::MatrixXd columns = h * h.row(0).asDiagonal();
  return columns.col(0).asDiagonal() * columns;
}

// Order q + 1, q = 3 mod 4: I + S with S = [0 1; -1 Q].
Eigen::MatrixXd paley_one(int q) {
  Eigen::MatrixXd s = Eigen::MatrixXd::Zero(q + 1, q + 1);
  s.bottomRightCorner(q, q) = jacobsthal(q);
  s.row(0).tail(q).setOnes();
  s.col(0).tail(q).setConstant(-1);
  return normalised(Eigen::MatrixXd::Identity(q + 1, q + 1) + s);
}

// Order 2 (q + 1), q = 1 mod 4, from the symmetric conference matrix [0 1; 1 Q].
Eigen::MatrixXd paley_two(int q) {
  Eigen::MatrixXd c = Eigen::MatrixXd::Zero(q + 1, q + 1);
  c.bottomRightCorner(q, q) = jacobsthal(q);
  c.row(0).tail(q).setOnes();
  c.col(0).tail(q).setOnes();
  return normalised(kronecker(c, two(1, 1, 1, -1)) +
                    kronecker(Eigen::MatrixXd::Identity(q + 1, q + 1), two(1, -1, -1, -1)));
}

Eigen::MatrixXd outer_matrix(int m) {
  switch (m) {
    case 1:
      return Eigen::MatrixXd::Ones(1, 1);
    case 12:
      return paley_one(11);
    case 20:
      return paley_one(19);
    case 28:
      return paley_two(13);
    case 40:
      return kronecker(two(1, 1, 1, -1), paley_one(19));
    default:
      throw std::invalid_argument("hadamard_ref: order must be 1, 12, 20, 28 or 40");
  }
}

// rows * H_{columns}, by the definition H_{2k} = [H_k H_k; H_k -H_k] (symmetric).
row_matrix times_sylvester(const row_matrix& rows) {
  const Eigen::Index half = rows.cols() / 2;
  if (half == 0) return rows;
  const row_matrix left = times_sylvester(rows.leftCols(half));
  const row_matrix right = times_sylvester(rows.rightCols(half));
  row_matrix product(rows.rows(), rows.cols());
  product.leftCols(half) = left + right;
  product.rightCols(half) = left - right;
  return product;
}

}  // namespace

Eigen::MatrixXd hadamard_matrix_ref(int m, int log2) {
  Eigen::MatrixXd inner = Eigen::MatrixXd::Ones(1, 1);
  for (int i = 0; i < log2; ++i) inner = kronecker(two(1, 1, 1, -1), inner);
  return kronecker(outer_matrix(m), inner);
}

std::vector<double> hadamard_ref(std::span<const double> x, int m, int log2) {
  const Eigen::MatrixXd outer = outer_matrix(m);
  const Eigen::Index columns = Eigen::Index{1} << log2;
  const size_t n = static_cast<size_t>(m * columns);
  if (x.size() % n != 0) throw std::invalid_argument("hadamard_ref: x must be rows of m * 2^log2 values");
  std::vector<double> y(x.size());
  for (size_t at = 0; at < x.size(); at += n) {
    const Eigen::Map<const row_matrix> row(x.data() + at, m, columns);
    Eigen::Map<row_matrix>(y.data() + at, m, columns) = outer * times_sylvester(row);
  }
  return y;
}

}  // namespace scansim
