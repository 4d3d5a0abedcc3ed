#include "models/ref/ssd_ref.h"

#include <algorithm>
#include <cmath>

namespace scansim {

namespace {

double step_of(double x) { return x > 20 ? x : std::log1p(std::exp(x)); }

class head_scan {
 public:
  head_scan(const ssd_call& call, ssd_output& out, int64_t head)
      : c_(call), out_(out), head_(head), group_(head / (call.heads / call.groups)) {}

  void run(const ssd_segment& segment) {
    const size_t count = static_cast<size_t>(c_.head_channels * c_.states);
    std::vector<double> state(count, 0.0);
    if (segment.initial_state >= 0 && !c_.initial_states.empty()) {
      const auto from = c_.initial_states.begin() + state_row(segment.initial_state);
      state.assign(from, from + static_cast<std::ptrdiff_t>(count));
    }
    for (int64_t t = segment.begin; t < segment.end; ++t) step(segment.batch * c_.length + t, state);
    if (segment.final_state >= 0)
      std::copy(state.begin(), state.end(), out_.final_states.begin() + state_row(segment.final_state));
  }

 private:
  std::ptrdiff_t state_row(int64_t sequence) const {
    return static_cast<std::ptrdiff_t>((sequence * c_.heads + head_) * c_.head_channels * c_.states);
  }

  void step(int64_t token, std::vector<double>& state) {
    const auto head = static_cast<size_t>(head_);
    double dt = c_.dt[static_cast<size_t>(token * c_.heads + head_)];
    if (!c_.dt_bias.empty()) dt += c_.dt_bias[head];
    if (c_.dt_softplus) dt = step_of(dt);
    dt = std::min<double>(std::max<double>(dt, c_.dt_low), c_.dt_high);
    const double decay = std::exp(dt * c_.a[head]);
    const float* b = c_.b.data() + (token * c_.groups + group_) * c_.states;
    const float* read = c_.c.data() + (token * c_.groups + group_) * c_.states;
    for (int64_t p = 0; p < c_.head_channels; ++p) {
      const auto at = static_cast<size_t>((token * c_.heads + head_) * c_.head_channels + p);
      const double x = c_.x[at];
      double* s = state.data() + p * c_.states;
      double y = c_.d.empty()
                     ? 0.0
                     : c_.d[c_.d_of_channels()
                                ? head * static_cast<size_t>(c_.head_channels) + static_cast<size_t>(p)
                                : head] *
                           x;
      for (int64_t n = 0; n < c_.states; ++n) {
        s[n] = decay * s[n] + dt * x * b[n];
        y += s[n] * read[n];
      }
      if (!c_.z.empty()) y *= c_.z[at] / (1 + std::exp(-static_cast<double>(c_.z[at])));
      out_.y[at] = y;
    }
  }

  const ssd_call& c_;
  ssd_output& out_;
  int64_t head_, group_;
};

}  // namespace

ssd_output ssd_ref(const ssd_call& call) {
  ssd_output out;
  out.y.resize(call.x.size());
  out.final_states.resize(
      static_cast<size_t>(call.sequences * call.heads * call.head_channels * call.states));
  for (int64_t head = 0; head < call.heads; ++head) {
    head_scan scan(call, out, head);
    for (const ssd_segment& segment : call.segments()) scan.run(segment);
  }
  return out;
}

}  // namespace scansim
