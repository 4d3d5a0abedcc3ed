#include "tests/host/cuda/scan/int8_case.h"

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <random>

#include "host/cuda/scan/quamba_scan_kernel.cuh"
#include "host/cuda/scan/quamba_scan_twin.h"
#include "host/cuda/scan/quamba_update_kernel.cuh"
#include "tests/support/cuda_emulation.h"

namespace scansim {
namespace {

std::vector<float> filled(size_t count, const std::function<float()>& next) {
  std::vector<float> values(count);
  for (float& value : values) value = next();
  return values;
}

int8_outputs run(const quamba_scan_operands& operands, gpu_precision y_precision,
                 const std::function<void(const quamba_scan_call&)>& scan) {
  const scan_sizes& s = operands.sizes;
  const size_t tokens = size_t(s.batch) * s.channels * s.length;
  int8_outputs outputs;
  outputs.h_last.assign(size_t(s.batch) * s.channels * s.states, 99);
  void* y = nullptr;
  if (y_precision == gpu_precision::fp16) {
    outputs.y_half.assign(tokens, 0xffff);
    y = outputs.y_half.data();
  } else {
    outputs.y.assign(tokens, NAN);
    y = outputs.y.data();
  }
  scan(operands.call(y_precision, y, outputs.h_last.data()));
  return outputs;
}

}  // namespace

void run_emulated_call(const quamba_scan_call& call) {
  const unsigned tiles = (call.sizes.channels + quamba_scan_block_channels - 1) / quamba_scan_block_channels;
  quamba_scan_with_slots(call.sizes.states, call.exps, [&]<int MaxSlots, exp_method way>() {
    emulation::launch(dim3(tiles * call.sizes.batch), dim3(quamba_scan_threads),
                      [&] { quamba_scan_kernel<MaxSlots, way>(call); });
  });
}

void emulated_quamba_update(const quamba_update_call& call) {
  check_quamba_update(call);
  with_quamba_update_shape(call.states, [&]<typename Shape>(Shape) {
    emulation::launch(dim3(static_cast<unsigned>(quamba_update_grid<Shape>(call))), dim3(Shape::threads),
                      [&] { quamba_update_kernel<Shape>(call, quamba_update_access_of(call)); });
  });
}

int8_decode_outputs run_decode(const quamba_decode_operands& operands, gpu_precision y_precision,
                               const quamba_update_runner& run) {
  int8_decode_outputs outputs;
  outputs.state = operands.state;
  const size_t rows = operands.x.size() / size_t(operands.length);
  for (int t = 0; t < operands.length; ++t) {
    std::vector<uint16_t> half(rows, 0xffff);
    std::vector<float> whole(rows, NAN);
    const bool is_half = y_precision == gpu_precision::fp16;
    run(operands.step(t, y_precision, outputs.state.data(),
                      is_half ? static_cast<void*>(half.data()) : whole.data()));
    if (is_half)
      for (size_t i = 0; i < rows; ++i) whole[i] = to_float(half_bits{half[i]});
    outputs.y.insert(outputs.y.end(), whole.begin(), whole.end());
  }
  return outputs;
}

std::vector<double> int8_decode_reference(const quamba_decode_operands& o) {
  const quamba_update_call& call = o.call;
  const quamba_scan_scales& s = call.scales;
  std::vector<double> state(o.state.begin(), o.state.end()), y;
  for (int t = 0; t < o.length; ++t)
    for (int row = 0; row < call.batch * call.channels; ++row) {
      const int channel = row % call.channels, batch = row / call.channels;
      const size_t at = size_t(t) * call.batch * call.channels + row;
      const size_t bc =
          ((size_t(t) * call.batch + batch) * call.groups + channel / (call.channels / call.groups)) *
          call.states;
      double dt =
          o.dt[at] * double(s.delta) + (o.dt_bias.empty() ? 0 : o.dt_bias[channel] * double(s.delta_bias));
      if (call.dt_softplus && dt <= 20) dt = std::log1p(std::exp(dt));
      const double x = o.x[at] * double(s.u);
      double sum = o.d.empty() ? 0 : o.d[channel] * double(s.d) * x;
      for (int n = 0; n < call.states; ++n) {
        double& kept = state[size_t(row) * call.states + n];
        const double a = -std::exp(o.a_log[size_t(channel) * call.states + n] * double(s.a_log));
        const double value =
            kept * double(call.state_scale) * std::exp(dt * a) + dt * x * o.b[bc + n] * double(s.b);
        sum += value * o.c[bc + n] * double(s.c);
        kept = std::min(127.0, std::max(-128.0, std::nearbyint(value / double(call.state_scale))));
      }
      const double z = o.z.empty() ? 0 : o.z[at] * double(s.z);
      y.push_back(o.z.empty() ? sum : sum * z / (1 + std::exp(-z)));
    }
  return y;
}

scan_tensors random_tensors(const int8_case& shape, int8_inputs inputs, unsigned seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<float> uniform(0.0f, 1.0f);
  std::normal_distribution<float> normal;
  const bool published = inputs == int8_inputs::published;
  const std::function<float()> any = [&] { return published ? uniform(random) : normal(random); };
  scan_tensors t;
  t.shape = {shape.batch, shape.channels, shape.states, shape.groups, shape.length};
  t.options.delta_softplus = shape.delta_softplus;
  t.options.reverse = shape.reverse;
  const size_t tokens = size_t(shape.batch) * shape.channels * shape.length;
  const size_t group_tokens = size_t(shape.batch) * shape.groups * shape.states * shape.length;
  t.u = filled(tokens, any);
  // Without softplus a step has to be positive.
  t.delta = filled(tokens, [&] { return shape.delta_softplus ? any() - !published : uniform(random); });
  t.b = filled(group_tokens, any);
  t.c = filled(group_tokens, any);
  t.a = filled(size_t(shape.channels) * shape.states, [&] { return -std::exp(any()); });
  if (!shape.optional_operands) return t;
  t.d = filled(size_t(shape.channels), any);
  t.z = filled(tokens, any);
  t.delta_bias =
      filled(size_t(shape.channels), [&] { return shape.delta_softplus ? any() : uniform(random); });
  t.h0 = filled(size_t(shape.batch) * shape.channels * shape.states, any);
  return t;
}

std::string described(const int8_case& s, unsigned seed) {
  return fmt::format("(B {}, L {}, D {}, N {}, G {}) options {} reverse {} softplus {} seed {}", s.batch,
                     s.length, s.channels, s.states, s.groups, s.optional_operands, s.reverse,
                     s.delta_softplus, seed);
}

int8_outputs run_twin(const quamba_scan_operands& operands, gpu_precision y_precision) {
  return run(operands, y_precision, [](const quamba_scan_call& call) { quamba_scan_twin(call); });
}

int8_outputs run_emulated(const quamba_scan_operands& operands, gpu_precision y_precision) {
  return run(operands, y_precision, run_emulated_call);
}

}  // namespace scansim
