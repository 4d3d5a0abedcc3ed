#include "host/energy/nnls.h"

#include <vector>

namespace scansim {
namespace {

// Least squares over the columns of the set alone.
Eigen::VectorXd solve_passive(const Eigen::MatrixXd& a, const Eigen::VectorXd& y,
                              const std::vector<bool>& in) {
  std::vector<Eigen::Index> columns;
  for (size_t j = 0; j < in.size(); ++j)
    if (in[j]) columns.push_back(static_cast<Eigen::Index>(j));
  Eigen::MatrixXd part(a.rows(), static_cast<Eigen::Index>(columns.size()));
  for (size_t j = 0; j < columns.size(); ++j) part.col(static_cast<Eigen::Index>(j)) = a.col(columns[j]);
  const Eigen::VectorXd solved = part.colPivHouseholderQr().solve(y);
  Eigen::VectorXd whole = Eigen::VectorXd::Zero(a.cols());
  for (size_t j = 0; j < columns.size(); ++j) whole[columns[j]] = solved[static_cast<Eigen::Index>(j)];
  return whole;
}

}  // namespace

Eigen::VectorXd nnls(const Eigen::MatrixXd& a, const Eigen::VectorXd& y) {
  const auto n = static_cast<size_t>(a.cols());
  Eigen::VectorXd x = Eigen::VectorXd::Zero(a.cols());
  std::vector<bool> in(n, false);
  const double tolerance = 1e-9 * (a.transpose() * y).cwiseAbs().maxCoeff();
  for (size_t round = 0; round < 3 * n; ++round) {
    const Eigen::VectorXd gradient = a.transpose() * (y - a * x);
    Eigen::Index best = -1;
    for (size_t j = 0; j < n; ++j) {
      const auto at = static_cast<Eigen::Index>(j);
      if (!in[j] && gradient[at] > tolerance && (best < 0 || gradient[at] > gradient[best])) best = at;
    }
    if (best < 0) break;
    in[static_cast<size_t>(best)] = true;
    Eigen::VectorXd next = solve_passive(a, y, in);
    for (bool negative = true; negative;) {  // back along the line until no member is below 0
      negative = false;
      double step = 1;
      for (size_t j = 0; j < n; ++j) {
        const auto at = static_cast<Eigen::Index>(j);
        if (!in[j] || next[at] > 0) continue;
        negative = true;
        step = std::min(step, x[at] / (x[at] - next[at]));
      }
      if (!negative) break;
      x += step * (next - x);
      for (size_t j = 0; j < n; ++j)
        if (const auto at = static_cast<Eigen::Index>(j); in[j] && next[at] <= 0 && x[at] <= 1e-12)
          in[j] = false, x[at] = 0;
      next = solve_passive(a, y, in);
    }
    x = next;
  }
  return x;
}

}  // namespace scansim
