#include "host/gpu_profile/kernel_call_work.h"

#include "host/cuda/numerics/activation_unit.h"

namespace scansim {

namespace {

// A product of float32 is three of TF32 (matrix_unit.h), each at half the rate of 16 bits.
constexpr double tensor_flops_of_float = 6;

double activation_bytes(gpu_precision precision) {
  return precision == gpu_precision::fp32 ? 4 : precision == gpu_precision::int8 ? 1 : 2;
}

template <class... Vectors>
double count_of_all(const Vectors&... values) {
  return (static_cast<double>(values.size()) + ...);
}

}  // namespace

profile_work kernel_call_work(const ssd_call& c, gpu_precision precision) {
  const double each = activation_bytes(precision), steps = count_of_all(c.dt), gates = count_of_all(c.z);
  const double launches = c.decode ? static_cast<double>(c.length) : 1;
  const double states = static_cast<double>(c.sequences * c.heads * c.head_channels * c.states);
  const bool int8 = precision == gpu_precision::int8;  // y fp16, every state int8
  const double state_bytes =
      c.decode ? launches * 2 * each * states : (int8 ? 1 : 4) * (states + count_of_all(c.initial_states));
  profile_work work;
  work.bytes = each * count_of_all(c.x, c.dt, c.b, c.c, c.z) + (int8 ? 2 : each) * count_of_all(c.x) +
               launches * 4 * count_of_all(c.a, c.d, c.dt_bias) + state_bytes;
  work.exps = steps;
  work.unit_ops = steps * (1 + (c.dt_softplus ? softplus_unit_ops : 0)) + silu_unit_ops * gates;
  work.flops = 2 * count_of_all(c.x) + gates;
  if (!c.decode)
    work.tensor_flops = 4 * static_cast<double>(c.state_updates()) *
                        (precision == gpu_precision::fp32 ? tensor_flops_of_float : 1);
  if (c.decode) work.flops += 5 * static_cast<double>(c.state_updates());
  work.launches = launches;
  return work;
}

profile_work kernel_call_work(const conv1d_call& c, gpu_precision precision) {
  const double each = activation_bytes(precision), outputs = count_of_all(c.x);
  profile_work work;
  work.bytes = each * (2 * outputs + (is_conv1d_update(c) ? 2 : 1) * count_of_all(c.state)) +
               4 * count_of_all(c.w, c.bias);
  work.exps = c.silu ? outputs : 0;
  work.unit_ops = c.silu ? silu_unit_ops * outputs : 0;
  work.flops = 2 * outputs * static_cast<double>(c.width);
  work.launches = 1;
  return work;
}

profile_work kernel_call_work(const mamba_block_call& c, gpu_precision precision) {
  const double each = activation_bytes(precision), tokens = static_cast<double>(c.all_tokens()),
               channels = static_cast<double>(c.channels), states = static_cast<double>(c.states),
               values = tokens * channels;
  const mamba_branch_call& b = c.forward;
  profile_work work;
  work.bytes = each * (2 * count_of_all(c.x) +
                       count_of_all(c.in_proj, c.out_proj, b.x_proj, b.dt_proj, c.conv_state)) +
               4 * (count_of_all(c.norm, b.conv_weight, b.conv_bias, b.a, b.d, b.dt_bias, c.h0) +
                    static_cast<double>(c.batch) * channels * states);
  work.exps = values * states;
  work.unit_ops = work.exps + values * (softplus_unit_ops + 2 * silu_unit_ops);
  work.flops = values * (6 * states + 5 + 2 * static_cast<double>(c.width)) + 4 * count_of_all(c.x);
  work.tensor_flops = 2 * tokens * count_of_all(c.in_proj, c.out_proj, b.x_proj, b.dt_proj) *
                      (precision == gpu_precision::fp32 ? tensor_flops_of_float : 1);
  work.launches = 1;
  return work;
}

}  // namespace scansim
