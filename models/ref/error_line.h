// What a squared error does not tell from noise: whether values are all a little too large, or all a little
// off.
//   slope   of the least-squares line of `got` on `want` through the origin; slope_spread its standard error
//   mean    of got - want; mean_spread its standard error
//   rows    observations behind the spreads, which are rough where they are few: student_quantile.h
// The spreads take runs of `row` values (a channel's tokens) as one observation each, since the errors of a
// recurrence hang together along it; with fewer than two rows they are not known and infinite. That of the
// slope is what it is without each of the rows in turn (a jackknife): a row with most of the power draws the
// line through itself, and its own distance from it says nothing. Where one row has 99 % of the power it is
// infinite. Contract: equal sizes, not empty, whole rows. An error common to all rungs, a gain of a table or
// a rounding that is a truncation, shows here long before it shows in relative_mse. Source: Draper, Smith:
// Applied Regression Analysis, 3rd edition, 1998, chapters 1 and 18 (line through the origin); Liang, Zeger:
// Longitudinal data analysis using generalized linear models, Biometrika 73 (1986) (spread over clusters);
// MacKinnon, White: Some heteroskedasticity-consistent covariance matrix estimators with improved finite
// sample properties, Journal of Econometrics 29 (1985) (jackknife).
#pragma once
#include <cstddef>
#include <vector>

namespace scansim {

struct error_line {
  double slope = 1, slope_spread = 0;
  double mean = 0, mean_spread = 0;
  size_t rows = 0;
};

error_line error_line_of(const std::vector<double>& got, const std::vector<double>& want, size_t row);

}  // namespace scansim
