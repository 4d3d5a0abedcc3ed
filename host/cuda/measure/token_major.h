// (rows, L) with tokens innermost, as in a trace, to and from (L, rows) with one token's row packed, as a
// decoder gets it. Contract: a transposition; sizes match or std::invalid_argument.
#pragma once
#include <cstddef>
#include <vector>

namespace scansim {

std::vector<float> to_token_major(const std::vector<float>& values, size_t rows, size_t length);
std::vector<float> from_token_major(const std::vector<float>& values, size_t rows, size_t length);

}  // namespace scansim
