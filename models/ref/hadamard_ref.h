// Hadamard matrices H_m (x) H_{2^log2}, m in {1, 12, 20, 28, 40}, and their product with rows, in double
// precision.
//   y[row] = (H_m (x) H_{2^log2}) x[row],   H H^T = n I,   no normalisation
// Contract: the matrices of hls/units/README.md, built here on their own from Paley's two constructions
// (R. E. A. C. Paley, "On orthogonal matrices", 1933), row and column 0 +1. Sums of integers below 2^53 are
// exact.
#pragma once
#include <Eigen/Core>
#include <span>
#include <vector>

namespace scansim {

// The whole matrix, n^2 doubles: for tests and small n.
Eigen::MatrixXd hadamard_matrix_ref(int m, int log2);

// `x` holds rows of n = m 2^log2 values. Errors: std::invalid_argument for another m or a size that is not
// rows.
std::vector<double> hadamard_ref(std::span<const double> x, int m, int log2);

}  // namespace scansim
