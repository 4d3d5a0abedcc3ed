#include "host/sweep/sweep_budget.h"

#include <charconv>

#include "traces/input_error.h"

namespace scansim {

sweep_budget read_budget(const std::string& text) {
  if (text.empty()) return {};
  uint64_t amount = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, amount);
  const std::string unit(rest, end);
  const bool known = unit.empty() || unit == "s" || unit == "m" || unit == "h";
  if (error != std::errc() || amount == 0 || !known)
    throw input_error("command line", "--budget", "a number of points, or a time as 90s, 30m or 2h",
                      "'" + text + "'");
  sweep_budget budget;
  if (unit.empty())
    budget.points = amount;
  else
    budget.seconds = static_cast<double>(amount) * (unit == "s" ? 1 : unit == "m" ? 60 : 3600);
  return budget;
}

}  // namespace scansim
