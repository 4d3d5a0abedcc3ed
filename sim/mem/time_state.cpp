#include "sim/mem/time_state.h"

#include <algorithm>

namespace scansim {
namespace {

// Who waits for a time goes on so many cycles behind it at most.
constexpr cycle_t reach = 64;

}  // namespace

void time_state::add_next(cycle_t next) {
  add_time(next);
  earliest_ = std::min(earliest_, next);
  latest_ = std::max(latest_, next);
}

void time_state::clear() {
  times_.clear(), counts_.clear(), values_.clear();
  earliest_ = INT64_MAX, latest_ = 0;
}

std::optional<cycle_t> later_by(const time_state& a, const time_state& b, const event_steps& steps) {
  if (a.times_.size() != b.times_.size() || a.counts_.size() != b.counts_.size() || a.values_ != b.values_)
    return std::nullopt;
  for (size_t i = 0; i < a.counts_.size(); ++i) {
    const auto [count, unit] = a.counts_[i];
    if (unit != event_unit::any && b.counts_[i].count - count != steps[static_cast<size_t>(unit)])
      return std::nullopt;
  }
  const cycle_t later = b.latest_ - a.latest_;
  for (size_t i = 0; i < a.times_.size(); ++i) {
    const cycle_t before = a.times_[i], after = b.times_[i];
    const bool past = before + reach <= a.earliest_ && after + reach <= b.earliest_;
    if (after - before != later && !past) return std::nullopt;
  }
  return later;
}

}  // namespace scansim
