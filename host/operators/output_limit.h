// What an output in integers should be and how far it may lie from it, the same for an operator that is a
// call and for one inside a layer: the exact value inside the range of the output's format; half a last place
// of it, and what the tables on its way may err by.
// Contract: value = integer * 2^-frac; the sums in front are exact. Sources: hls/gemm/README.md,
// hls/units/README.md.
#pragma once

namespace scansim {

struct output_limit {
  double value = 0, error = 0;
};

// Of ref itself, relative: sums, exp and roots in double precision.
inline constexpr double reference_error = 1e-12;

// silu as the machine can at most compute it: its argument ends below 16.
double limited_silu(double v);

// A sum, rounded; with silu, that goes through it first: table 3.4e-4 |v|, argument 2^-13 at slope 1.1,
// product 2^-17.
output_limit limit_of_sum(double sum, bool silu, int bits, int frac);
inline constexpr const char *sum_bound_text = "half a step of y",
                            *silu_bound_text =
                                "half a step of y + 3.4e-4 min(|v|, 16) (sigmoid table) + 1.1 2^-13 "
                                "(argument) + 2^-17 (product)";

// Of a norm, s8.
output_limit limit_of_norm(double y, int frac);
inline constexpr const char* norm_bound_text = "half a step of y + 6.1e-5 |y| (reciprocal square root)";

}  // namespace scansim
