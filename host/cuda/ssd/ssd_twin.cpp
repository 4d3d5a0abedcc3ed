#include "host/cuda/ssd/ssd_twin.h"

#include <algorithm>
#include <stdexcept>

#include "host/cuda/numerics/activation_unit.h"
#include "host/cuda/ssd/ssd_update_dispatch.h"
#include "host/cuda/ssd/ssd_update_step.h"

namespace scansim {

namespace {

template <typename T, typename State>
class ssd_head {
 public:
  ssd_head(const gpu_ssd& call, int head)
      : c_(call),
        head_(head),
        group_(head / (call.heads / call.groups)),
        state_(static_cast<size_t>(call.head_channels) * static_cast<size_t>(call.states)) {}

  void run(const ssd_sequence& sequence) {
    std::fill(state_.begin(), state_.end(), 0.0f);
    if (c_.initial_states && sequence.initial_state >= 0)
      for_each_state([&](size_t at, const ssd_scale_row& scales, int n) {
        state_[at] = read_state(
            static_cast<const State*>(c_.initial_states)[state_row(sequence.initial_state) + int64_t(at)],
            scales, n);
      });
    for (int k = 0; k < sequence.chunks; ++k) {
      const ssd_chunk& chunk = c_.chunk[sequence.first_chunk + k];
      for (int t = 0; t < chunk.tokens; ++t) step(chunk.first_token + t);
    }
    if (c_.final_states && sequence.final_state >= 0)
      for_each_state([&](size_t at, const ssd_scale_row& scales, int n) {
        static_cast<State*>(c_.final_states)[state_row(sequence.final_state) + int64_t(at)] =
            write_state<State>(state_[at], scales, n);
      });
  }

 private:
  int64_t state_row(int64_t row) const { return (row * c_.heads + head_) * c_.head_channels * c_.states; }

  template <typename Use>
  void for_each_state(Use&& use) const {
    for (int p = 0; p < c_.head_channels; ++p)
      for (int n = 0; n < c_.states; ++n)
        use(static_cast<size_t>(p) * static_cast<size_t>(c_.states) + static_cast<size_t>(n),
            ssd_scales_of(c_, head_, p), n);
  }

  void step(int64_t token) {
    const ssd_activation_scales& scale = c_.activations;
    const float b_scale = ssd_group_scale<T>(scale.b, group_), c_scale = ssd_group_scale<T>(scale.c, group_);
    float dt = ssd_value(static_cast<const T*>(c_.dt)[token * c_.heads + head_], scale.dt);
    if (c_.dt_bias) dt += c_.dt_bias[head_];
    if (c_.dt_softplus) dt = softplus_unit(dt);
    dt = ssd_limited(dt, c_.dt_low, c_.dt_high);
    const float decay = exp2_unit(dt * (c_.a[head_] * log2_e));
    const T* b = static_cast<const T*>(c_.b) + (token * c_.groups + group_) * c_.states;
    const T* c = static_cast<const T*>(c_.c) + (token * c_.groups + group_) * c_.states;
    for (int p = 0; p < c_.head_channels; ++p) {
      const int64_t at = (token * c_.heads + head_) * c_.head_channels + p;
      const float x = ssd_value(static_cast<const T*>(c_.x)[at], ssd_x_scale<T>(c_, head_, p));
      float* s = state_.data() + int64_t{p} * c_.states;
      float y = 0.0f;
      for (int n = 0; n < c_.states; ++n) {
        s[n] = fma_rn(decay, s[n], dt * x * ssd_value(b[n], b_scale));
        y = fma_rn(s[n], ssd_value(c[n], c_scale), y);
      }
      if (c_.d) y = fma_rn(c_.d[ssd_skip_place(c_.d_of_channels, head_, c_.head_channels, p)], x, y);
      if (c_.z) y *= silu_unit(ssd_value(static_cast<const T*>(c_.z)[at], scale.z));
      static_cast<Out*>(c_.y)[at] = from_float<Out>(y);
    }
  }

  using Out = typename ssd_arithmetic<T>::type;

  const gpu_ssd& c_;
  int head_, group_;
  std::vector<float> state_;
};

template <typename T, typename State>
void update_head(const ssd_update& call, int64_t batch, int head) {
  const int64_t row = batch * call.heads + head;
  const int64_t bc_row = (batch * call.groups + head / (call.heads / call.groups)) * call.states;
  using Out = typename ssd_arithmetic<T>::type;
  const ssd_activation_scales& scale = call.activations;
  const int64_t group = head / (call.heads / call.groups);
  const float b_scale = ssd_group_scale<T>(scale.b, group), c_scale = ssd_group_scale<T>(scale.c, group);
  float dt = ssd_value(static_cast<const T*>(call.dt)[row], scale.dt);
  if (call.dt_bias) dt += call.dt_bias[head];
  if (call.dt_softplus) dt = softplus_unit(dt);
  dt = ssd_limited(dt, call.dt_low, call.dt_high);
  const float decay = exp2_unit(dt * (call.a[head] * log2_e));
  for (int p = 0; p < call.head_channels; ++p) {
    const int64_t at = row * call.head_channels + p;
    const ssd_scale_row scales = ssd_scales_of(call, head, p);
    const float x = ssd_value(static_cast<const T*>(call.x)[at], ssd_x_scale<T>(call, head, p));
    State* state = static_cast<State*>(call.state) + at * call.states;
    float y = 0.0f;
    for (int n = 0; n < call.states; ++n) {
      const float b = ssd_value(static_cast<const T*>(call.b)[bc_row + n], b_scale);
      const float value = fma_rn(decay, read_state(state[n], scales, n), dt * x * b);
      y = fma_rn(value, ssd_value(static_cast<const T*>(call.c)[bc_row + n], c_scale), y);
      state[n] = write_state<State>(value, scales, n);
    }
    if (call.d) y = fma_rn(call.d[ssd_skip_place(call.d_of_channels, head, call.head_channels, p)], x, y);
    if (call.z) y *= silu_unit(ssd_value(static_cast<const T*>(call.z)[at], scale.z));
    static_cast<Out*>(call.y)[at] = from_float<Out>(y);
  }
}

template <int, int>
struct any_shape {
  static constexpr int lanes = most_ssd_states, quads = 1;  // the twin has none
};

}  // namespace

void ssd_twin(const gpu_ssd& call) {
  check_ssd(call);
  const bool known = with_ssd_type(call.precision, [&]<typename T, typename State>(T, State) {
    for (int head = 0; head < call.heads; ++head) {
      ssd_head<T, State> scan(call, head);
      for (int k = 0; k < call.sequences; ++k) scan.run(call.sequence[k]);
    }
    return true;
  });
  if (!known) throw std::invalid_argument("ssd_twin: not this precision");
}

void ssd_update_twin(const ssd_update& call) {
  check_ssd_update(call);
  const bool known = with_ssd_update<any_shape>(call, [&]<typename T, typename State>(T, State, auto) {
    for (int64_t batch = 0; batch < call.batch; ++batch)
      for (int head = 0; head < call.heads; ++head) update_head<T, State>(call, batch, head);
    return true;
  });
  if (!known) throw std::invalid_argument("ssd_update_twin: not these precisions");
}

}  // namespace scansim
