#include <stdexcept>

#include "host/cuda/scan/quamba_scan_step.h"
#include "host/cuda/scan/quamba_update_call.h"
#include "host/cuda/scan/selective_scan_launch.h"

namespace scansim {
namespace {

constexpr exp_method way = exp_method::unit;

void update_one(const quamba_update_call& call, int batch, int channel) {
  const quamba_scan_scales& scales = call.scales;
  const int64_t row = int64_t{batch} * call.channels + channel, states = call.states;
  const int64_t bc_row = (int64_t{batch} * call.groups + channel / (call.channels / call.groups)) * states;
  const float bias = call.dt_bias ? dequantise_int8(call.dt_bias[channel], scales.delta_bias) : 0.0f;
  const quamba_token token = quamba_token_of<way>(call.x[row], call.dt[row], bias, scales, call.dt_softplus);
  const float inverse_scale = div_rn(1.0f, call.state_scale);
  float sum = 0.0f;
  for (int64_t n = 0; n < states; ++n) {
    int8_t& kept = call.state[row * states + n];
    const float a = quamba_a<way>(float_of_int8(call.a_log[channel * states + n]), scales);
    const float value = quamba_next_state<way>(dequantise_int8(kept, call.state_scale), a,
                                               float_of_int8(call.b[bc_row + n]), token);
    sum = fma_rn(float_of_int8(call.c[bc_row + n]), value, sum);
    kept = quantise_round_even(value, inverse_scale);
  }
  float y = quamba_readout(sum, call.d ? dequantise_int8(call.d[channel], scales.d) : 0.0f, token.u, scales);
  if (call.z) y = quamba_gate<way>(y, call.z[row], scales);
  quamba_store_y(call, row, y);
}

}  // namespace

void check_quamba_update(const quamba_update_call& call) {
  check_scan_sizes({call.batch, call.channels, call.states, call.groups, 1});
  if (int64_t{call.batch} * call.channels >= int64_t{1} << 31)
    throw std::invalid_argument("quamba_update: fewer than 2^31 channels over the batch");
  if (call.y_precision != gpu_precision::fp16 && call.y_precision != gpu_precision::fp32)
    throw std::invalid_argument("quamba_update: y in fp16 or fp32");
}

void quamba_update_twin(const quamba_update_call& call) {
  check_quamba_update(call);
  for (int b = 0; b < call.batch; ++b)
    for (int channel = 0; channel < call.channels; ++channel) update_one(call, b, channel);
}

}  // namespace scansim
