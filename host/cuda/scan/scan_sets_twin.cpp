#include "host/cuda/scan/scan_sets_twin.h"

#include <algorithm>
#include <vector>

#include "host/cuda/scan/scan_sets_dispatch.h"
#include "host/cuda/scan/scan_sets_step.h"

namespace scansim {

namespace {

template <typename T>
float value_at(const void* values, int64_t at) {
  return to_float(static_cast<const T*>(values)[at]);
}

// One position of one channel; what it adds to its output row, before the gate.
template <typename T>
float run_position(const gpu_scan_sets& call, const gpu_scan_set& set, int batch, int i, int t,
                   std::vector<float>& h) {
  const int64_t line = int64_t{batch} * set.channels + i, row = set.rows_p[t];
  const int64_t bc = (int64_t{batch} * set.groups + i / (set.channels / set.groups)) * set.states;
  const int64_t channel = int64_t{batch} * call.channels + set.first_channel + i;
  const float u = value_at<T>(call.u, channel * call.length + set.rows_u[t]);
  float dt = value_at<T>(set.delta, line * call.length + row) + (set.delta_bias ? set.delta_bias[i] : 0.0f);
  if (call.delta_softplus) dt = softplus_unit(dt);
  if ((set.flags[t] & step_resets) != 0) std::fill(h.begin(), h.end(), 0.0f);
  const set_position at{dt, set.plain_drive ? u : dt * u, (set.flags[t] & step_holds) != 0, set.tap_pre};
  float sum = 0.0f;
  for (int n = 0; n < set.states; ++n) {
    const int64_t of_bc = (bc + n) * call.length + row;
    const float read = scan_sets_step(at, set.a[int64_t{i} * set.states + n], value_at<T>(set.b, of_bc),
                                      h[static_cast<size_t>(n)]);
    sum = fma_rn(value_at<T>(set.c, of_bc), read, sum);
  }
  return set.d ? fma_rn(set.d[i], u, sum) : sum;
}

template <typename T>
void run_channel(const gpu_scan_sets& call, const gpu_scan_set& set, int batch, int i) {
  const int64_t line = int64_t{batch} * set.channels + i;
  const int64_t channel = int64_t{batch} * call.channels + set.first_channel + i;
  std::vector<float> h(static_cast<size_t>(set.states));
  if (set.h0) std::copy_n(set.h0 + line * set.states, set.states, h.begin());
  for (int t = 0; t < set.positions; ++t) {
    const float v = run_position<T>(call, set, batch, i, t, h);
    if (set.rows_out[t] < 0) continue;
    const int64_t at = channel * call.output_rows + set.rows_out[t];
    const float z = call.z ? value_at<T>(call.z, at) : 0.0f;
    call.y[at] = fma_rn(v, scan_sets_gate(set.gate, z), call.y[at]);
  }
  if (set.h_last) std::copy(h.begin(), h.end(), set.h_last + line * set.states);
}

}  // namespace

void scan_sets_twin(const gpu_scan_sets& call) {
  check_scan_sets(call);
  std::fill_n(call.y, int64_t{call.batch} * call.channels * call.output_rows, 0.0f);
  with_storage_type(call.precision, [&]<typename T>(T) {
    for (int k = 0; k < call.sets; ++k)
      for (int batch = 0; batch < call.batch; ++batch)
        for (int i = 0; i < call.set[k].channels; ++i) run_channel<T>(call, call.set[k], batch, i);
    return true;
  });
}

}  // namespace scansim
