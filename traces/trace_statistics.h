// The numbers that shape generated tensors. Every signal along the tokens is a row of AR(1) Gaussians
//   g[t] = rho g[t-1] + sqrt(1 - rho^2) n[t],   value = f(m + s (exp(skew g) - 1) / skew),   skew 0: m + s g,
// with one m (normal) and one s (log-normal) per row: a channel, or a state of B and C; f is silu for u, else
// the identity. Provenance: unless a line says otherwise, each number is the mean of what was measured in
// layer 0 (early) and layer 2 (late) of models/nn/byte-mamba on the first 2,048 bytes of heldout.txt, rounded
// to two digits; the two measurements stand in brackets. traces/README.md compares percentiles; models/nn/
// README.md has the whole tables. What it leaves out: correlation between rows (rms 0.45 for delta, 0.1 to
// 0.3 otherwise) and between tensors.
#pragma once

namespace scansim {

struct signal_statistics {
  double median;         // mean over rows of the row's median over time
  double median_spread;  // standard deviation over rows of the row's median
  double scale_median;   // median over rows of s; s is the row's standard deviation where skew is 0
  double scale_log_std;  // standard deviation of ln s over rows
  double skew;           // 0: symmetric
  double rho;            // correlation of neighbouring tokens, -1 to 1
};

struct trace_statistics {
  // Input of silu, which a trace does not hold: fitted so that u = silu(conv) has the measured percentiles
  // (p1 to p99.9), row means (standard deviation over rows 0.087, 0.121) and row standard deviations (0.33,
  // 0.53). rho: u's own [-0.01, 0.10].
  signal_statistics conv{-0.13, 0.19, 0.80, 0.21, 0.04, 0.04};
  // delta before its bias. Row medians 0.01 +- 0.20, 0.00 +- 0.26; s [0.45, 0.60], ln s [0.38, 0.36]; rho
  // [0.10, 0.26].
  signal_statistics delta{0.01, 0.23, 0.53, 0.37, 0.0, 0.18};
  // Rows are (group, state). Row medians -0.07 +- 0.28, -0.11 +- 0.66; s [0.78, 1.30], ln s [0.30, 0.20]; rho
  // [0.02, 0.21].
  signal_statistics b{-0.09, 0.47, 1.04, 0.25, 0.0, 0.12};
  // Row medians 0.08 +- 0.38, -0.35 +- 0.84; s [0.95, 1.36], ln s [0.30, 0.14]; rho [-0.06, 0.19].
  signal_statistics c{-0.13, 0.61, 1.16, 0.22, 0.0, 0.07};
  // Row medians -0.33 +- 0.24, -0.12 +- 0.23; row standard deviation [0.93, 1.18], 1.075 s at
  // this skew; ln s [0.22, 0.14]; rho [-0.05, -0.02]. skew: that of a log-normal with the rows' mean skewness
  // of 1.0 [1.62, 0.39].
  signal_statistics z{-0.23, 0.23, 0.98, 0.18, 0.31, -0.04};

  // A = -(n + 1) exp(mean + std g), g per (channel, state). Mean and standard deviation of ln(-A / (n + 1)):
  // mean [0.096, 0.067], std [0.28, 0.36].
  double a_log_mean = 0.08, a_log_std = 0.32;
  // delta_bias = softplus^-1(dt), dt log-uniform per channel: the interval with the measured mean of ln dt
  // [-4.58, -4.53] and standard deviation [1.29, 1.25].
  double dt_min = 1.2e-3, dt_max = 9.5e-2;
  // Per channel, normal. Mean [1.07, 1.20], standard deviation [0.11, 0.19].
  double d_mean = 1.13, d_std = 0.15;
  // h0: normal per state with one log-normal scale per channel. From the states after the 2,048 bytes: median
  // over channels of the standard deviation over n [0.011, 0.031], of its logarithm [0.57, 0.60]; no trend
  // along n.
  double h0_scale_median = 0.021, h0_scale_log_std = 0.59;
};

}  // namespace scansim
