// Checks that several calls have in common.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "traces/calls/call.h"

namespace scansim {

// input_error(file, field, expected, found) unless it holds.
void require_size(bool holds, const std::string& file, const std::string& field, const std::string& expected,
                  int64_t found);

// Of a root mean square norm over `size` elements, `symbol` in messages.
void check_norm(int64_t size, double eps, const std::string& file, const char* symbol);

// Decay rates (rows, states): none above 0. Where none is below either, the message asks for A_log.
void check_decay(const std::vector<float>& a, int64_t states, const std::string& name,
                 const std::string& file);

// For guess_layout: a convolution's state as caches keep it, with the input of the token itself.
std::string guess_conv_state(const named_shapes& shapes, const char* state, const char* weights);

// A size that no tensor gave.
inline void settle(int64_t& size, int64_t value) {
  if (size == 0) size = value;
}

}  // namespace scansim
