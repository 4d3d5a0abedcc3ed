// The fraction bits of A whose decays are least wrong: A's values reach over orders of magnitude, a few large
// ones would cost the small ones, which hold the long memories, a bit each, and hardly matter themselves.
// Measure: of every (channel, state) the squared error of the answer to one input over the call,
//   sum over k < L of (e^(-k dt A) - e^(-k dt A'))^2 = G(2 x) - 2 G(x + x') + G(2 x'),  x = dt A,
//   G(s) = (1 - e^(-L s)) / (1 - e^(-s)),
// dt the channel's mean step, weighted with its mean (dt u)^2. Contract: between `safe` fraction bits, with
// which no value is clipped, and four more; the fewest of equal ones. Leaves out how B and C weigh the
// states.
#pragma once
#include "traces/scan_tensors.h"

namespace scansim {

int least_decay_error_frac(const scan_tensors& tensors, int safe, int bits);

}  // namespace scansim
