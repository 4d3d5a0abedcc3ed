#include "host/network/layer_shell.h"

#include "host/network/machine_rotation.h"
#include "host/program/compile/layer_program.h"

namespace scansim {
namespace {

quantised_projection projection_of(int64_t outputs, int64_t inputs) {
  quantised_projection p;
  p.linear.w = int8_matrix::Zero(outputs, inputs);
  p.channel.resize(static_cast<size_t>(outputs));
  return p;
}

quantised_branch branch_of(const operator_shape& s, const design_point& point) {
  const auto inner = static_cast<size_t>(s.channels);
  quantised_branch b;
  b.conv.w = int8_matrix::Zero(s.channels, s.width);
  b.conv.bias.resize(inner), b.conv.channel.resize(inner);
  b.x_proj = projection_of(s.rank + 2 * s.states, s.channels);
  b.dt_proj = projection_of(s.channels, s.rank);
  b.scan.shape = {.batch = 1, .channels = s.channels, .states = s.states, .groups = 1, .length = s.tokens};
  b.scan.options.delta_softplus = true;
  b.scan.scales.operand_bits = point.operand_bits, b.scan.scales.state_bits = point.state_bits;
  b.scan.scales.output_bits = point.output_bits;
  b.scan.a.resize(inner * static_cast<size_t>(s.states));
  b.scan.d.resize(inner), b.scan.delta_bias.resize(inner);
  const auto size = machine_rotation(s.channels, point);
  b.output.hadamard = size.has_value();
  if (size) b.output.m = size->m, b.output.log2 = size->log2;
  b.out_channel.resize(static_cast<size_t>(s.model));
  return b;
}

}  // namespace

program timed_layer_of(const operator_shape& s, const design_point& point) {
  quantised_layer layer;
  layer.norm.w.resize(static_cast<size_t>(s.model));
  layer.in_proj = projection_of(2 * s.channels, s.model);
  layer.out_proj.w = int8_matrix::Zero(s.model, s.channels);
  for (int64_t i = 0; i < s.directions; ++i) layer.branches.push_back(branch_of(s, point));
  layer.merged =
      s.directions == 2 && directions_merge({s.model, s.channels, s.rank, s.states}, s.tokens, point);
  const int16_matrix r = int16_matrix::Zero(s.model, s.tokens * s.sequences);
  std::vector<quantised_branch_state> states;
  if (s.stateful) {
    const auto h = static_cast<size_t>(s.channels * s.states);
    states.assign(static_cast<size_t>(s.directions * s.sequences),
                  {.h = std::vector<int32_t>(h), .history = int8_matrix::Zero(s.channels, s.width - 1)});
  }
  return make_layer_program(layer, r, states, {.pattern = {}, .sequences = s.sequences}, point);
}

}  // namespace scansim
