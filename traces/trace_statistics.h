// The numbers that shape generated tensors. Every signal along the tokens is an AR(1) Gaussian
//   g[t] = rho g[t-1] + sqrt(1 - rho^2) n[t],   value = f(mean + scale g),   scale log-normal over channels
//   or states.
// Provenance: A, D and the range of dt are the initialisation of mamba_ssm (A = -(1..N), D = 1, dt
// log-uniform in [1e-3, 1e-1]) with a spread as training leaves it; the shape of u (silu of a centred signal,
// minimum -0.278, heavy right tail) follows from the block's conv + silu. Scales and correlations are
// assumptions of the right magnitude, not measurements; replace them by measured ones here and nowhere else.
#pragma once

namespace scansim {

// median and log_std of the log-normal scale, correlation of neighbouring tokens, mean before scaling.
struct signal_statistics {
  double scale_median;
  double scale_log_std;
  double rho;
  double mean;  // in units of the scale
};

struct trace_statistics {
  signal_statistics conv{0.8, 0.5, 0.5, -0.2};  // input of silu that gives u; scale per channel
  signal_statistics delta{0.8, 0.4, 0.6, 0.0};  // delta before its bias; scale per channel
  signal_statistics b{0.7, 0.4, 0.3, 0.0};      // scale per (group, state)
  signal_statistics c{0.7, 0.4, 0.3, 0.0};      // scale per (group, state)
  signal_statistics z{1.2, 0.35, 0.3, -0.25};   // scale per channel
  double a_log_std = 0.35;                      // A = -(n + 1) exp(a_log_std g), g per (channel, state)
  double dt_min = 1e-3, dt_max = 1e-1;          // delta_bias = softplus^-1(log-uniform dt), per channel
  double d_mean = 1.0, d_std = 0.3;             // per channel
  double h0_scale = 0.3;                        // standard deviation of h0 is h0_scale / (n + 1)
};

}  // namespace scansim
