#include "host/cuda/conv/causal_conv1d_twin.h"

#include <algorithm>
#include <vector>

#include "host/cuda/conv/causal_conv1d_dispatch.h"
#include "host/cuda/conv/causal_conv1d_step.h"

namespace scansim {
namespace {

// One row: the state and the tokens as one sequence, so that every output sees W neighbours.
template <typename T, int Width>
void convolve_row(const std::vector<T>& sequence, const float* weight, float bias, bool silu, T* y) {
  std::vector<float> inputs;
  for (const T& value : sequence) inputs.push_back(to_float(value));
  for (size_t t = 0; t + Width <= inputs.size(); ++t)
    y[t] = from_float<T>(causal_conv1d_step<Width>(inputs.data() + t, weight, bias, silu));
}

template <typename T, int Width, typename Call>
void convolve(const Call& call, const void* state_in, void* state_out, bool reverse = false) {
  constexpr int64_t halo = Width - 1;
  for (int64_t row = 0; row < int64_t{call.batch} * call.channels; ++row) {
    const int64_t channel = row % call.channels;
    const T* const x = static_cast<const T*>(call.x) + row * call.length;
    const T* const before = static_cast<const T*>(state_in);
    std::vector<T> sequence(size_t(halo), from_float<T>(0.0f));
    if (before) sequence.assign(before + row * halo, before + (row + 1) * halo);
    sequence.insert(sequence.end(), x, x + call.length);
    if (reverse) std::reverse(sequence.begin() + halo, sequence.end());
    T* const y = static_cast<T*>(call.y) + row * call.length;
    convolve_row<T, Width>(sequence, call.weight + channel * Width, call.bias ? call.bias[channel] : 0.0f,
                           call.silu, y);
    if (reverse) std::reverse(y, y + call.length);
    if (state_out) std::copy(sequence.end() - halo, sequence.end(), static_cast<T*>(state_out) + row * halo);
  }
}

}  // namespace

void causal_conv1d_twin(const causal_conv1d_call& call) {
  check_causal_conv1d(call);
  causal_conv1d_dispatch(call, [&]<typename Storage, int Width>() {
    convolve<Storage, Width>(call, call.initial_state, call.final_state, call.reverse);
  });
}

void causal_conv1d_update_twin(const causal_conv1d_update_call& call) {
  causal_conv1d_dispatch(
      call, [&]<typename Storage, int Width>() { convolve<Storage, Width>(call, call.state, call.state); });
}

}  // namespace scansim
