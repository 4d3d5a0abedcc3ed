// Root-mean-square norm in double precision: y = x w / sqrt(mean(x^2) + eps), per row of d values.
// Contract: x and y (rows, d), w (d) or empty for ones. Source: RMSNorm (Zhang and Sennrich, 2019). No
// residual is added and nothing is quantised.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace scansim {

// Errors: std::invalid_argument if a size does not fit.
std::vector<double> rms_norm_ref(std::span<const double> x, std::span<const double> w, int64_t d, double eps);

}  // namespace scansim
