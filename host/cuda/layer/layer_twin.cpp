#include <cmath>

#include "host/cuda/conv/causal_conv1d_twin.h"
#include "host/cuda/layer/layer_launch.h"
#include "host/cuda/numerics/storage_types.h"
#include "host/cuda/scan/selective_scan_dispatch.h"
#include "host/cuda/scan/selective_scan_twin.h"

namespace scansim {
namespace {

template <typename T>
void norm_token(const gpu_rms_norm& call, int64_t token) {
  const T* row = static_cast<const T*>(call.x) + token * call.channels;
  T* out = static_cast<T*>(call.y) + token * call.channels;
  float sum = 0.0f;
  for (int c = 0; c < call.channels; ++c) sum = fma_rn(to_float(row[c]), to_float(row[c]), sum);
  const float scale = 1.0f / std::sqrt(sum / static_cast<float>(call.channels) + call.eps);
  for (int c = 0; c < call.channels; ++c) out[c] = from_float<T>(to_float(row[c]) * scale * call.weight[c]);
}

// One output of one token.
template <typename T>
float projected(const projection_call& call, int64_t batch, int64_t output, int64_t token) {
  const T* weight = static_cast<const T*>(call.weight) + output * call.inputs;
  const T* x = static_cast<const T*>(call.x) + batch * call.inputs * call.tokens;
  float sum = 0.0f;
  for (int64_t k = 0; k < call.inputs; ++k)
    sum = fma_rn(to_float(weight[k]),
                 to_float(x[call.features_first ? k * call.tokens + token : token * call.inputs + k]), sum);
  return sum;
}

template <typename T>
void project_all(const projection_call& call) {
  for (int64_t batch = 0; batch < call.batch; ++batch)
    for (int64_t token = 0; token < call.tokens; ++token) {
      int64_t output = 0;
      for (const projection_part& part : call.part)
        for (int64_t row = 0; row < part.rows; ++row)
          static_cast<T*>(part.to)[(batch * part.rows + row) * call.tokens + token] =
              from_float<T>(projected<T>(call, batch, output++, token));
      for (; call.y && output < call.outputs; ++output) {
        const int64_t at = (batch * call.tokens + token) * call.outputs + output;
        const float before = call.residual ? to_float(static_cast<const T*>(call.residual)[at]) : 0.0f;
        static_cast<T*>(call.y)[at] = from_float<T>(projected<T>(call, batch, output, token) + before);
      }
    }
}

struct twin_runner {
  void norm(const gpu_rms_norm& call) const {
    with_storage_type(call.precision, [&]<typename T>(T) {
      for (int64_t token = 0; token < call.tokens; ++token) norm_token<T>(call, token);
      return true;
    });
  }
  void project(const projection_call& call) const {
    with_storage_type(call.precision, [&]<typename T>(T) {
      project_all<T>(call);
      return true;
    });
  }
  void convolve(const causal_conv1d_call& call) const { causal_conv1d_twin(call); }
  void scan(const scan_call& call) const { selective_scan_twin(call); }
  void add(const added_values& call) const {
    with_storage_type(call.precision, [&]<typename T>(T) {
      T* const to = static_cast<T*>(call.to);
      for (int64_t i = 0; i < call.count; ++i)
        to[i] = from_float<T>(to_float(to[i]) + to_float(static_cast<const T*>(call.other)[i]));
      return true;
    });
  }
};

}  // namespace

void layer_step_twin(const layer_call& layer, layer_step step) {
  check_layer(layer);
  run_layer_step(layer, step, twin_runner{});
}

}  // namespace scansim
