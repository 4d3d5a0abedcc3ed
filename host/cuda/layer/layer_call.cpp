#include "host/cuda/layer/layer_call.h"

#include <stdexcept>

#include "host/cuda/scan/selective_scan_launch.h"

namespace scansim {

std::vector<layer_step> layer_steps(int directions) {
  using enum layer_step;
  std::vector<layer_step> steps = {norm, in_proj, conv1d, x_proj, dt_proj, scan};
  if (directions > 1)
    for (const layer_step step : {backward_conv1d, backward_x_proj, backward_dt_proj, backward_scan, add})
      steps.push_back(step);
  steps.push_back(out_proj);
  return steps;
}

const char* layer_step_name(layer_step step) {
  constexpr const char* names[] = {
      "norm", "in_proj",         "conv1d",          "x_proj",           "dt_proj",
      "scan", "backward conv1d", "backward x_proj", "backward dt_proj", "backward scan",
      "add",  "out_proj"};
  return names[static_cast<int>(step)];
}

gpu_rms_norm norm_of(const layer_call& l) {
  return {l.batch * l.length, l.d_model, l.eps, l.precision, l.x, l.norm, l.normed};
}

projection_call projection_of(const layer_call& l, layer_step step) {
  projection_call call;
  call.batch = l.batch, call.tokens = l.length, call.precision = l.precision;
  call.features_first = step != layer_step::in_proj;
  const bool backward = step == layer_step::backward_x_proj || step == layer_step::backward_dt_proj;
  const layer_branch& own = l.branch[backward];
  switch (step) {
    case layer_step::in_proj:
      call.outputs = 2 * l.channels, call.inputs = l.d_model;
      call.weight = l.in_proj, call.x = l.normed;
      call.part[0] = {l.conv_input, l.channels}, call.part[1] = {l.z, l.channels};
      return call;
    case layer_step::x_proj:
    case layer_step::backward_x_proj:
      call.outputs = l.rank + 2 * l.states, call.inputs = l.channels;
      call.weight = own.x_proj, call.x = own.u;
      call.part[0] = {own.dt, l.rank}, call.part[1] = {own.b, l.states}, call.part[2] = {own.c, l.states};
      return call;
    case layer_step::dt_proj:
    case layer_step::backward_dt_proj:
      call.outputs = l.channels, call.inputs = l.rank;
      call.weight = own.dt_proj, call.x = own.dt;
      call.part[0] = {own.delta, l.channels};
      return call;
    case layer_step::out_proj:
      call.outputs = l.d_model, call.inputs = l.channels;
      call.weight = l.out_proj, call.x = l.branch[0].scanned;
      call.residual = l.x, call.y = l.y;
      return call;
    default:
      throw std::invalid_argument("projection_of: a step that is no projection");
  }
}

causal_conv1d_call conv_of(const layer_call& l, int direction) {
  const layer_branch& own = l.branch[direction];
  causal_conv1d_call call;
  call.batch = l.batch, call.channels = l.channels, call.length = l.length, call.width = l.width;
  call.precision = l.precision, call.reverse = direction > 0;
  call.x = l.conv_input, call.y = own.u, call.initial_state = l.conv_state;
  call.weight = own.conv_weight, call.bias = own.conv_bias;
  return call;
}

scan_call scan_of(const layer_call& l, int direction) {
  const layer_branch& own = l.branch[direction];
  scan_call call;
  call.sizes = {l.batch, l.channels, l.states, 1, l.length};
  call.delta_softplus = true, call.reverse = direction > 0;
  call.precision = l.precision;
  call.u = own.u, call.delta = own.delta, call.b = own.b, call.c = own.c, call.z = l.z;
  call.a = own.a, call.d = own.d, call.delta_bias = own.dt_bias, call.h0 = l.h0;
  call.y = own.scanned, call.h_last = own.h_last;
  return call;
}

added_values added_of(const layer_call& l) {
  return {int64_t{l.batch} * l.channels * l.length, l.precision, l.branch[0].scanned, l.branch[1].scanned};
}

void check_layer(const layer_call& l) {
  check_scan_sizes(scan_of(l).sizes);
  if (l.d_model < 1 || l.rank < 1 || l.width < 2 || l.width > 4)
    throw std::invalid_argument("layer: a size below 1, or a width outside 2 to 4");
  if (int64_t{l.batch} * l.length >= int64_t{1} << 31)
    throw std::invalid_argument("layer: fewer than 2^31 tokens");
  if (l.directions < 1 || l.directions > most_directions || (l.directions > 1 && (l.conv_state || l.h0)))
    throw std::invalid_argument("layer: one direction, or two without states before the first token");
  if (l.precision > gpu_precision::bf16) throw std::invalid_argument("layer: no kernel of this precision");
}

}  // namespace scansim
