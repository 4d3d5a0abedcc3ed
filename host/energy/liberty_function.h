// A boolean expression of a liberty file as a truth table of at most six pins: !a, a', a ^ b, a & b, a * b,
// a b, a | b, a + b, parentheses, 0, 1; binding in that order. Errors: input_error naming file and `field`.
// Internal to host/energy.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "host/energy/liberty.h"

namespace scansim {

inline constexpr int most_function_inputs = 6;

// `pins`: the names that may occur; nullopt: more than six do.
std::optional<liberty_function> function_from_text(const std::string& text,
                                                   const std::vector<std::string>& pins,
                                                   const std::string& file, const std::string& field);

}  // namespace scansim
