#include "traces/calls/scan_guess.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace scansim {
namespace {

using axis_sizes = std::vector<int64_t>;

class scan_layout_guess {
 public:
  explicit scan_layout_guess(const named_shapes& shapes) : shapes_(shapes) {}

  std::string text() const {
    const axis_sizes u = of("u", 3), a = shape("A");
    if (a.size() == 1) return "A with one value a head or channel: a call of Mamba-2?";
    if (u.empty() || a.size() != 2) return "";
    const int64_t channels = stated_channels(a);
    for (const char* name : {"u", "delta", "z", "expect.y"}) {
      const axis_sizes found = of(name, 3);
      if (!found.empty() && found[1] != channels && found[2] == channels)
        return fmt::format("is {} (batch, L, D)? It is read as (batch, D, L)", name);
    }
    if (a[0] != u[1] && a[1] == u[1]) return "is A (N, D)? It is read as (D, N)";
    return of_shared(u[2], a[1]);
  }

 private:
  axis_sizes shape(const std::string& name) const {
    const auto found = shapes_.find(name);
    return found == shapes_.end() ? axis_sizes{} : found->second;
  }
  // Empty unless of that many axes.
  axis_sizes of(const std::string& name, size_t rank) const {
    axis_sizes found = shape(name);
    return found.size() == rank ? found : axis_sizes{};
  }
  // D as A says it, unless a vector of D values says that A is turned.
  int64_t stated_channels(const axis_sizes& a) const {
    for (const char* name : {"D", "delta_bias"})
      if (const axis_sizes found = of(name, 1); !found.empty() && found[0] == a[1]) return a[1];
    return a[0];
  }
  std::string of_shared(int64_t length, int64_t states) const {
    for (const char* name : {"B", "C"}) {
      const axis_sizes found = shape(name);
      if (found.size() == 2)
        return fmt::format("is {} constant over the tokens? Such calls are not run", name);
      if (found.size() == 3 && found[1] == length && found[2] == states)
        return fmt::format("is {} (batch, L, N)? It is read as (batch, N, L)", name);
      if (found.size() == 4 && found[1] == length && found[3] == states)
        return fmt::format("is {} (batch, L, G, N)? It is read as (batch, G, N, L)", name);
      if (found.size() == 4 && found[2] == length && found[3] == states)
        return fmt::format("is {} (batch, G, L, N)? It is read as (batch, G, N, L)", name);
    }
    return "";
  }

  const named_shapes& shapes_;
};

// Of steps that no softplus makes positive.
size_t count_negative_steps(const scan_tensors& scan) {
  size_t negative = 0;
  const auto length = static_cast<size_t>(scan.shape.length),
             channels = static_cast<size_t>(scan.shape.channels);
  for (size_t i = 0; i < scan.delta.size(); ++i) {
    const float bias = scan.delta_bias.empty() ? 0 : scan.delta_bias[i / length % channels];
    negative += scan.delta[i] + bias < 0 ? 1U : 0U;
  }
  return negative;
}

}  // namespace

std::vector<std::string> scan_notes(const scan_tensors& scan) {
  std::vector<std::string> notes;
  const size_t negative = scan.options.delta_softplus ? 0 : count_negative_steps(scan);
  if (negative > 0)
    notes.push_back(
        fmt::format("delta_softplus is false and {} of {} steps are negative, which makes states grow",
                    negative, scan.delta.size()));
  if (std::all_of(scan.a.begin(), scan.a.end(), [](float value) { return value == 0; }))
    notes.push_back("every value of A is 0, so no state decays (is A an A_log of one state?)");
  if (scan.shape.channels == scan.shape.length && scan.expect_y.empty())
    notes.push_back(fmt::format(
        "D = L = {} and no expect.y: u, delta and z as (batch, L, D) would fit as well", scan.shape.length));
  return notes;
}

std::string guess_scan_layout(const named_shapes& shapes) { return scan_layout_guess(shapes).text(); }

std::string guess_scan_name(const std::string& name) {
  static const std::map<std::string, std::string> meant = {{"A_log", "A = -exp(A_log)"},
                                                           {"A_logs", "A = -exp(A_logs)"},
                                                           {"x", "u"},
                                                           {"hidden_states", "u"},
                                                           {"dt", "delta"},
                                                           {"dts", "delta"},
                                                           {"dt_bias", "delta_bias"},
                                                           {"dt_proj.bias", "delta_bias"},
                                                           {"Bs", "B"},
                                                           {"Cs", "C"},
                                                           {"Ds", "D"},
                                                           {"gate", "z"},
                                                           {"y", "expect.y"},
                                                           {"out", "expect.y"},
                                                           {"last_state", "expect.h_last"},
                                                           {"h_last", "expect.h_last"},
                                                           {"initial_state", "h0"},
                                                           {"initial_states", "h0"},
                                                           {"ssm_state", "h0"}};
  const auto found = meant.find(name);
  return found == meant.end() ? "" : found->second;
}

}  // namespace scansim
