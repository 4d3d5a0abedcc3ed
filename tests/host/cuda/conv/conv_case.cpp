#include "tests/host/cuda/conv/conv_case.h"

#include <fmt/format.h>

#include <cmath>
#include <random>

#include "host/cuda/conv/causal_conv1d_dispatch.h"
#include "host/cuda/conv/causal_conv1d_kernel.cuh"
#include "host/cuda/conv/causal_conv1d_update_kernel.cuh"
#include "tests/support/cuda_emulation.h"

namespace scansim {
namespace {

template <typename T>
T element(const std::vector<uint8_t>& bytes, size_t index) {
  T value;
  std::memcpy(&value, bytes.data() + index * sizeof(T), sizeof(T));
  return value;
}

double value_at(const std::vector<uint8_t>& bytes, size_t index, gpu_precision precision) {
  if (precision == gpu_precision::fp16) return to_float(element<half_bits>(bytes, index));
  if (precision == gpu_precision::bf16) return to_float(element<bfloat16_bits>(bytes, index));
  return element<float>(bytes, index);
}

void store(std::vector<uint8_t>& bytes, size_t index, float value, gpu_precision precision) {
  const auto put = [&](auto stored) {
    std::memcpy(bytes.data() + index * sizeof stored, &stored, sizeof stored);
  };
  if (precision == gpu_precision::fp16) return put(from_float<half_bits>(value));
  if (precision == gpu_precision::bf16) return put(from_float<bfloat16_bits>(value));
  put(value);
}

}  // namespace

std::string described(const conv_case& s, unsigned seed) {
  return fmt::format("B {} D {} L {} W {} bias {} silu {} initial {} {} misalignment {} reverse {} seed {}",
                     s.batch, s.channels, s.length, s.width, s.bias, s.silu, s.initial_state,
                     precision_name(s.precision), s.misalignment, s.reverse, seed);
}

conv_memory::conv_memory(const conv_case& shape_, unsigned seed) : shape(shape_) {
  std::mt19937_64 random(seed);
  std::normal_distribution<float> normal;
  const size_t bytes = size_t(precision_bytes(shape.precision));
  const size_t rows = size_t(shape.batch) * shape.channels, tokens = rows * shape.length;
  const size_t states = rows * (shape.width - 1);
  x.resize((tokens + shape.misalignment) * bytes);
  y.assign(x.size(), 0xff);
  state.resize(states * bytes);
  final_state.assign(state.size(), 0xff);
  for (size_t i = 0; i < tokens + shape.misalignment; ++i) store(x, i, normal(random), shape.precision);
  for (size_t i = 0; i < states; ++i) store(state, i, normal(random), shape.precision);
  weight.resize(size_t(shape.channels) * shape.width);
  for (float& w : weight) w = normal(random);
  bias.resize(size_t(shape.channels));
  for (float& b : bias) b = normal(random);
}

causal_conv1d_call conv_memory::call() {
  const size_t offset = size_t(shape.misalignment) * precision_bytes(shape.precision);
  causal_conv1d_call call;
  call.batch = shape.batch;
  call.channels = shape.channels;
  call.length = shape.length;
  call.width = shape.width;
  call.silu = shape.silu;
  call.precision = shape.precision;
  call.x = x.data() + offset;
  call.weight = weight.data();
  call.bias = shape.bias ? bias.data() : nullptr;
  call.initial_state = shape.initial_state ? state.data() : nullptr;
  call.y = y.data() + offset;
  call.final_state = final_state.data();
  call.reverse = shape.reverse;
  if (shape.reverse) call.initial_state = call.final_state = nullptr;
  return call;
}

causal_conv1d_update_call conv_memory::update_call() {
  const causal_conv1d_call forward = call();
  causal_conv1d_update_call update;
  update.batch = forward.batch;
  update.channels = forward.channels;
  update.length = forward.length;
  update.width = forward.width;
  update.silu = forward.silu;
  update.precision = forward.precision;
  update.x = forward.x;
  update.weight = forward.weight;
  update.bias = forward.bias;
  update.state = state.data();
  update.y = forward.y;
  return update;
}

std::vector<double> conv_memory::y_values() const {
  const size_t tokens = size_t(shape.batch) * shape.channels * shape.length;
  std::vector<double> values;
  for (size_t i = 0; i < tokens; ++i) values.push_back(value_at(y, i + shape.misalignment, shape.precision));
  return values;
}

std::vector<double> conv_memory::reference() const {
  std::vector<double> values;
  const int64_t halo = shape.width - 1;
  for (int64_t row = 0; row < int64_t{shape.batch} * shape.channels; ++row)
    for (int64_t t = 0; t < shape.length; ++t) {
      const int64_t channel = row % shape.channels;
      double sum = shape.bias ? bias[channel] : 0;
      for (int64_t tap = 0; tap < shape.width; ++tap) {
        const int64_t token = shape.reverse ? t + halo - tap : t - halo + tap;
        double input = 0;
        if (token >= shape.length) continue;
        if (token >= 0)
          input = value_at(x, row * shape.length + token + shape.misalignment, shape.precision);
        else if (shape.initial_state)
          input = value_at(state, row * halo + halo + token, shape.precision);
        sum += double{weight[channel * shape.width + tap]} * input;
      }
      values.push_back(shape.silu ? sum / (1 + std::exp(-sum)) : sum);
    }
  return values;
}

void run_emulated(const causal_conv1d_call& call) {
  check_causal_conv1d(call);
  causal_conv1d_dispatch(call, [&]<typename Storage, int Width>() {
    const causal_conv1d_shape shape = causal_conv1d_choose(call);
    const dim3 grid(shape.channel_blocks, shape.time_blocks, call.batch);
    const dim3 block(shape.time_threads, shape.channel_threads);
    emulation::launch(grid, block, [&] {
      constexpr int vector = 16 / sizeof(Storage);
      if (shape.vectors && call.reverse)
        causal_conv1d_kernel<Storage, Width, vector, true>(call);
      else if (shape.vectors)
        causal_conv1d_kernel<Storage, Width, vector>(call);
      else if (call.reverse)
        causal_conv1d_kernel<Storage, Width, 1, true>(call);
      else
        causal_conv1d_kernel<Storage, Width, 1>(call);
    });
  });
}

void run_emulated(const causal_conv1d_update_call& call) {
  causal_conv1d_dispatch(call, [&]<typename Storage, int Width>() {
    const unsigned blocks = (call.channels + causal_conv1d_update_threads - 1) / causal_conv1d_update_threads;
    emulation::launch(dim3(blocks, call.batch), dim3(causal_conv1d_update_threads),
                      [&] { causal_conv1d_update_kernel<Storage, Width>(call); });
  });
}

int outside_tolerance(const std::vector<double>& got, const std::vector<double>& expected,
                      gpu_precision precision) {
  double relative = 3e-4, absolute = 1e-3;
  if (precision == gpu_precision::fp16) relative = 3e-3, absolute = 5e-3;
  if (precision == gpu_precision::bf16) relative = 1e-2, absolute = 5e-2;
  int outside = got.size() == expected.size() ? 0 : -1;
  for (size_t i = 0; i < expected.size() && outside >= 0; ++i)
    outside += !(std::fabs(got[i] - expected[i]) <= absolute + relative * std::fabs(expected[i]));
  return outside;
}

}  // namespace scansim
