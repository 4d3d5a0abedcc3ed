// Power-of-two scales of an operator's tensors, chosen as for whole models (host/quantise/power_of_two_fit.h:
// least squared error), and the shifts that follow from them. Contract: shifts stay inside the machine's
// fields, or input_error names the tensor whose range no shift reaches.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hls/gemm/gemm_nm.h"
#include "host/quantise/power_of_two_fit.h"

namespace scansim {

std::vector<double> to_doubles(std::span<const float> values);

// Integers of `bits` bits at 2^-frac, and back.
template <class integer>
std::vector<integer> quantise_all(std::span<const float> values, int frac, int bits);
template <class integer>
std::vector<double> dequantise_all(std::span<const integer> values, int frac);

// The fraction bits of least squared error for an output that should be `y`, at most `most`.
int output_frac(std::span<const double> y, int bits, int most, const std::string& file);

// Rows of zeros fit any scale: they take the largest of the others', so that they do not limit the output's.
void level_zero_rows(std::vector<int>& frac, const std::vector<bool>& zero);

// Bias at the scale of the accumulators. 31 bits, so that it cannot overflow the sum; returns how many were
// clipped.
uint64_t quantise_bias(std::span<const float> bias, const std::vector<int>& frac, std::vector<int32_t>& out);

// Shift of channel `n` from accumulator to output, or alignment to silu's argument.
// Of products with frac_acc fraction bits, frac_x of them from x.
hls::gemm_channel channel_of(int frac_acc, int frac_x, int frac_y, bool silu, int64_t n,
                             const std::string& file);

// A shift of the machine, from `low` to `high`; else an input_error that names the scale it follows from.
int checked_shift(int shift, int low, int high, const char* scale, const std::string& file);

// Limits of the machine's norm: shift + k stays in 0..62 for every k in 16..39, eps_sum has 48 bits.
inline constexpr int least_norm_shift = -16, largest_norm_shift = 23;
inline constexpr int largest_eps_sum_bits = 47;

}  // namespace scansim
