#include "host/cli/difference_text.h"

#include <fmt/format.h>

namespace scansim {
namespace {

std::string place_text(int64_t batch, int64_t channel, const char* axis, int64_t index) {
  return fmt::format("(batch {}, channel {}, {} {})", batch, channel, axis, index);
}

std::string failure_text(const char* tensor, const tensor_comparison& comparison, const char* axis,
                         int64_t axis_length, int64_t channels) {
  const int64_t row = comparison.first_failure / axis_length;
  return fmt::format("{}: {} of {} elements outside the tolerance, first at {}: ref {}, recorded {}", tensor,
                     comparison.failures, comparison.count,
                     place_text(row / channels, row % channels, axis, comparison.first_failure % axis_length),
                     comparison.got, comparison.want);
}

}  // namespace

std::string difference_text(const scan_difference& difference, const std::string& want_rung,
                            const std::string& got_rung) {
  std::string text;
  if (const auto& d = difference.tensor) {
    text = fmt::format("{}: {} elements differ, first at {}: {} {}, {} {}", d->tensor, d->count,
                       d->token >= 0 ? place_text(d->batch, d->channel, "token", d->token)
                                     : place_text(d->batch, d->channel, "state", d->state),
                       got_rung, d->got, want_rung, d->want);
  }
  if (const auto& d = difference.counter) {
    if (!text.empty()) text += "; ";
    text += fmt::format("first counter that differs: {}: {} {}, {} {}", d->name, got_rung, d->got, want_rung,
                        d->want);
  }
  return text;
}

std::optional<counter_difference> first_event_difference(const scan_result& want, const scan_result& got) {
  for (size_t i = 0; i < num_counters; ++i) {
    const counter_name& name = counter_names[i];
    if (is_time_counter(name.event) || want.counters[i] == got.counters[i]) continue;
    return counter_difference{std::string(name.block) + "." + std::string(name.event), want.counters[i],
                              got.counters[i]};
  }
  return {};
}

std::string expect_text(const expect_comparison& comparison, const scan_shape& shape) {
  if (!comparison.present()) return "nothing recorded to compare with";
  if (!comparison.y.agree) return failure_text("y", comparison.y, "token", shape.length, shape.channels);
  if (!comparison.h_last.agree)
    return failure_text("h_last", comparison.h_last, "state", shape.states, shape.channels);
  const tensor_comparison& shown = comparison.y.present ? comparison.y : comparison.h_last;
  return fmt::format("largest absolute error {:.3g}, relative MSE {:.3g}", shown.max_abs_error,
                     shown.relative_mse);
}

}  // namespace scansim
