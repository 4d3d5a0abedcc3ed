#include "host/gpu_profile/scan_work.h"

#include "host/cuda/numerics/activation_unit.h"

namespace scansim {
namespace {

struct operand_bytes {
  double activation, parameter, state, output;
};

operand_bytes bytes_of(gpu_precision precision, bool decode) {
  if (precision == gpu_precision::int8) return {1, 1, 1, 2};
  const bool whole = activations_of(precision) == gpu_precision::fp32;
  const double each = whole ? 4 : 2;
  return {each, 4, has_int8_state(precision) ? 1 : whole || !decode ? 4.0 : 2.0, each};
}

}  // namespace

scan_parts parts_of(const scan_tensors& tensors) {
  return {!tensors.d.empty(), !tensors.z.empty(), !tensors.delta_bias.empty(), !tensors.h0.empty()};
}

profile_work scan_work(const scan_shape& shape, const scan_options& options, const scan_parts& parts,
                       gpu_precision precision) {
  const double batch = static_cast<double>(shape.batch), channels = static_cast<double>(shape.channels),
               states = static_cast<double>(shape.states), groups = static_cast<double>(shape.groups),
               length = static_cast<double>(shape.length);
  const operand_bytes each = bytes_of(precision, options.decode);
  const double d = parts.d ? 1 : 0, z = parts.z ? 1 : 0, bias = parts.delta_bias ? 1 : 0;
  const double elements = batch * channels * length, launches = options.decode ? length : 1;
  // A decode step updates its state in place, so it reads and writes it even if the trace has no h0.
  const double state_moves = parts.h0 || options.decode ? 2 : 1;
  profile_work work;
  work.bytes = elements * ((2 + z) * each.activation + each.output) +
               2 * batch * groups * states * length * each.activation +
               launches * channels *
                   ((states + d + bias) * each.parameter + batch * states * state_moves * each.state);
  work.exps = elements * states;
  work.unit_ops =
      work.exps + elements * (softplus_unit_ops * (options.delta_softplus ? 1 : 0) + silu_unit_ops * z);
  work.launches = launches;
  work.flops = elements * (6 * states + 1 + 2 * d + bias + z);
  return work;
}

}  // namespace scansim
