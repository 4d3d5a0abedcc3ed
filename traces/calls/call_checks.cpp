#include "traces/calls/call_checks.h"

#include <fmt/format.h>

#include "traces/calls/call_option.h"
#include "traces/input_error.h"

namespace scansim {

void require_size(bool holds, const std::string& file, const std::string& field, const std::string& expected,
                  int64_t found) {
  if (!holds) throw input_error(file, field, expected, fmt::format("{}", found));
}

void check_norm(int64_t size, double eps, const std::string& file, const char* symbol) {
  require_size(size <= 65536, file, "x.shape", fmt::format("{} <= 65536", symbol), size);
  if (!(eps > 0 && eps <= max_norm_eps))
    throw input_error(file, "__metadata__.scansim.eps", "a number > 0, at most 1e6", fmt::format("{}", eps));
}

}  // namespace scansim
