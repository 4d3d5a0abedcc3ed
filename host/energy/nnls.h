// Non-negative least squares: x >= 0 that makes |A x - y| least, by the active set of Lawson and Hanson
// (Solving Least Squares Problems, 1974, algorithm NNLS). Contract: a column of zeros gets 0; ends after at
// most 3 x columns exchanges, as usual. For some tens of columns. (Eigen 3.4 of Debian 12 has none yet.)
#pragma once
#include <Eigen/Dense>

namespace scansim {

Eigen::VectorXd nnls(const Eigen::MatrixXd& a, const Eigen::VectorXd& y);

}  // namespace scansim
