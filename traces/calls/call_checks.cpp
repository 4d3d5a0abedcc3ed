#include "traces/calls/call_checks.h"

#include <fmt/format.h>

#include <algorithm>

#include "traces/calls/call_option.h"
#include "traces/input_error.h"
#include "traces/sizes_text.h"

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

void check_decay(const std::vector<float>& a, int64_t states, const std::string& name,
                 const std::string& file) {
  const auto grows = std::find_if(a.begin(), a.end(), [](float value) { return !(value <= 0); });
  if (grows == a.end()) return;
  const bool none_decays = std::none_of(a.begin(), a.end(), [](float value) { return value < 0; });
  const auto rows = static_cast<int64_t>(a.size()) / states;
  throw input_error(file, name + index_text(grows - a.begin(), {rows, states}),
                    "a value <= 0 (a decay of at most 1)", fmt::format("{}", *grows))
      .explained(none_decays ? "is this A_log? A = -exp(A_log)" : "");
}

std::string guess_conv_state(const named_shapes& shapes, const char* state, const char* weights) {
  const auto kept = shapes.find(state), taps = shapes.find(weights);
  if (kept == shapes.end() || taps == shapes.end() || kept->second.empty() || taps->second.empty()) return "";
  if (kept->second.size() == 3) return fmt::format("is {} a batch? It is of one sequence, (D, W - 1)", state);
  if (kept->second.back() != taps->second.back()) return "";
  return fmt::format("does {} hold W inputs, the token's own too? It is the W - 1 before it", state);
}

}  // namespace scansim
