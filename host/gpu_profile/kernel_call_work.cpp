#include "host/gpu_profile/kernel_call_work.h"

#include "host/cuda/numerics/activation_unit.h"

namespace scansim {

namespace {

// A product of float32 is three of TF32 (matrix_unit.h), each at half the rate of 16 bits.
constexpr double tensor_flops_of_float = 6;

double activation_bytes(gpu_precision precision) {
  return activations_of(precision) == gpu_precision::fp32 ? 4 : precision == gpu_precision::int8 ? 1 : 2;
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
  const double state_each = has_int8_state(precision) ? 1 : each;
  const double state_bytes = c.decode ? launches * 2 * state_each * states
                                      : (int8 ? 1 : 4) * (states + count_of_all(c.initial_states));
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

namespace {

// Of the tensors that one set, or all of them, run on.
double weight_bytes(const set_tensors& t, double each) {
  return each * count_of_all(t.delta, t.b, t.c) + 4 * count_of_all(t.a, t.d, t.delta_bias);
}

}  // namespace

profile_work kernel_call_work(const scan_sets_call& c, gpu_precision precision) {
  const double each = activation_bytes(precision);
  profile_work work;
  work.bytes = each * count_of_all(c.u, c.z) + weight_bytes(c.shared, each) +
               4 * static_cast<double>(c.batch * c.channels * c.output_rows);
  for (size_t k = 0; k < c.sets.size(); ++k) {
    const scan_set& set = c.sets[k];
    const auto states = static_cast<double>(set.states), lines = static_cast<double>(c.batch * set.channels);
    const double steps = lines * static_cast<double>(steps_of(c, k, "trace").size());
    const double gate = set.gate == set_gate::silu ? silu_unit_ops : 0;
    work.bytes +=
        weight_bytes(set.own, each) + 4 * (count_of_all(set.h0) + (set.final_state ? lines * states : 0));
    work.exps += steps * states;
    work.unit_ops += steps * (states + (c.delta_softplus ? softplus_unit_ops : 0) + gate);
    work.flops += steps * (6 * states + 4);
  }
  work.launches = 1;
  return work;
}

profile_work kernel_call_work(const mamba_block_call& c, gpu_precision precision) {
  const double each = activation_bytes(precision), tokens = static_cast<double>(c.all_tokens()),
               channels = static_cast<double>(c.channels), states = static_cast<double>(c.states),
               values = tokens * channels;
  const double products = precision == gpu_precision::fp32 ? tensor_flops_of_float : 1;
  profile_work work;
  work.bytes = each * (2 * count_of_all(c.x) + count_of_all(c.in_proj, c.out_proj, c.conv_state)) +
               4 * count_of_all(c.norm, c.h0);
  work.flops = 4 * count_of_all(c.x);
  work.tensor_flops = 2 * tokens * count_of_all(c.in_proj, c.out_proj) * products;
  for_each_branch(c, [&](const mamba_branch_call& b, size_t) {
    work.bytes += each * count_of_all(b.x_proj, b.dt_proj) +
                  4 * (count_of_all(b.conv_weight, b.conv_bias, b.a, b.d, b.dt_bias) +
                       static_cast<double>(c.batch) * channels * states);
    work.exps += values * states;
    work.unit_ops += values * (states + softplus_unit_ops + 2 * silu_unit_ops);
    work.flops += values * (6 * states + 5 + 2 * static_cast<double>(c.width));
    work.tensor_flops += 2 * tokens * count_of_all(b.x_proj, b.dt_proj) * products;
  });
  work.launches = 1;
  return work;
}

}  // namespace scansim
