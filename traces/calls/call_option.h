// Rows of an operator's option table: key, type, range and default stated once, from which the reader, the
// writer and the page follow. Contract: `value` belongs to the call and outlives the row; a wrong value is an
// input_error that names the key. Options whose keys depend on each other are written out where they are.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "traces/calls/call.h"
#include "traces/nm_pattern.h"

namespace scansim {

enum class option_written { always, unless_default };

call_option bool_option(const char* key, bool& value, std::optional<bool> fallback, option_written written,
                        const char* range = "true or false");
// One of `names`, by its position; the first is the default.
call_option choice_option(const char* key, const std::vector<std::string>& names, std::function<size_t()> get,
                          std::function<void(size_t)> set, option_written written);
call_option pattern_option(const char* key, nm_pattern& value, option_written written, const char* range);
call_option eps_option(double& value);
// 8 or 4 bits, as weight_format_names() call them.
call_option weight_format_option(int& bits, option_written written);

const std::vector<std::string>& weight_format_names();  // "int8", "w4g128"
constexpr int weight_bits_of(size_t format) { return format == 0 ? 8 : 4; }
// "dense" or "N:M".
std::string sparsity_text(const nm_pattern& pattern);

inline constexpr double max_norm_eps = 1e6;

}  // namespace scansim
