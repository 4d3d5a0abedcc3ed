#include "host/cuda/layer/layer_call.h"

#include <stdexcept>

#include "host/cuda/scan/selective_scan_launch.h"

namespace scansim {

const char* layer_step_name(layer_step step) {
  constexpr const char* names[] = {"norm", "in_proj", "conv1d", "x_proj", "dt_proj", "scan", "out_proj"};
  return names[static_cast<int>(step)];
}

gpu_rms_norm norm_of(const layer_call& l) {
  return {l.batch * l.length, l.d_model, l.eps, l.precision, l.x, l.norm, l.normed};
}

projection_call projection_of(const layer_call& l, layer_step step) {
  projection_call call;
  call.batch = l.batch, call.tokens = l.length, call.precision = l.precision;
  call.features_first = step != layer_step::in_proj;
  switch (step) {
    case layer_step::in_proj:
      call.outputs = 2 * l.channels, call.inputs = l.d_model;
      call.weight = l.in_proj, call.x = l.normed;
      call.part[0] = {l.conv_input, l.channels}, call.part[1] = {l.z, l.channels};
      return call;
    case layer_step::x_proj:
      call.outputs = l.rank + 2 * l.states, call.inputs = l.channels;
      call.weight = l.x_proj, call.x = l.u;
      call.part[0] = {l.dt, l.rank}, call.part[1] = {l.b, l.states}, call.part[2] = {l.c, l.states};
      return call;
    case layer_step::dt_proj:
      call.outputs = l.channels, call.inputs = l.rank;
      call.weight = l.dt_proj, call.x = l.dt;
      call.part[0] = {l.delta, l.channels};
      return call;
    case layer_step::out_proj:
      call.outputs = l.d_model, call.inputs = l.channels;
      call.weight = l.out_proj, call.x = l.scanned;
      call.residual = l.x, call.y = l.y;
      return call;
    default:
      throw std::invalid_argument("projection_of: a step that is no projection");
  }
}

causal_conv1d_call conv_of(const layer_call& l) {
  causal_conv1d_call call;
  call.batch = l.batch, call.channels = l.channels, call.length = l.length, call.width = l.width;
  call.precision = l.precision;
  call.x = l.conv_input, call.y = l.u, call.initial_state = l.conv_state;
  call.weight = l.conv_weight, call.bias = l.conv_bias;
  return call;
}

scan_call scan_of(const layer_call& l) {
  scan_call call;
  call.sizes = {l.batch, l.channels, l.states, 1, l.length};
  call.delta_softplus = true;
  call.precision = l.precision;
  call.u = l.u, call.delta = l.delta, call.b = l.b, call.c = l.c, call.z = l.z;
  call.a = l.a, call.d = l.d, call.delta_bias = l.dt_bias, call.h0 = l.h0;
  call.y = l.scanned, call.h_last = l.h_last;
  return call;
}

void check_layer(const layer_call& l) {
  check_scan_sizes(scan_of(l).sizes);
  if (l.d_model < 1 || l.rank < 1 || l.width < 2 || l.width > 4)
    throw std::invalid_argument("layer: a size below 1, or a width outside 2 to 4");
  if (int64_t{l.batch} * l.length >= int64_t{1} << 31)
    throw std::invalid_argument("layer: fewer than 2^31 tokens");
  if (l.precision == gpu_precision::int8) throw std::invalid_argument("layer: no kernel of this precision");
}

}  // namespace scansim
