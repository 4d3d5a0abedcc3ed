#include "tests/host/cuda/scan/int8_case.h"

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <random>

#include "host/cuda/scan/quamba_scan_kernel.cuh"
#include "host/cuda/scan/quamba_scan_twin.h"
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
  quamba_scan_with_slots(call.sizes.states, [&]<int MaxSlots>() {
    emulation::launch(dim3(tiles * call.sizes.batch), dim3(quamba_scan_threads),
                      [&] { quamba_scan_kernel<MaxSlots>(call); });
  });
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
