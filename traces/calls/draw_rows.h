// What the generators of operators draw: rows with log-normal scales and normal entries, so that quantisation
// meets channels of different ranges; random selections. Contract: each tensor has a random stream of its
// own, named "<operator>.<tensor>", so that one option does not change another tensor's bits. Not the
// statistics of a particular model: write a trace of your layer where these matter.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "traces/nm_pattern.h"

namespace scansim {

inline constexpr double row_spread = 0.4;  // standard deviation of the logarithm of a row's scale

struct draw_source {
  std::string name;  // of the operator
  uint64_t seed;
};

// (rows, columns). Throws input_error (file "generate") for sizes below 1 or above 2^34 elements.
std::vector<float> draw_rows(const draw_source& source, const std::string& tensor, int64_t rows,
                             int64_t columns, double scale, double spread = row_spread);

// The first `count` of a random order of 0 .. total - 1.
std::vector<int64_t> draw_selection(const draw_source& source, const std::string& tensor, int64_t total,
                                    int64_t count);

// Outputs of about unit variance whatever the number of inputs.
double fan_in_scale(int64_t inputs);

// What a flag says; input_error (file "generate") names it.
size_t flag_choice(const std::vector<std::string>& names, const std::string& name, const char* flag);
int flag_weight_bits(const std::string& format);                     // of --weight-format
nm_pattern flag_pattern(const std::string& text, const char* flag);  // "dense" or N:M

}  // namespace scansim
