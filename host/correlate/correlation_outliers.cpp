#include "host/correlate/correlation_outliers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/report/gpu_result.h"

namespace scansim {
namespace {

constexpr double apart_share = 0.1, widest_spread = 0.2, most_traffic = 1.5, least_traffic = 0.95;

struct log_sums {
  double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  void add(double a, double b) { n += 1, x += a, y += b, xx += a * a, yy += b * b, xy += a * b; }
  std::optional<double> correlation() const {
    const double spread = (n * xx - x * x) * (n * yy - y * y);
    if (n < 3 || spread <= 0) return std::nullopt;
    return (n * xy - x * y) / std::sqrt(spread);
  }
};

model_fit& fit_of(std::vector<model_fit>& fits, const correlation_row& row) {
  for (model_fit& fit : fits)
    if (fit.kernel == row.kernel && fit.precision == row.precision && fit.device == row.on) return fit;
  fits.push_back({row.kernel, row.precision, row.on, 0, 0, INFINITY, 0});
  return fits.back();
}

// Median time of the runs of this row's kernel in its call; absent for less than two.
std::optional<double> median_of_peers(const correlated_call& call, const correlation_row& row) {
  std::vector<double> times;
  for (const correlation_row& one : call.rows)
    if (one.measured() && one.time_us && one.kernel == row.kernel && one.precision == row.precision &&
        one.on == row.on)
      times.push_back(*one.time_us);
  if (times.size() < 2) return std::nullopt;
  std::sort(times.begin(), times.end());
  const size_t half = times.size() / 2;
  return times.size() % 2 == 1 ? times[half] : (times[half - 1] + times[half]) / 2;
}

std::vector<std::string> findings_of(const correlated_call& call, const correlation_row& row,
                                     double outlier_percent) {
  std::vector<std::string> found;
  const double time = *row.time_us;
  if (row.model_us && *row.model_us > credible_share * time)
    found.push_back(fmt::format("faster than its bound: {:.4g} us measured, {:.4g} us by {} ({})", time,
                                *row.model_us, row.model_ceiling, row.model_basis));
  else if (row.model_us && 100 * *row.model_us < outlier_percent * time)
    found.push_back(fmt::format("{:.0f} % of its model: {:.4g} us measured, {:.4g} us by {} ({})",
                                100 * *row.model_us / time, time, *row.model_us, row.model_ceiling,
                                row.model_basis));
  if (const auto median = median_of_peers(call, row); median && std::abs(time / *median - 1) > apart_share)
    found.push_back(fmt::format("{:+.0f} % apart from the median of the same kernel, {:.4g} us",
                                100 * (time / *median - 1), *median));
  if (row.low_us && row.high_us && *row.high_us - *row.low_us > widest_spread * time)
    found.push_back(fmt::format("unsteady: {:.4g} to {:.4g} us", *row.low_us, *row.high_us));
  if (row.bytes && row.least_bytes && *row.least_bytes > 0) {
    const double ratio = *row.bytes / *row.least_bytes;
    if (ratio > most_traffic || ratio < least_traffic)
      found.push_back(fmt::format("{:.2f} x the least bytes on the side of {}", ratio, row.bytes_basis));
  }
  return found;
}

}  // namespace

void fit_models(gpu_correlation& found) {
  log_sums sums;
  double error = 0, factors = 0;
  for (const correlated_call& call : found.calls)
    for (const correlation_row& row : call.rows) {
      const auto off = row.model_error();
      if (!off) continue;
      const double factor = *row.time_us / *row.model_us;
      model_fit& fit = fit_of(found.fits, row);
      fit.rows += 1;
      fit.factor += std::log(factor);
      fit.least = std::min(fit.least, factor);
      fit.most = std::max(fit.most, factor);
      sums.add(std::log(*row.model_us), std::log(*row.time_us));
      error += std::abs(*off);
      factors += std::log(factor);
    }
  for (model_fit& fit : found.fits) fit.factor = std::exp(fit.factor / static_cast<double>(fit.rows));
  found.modelled_rows = static_cast<size_t>(sums.n);
  if (sums.n == 0) return;
  found.factor = std::exp(factors / sums.n);
  found.mean_error = error / sums.n;
  found.correlation = sums.correlation();
}

void find_outliers(gpu_correlation& found, double outlier_percent) {
  for (size_t call = 0; call < found.calls.size(); ++call)
    for (size_t row = 0; row < found.calls[call].rows.size(); ++row) {
      const correlation_row& one = found.calls[call].rows[row];
      if (!one.measured() || !one.time_us) continue;
      for (std::string& what : findings_of(found.calls[call], one, outlier_percent))
        found.outliers.push_back({call, row, std::move(what)});
    }
}

}  // namespace scansim
