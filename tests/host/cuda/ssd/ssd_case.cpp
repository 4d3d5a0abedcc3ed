#include "tests/host/cuda/ssd/ssd_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "host/cuda/numerics/storage_types.h"
#include "host/cuda/scan/selective_scan_dispatch.h"
#include "host/cuda/ssd/ssd_quantise.h"
#include "models/ref/compare_to_expect.h"
#include "models/ref/relative_mse.h"
#include "models/ref/ssd_ref.h"

namespace scansim {

namespace {

template <typename T>
std::vector<T> stored_as(std::vector<float>& values) {
  std::vector<T> stored;
  for (float& value : values) {
    stored.push_back(from_float<T>(value));
    value = to_float(stored.back());
  }
  return stored;
}

const float* values_or_null(const std::vector<float>& values) {
  return values.empty() ? nullptr : values.data();
}
template <typename T>
const T* start_or_null(const std::vector<T>& values) {
  return values.empty() ? nullptr : values.data();
}

template <typename Got>
std::string differing(const char* what, const std::vector<Got>& got, const std::vector<double>& want,
                      const expect_tolerance& tolerance) {
  const tensor_comparison result =
      compare_values(std::vector<double>(got.begin(), got.end()), {want.begin(), want.end()}, tolerance);
  if (result.agree) return {};
  return fmt::format("{}: {} of {} differ, first at {}: {} instead of {}; ", what, result.failures,
                     result.count, result.first_failure, result.got, result.want);
}

double step_of_token(const ssd_call& c, int64_t token, int64_t head) {
  double dt = c.dt[static_cast<size_t>(token * c.heads + head)];
  if (!c.dt_bias.empty()) dt += c.dt_bias[static_cast<size_t>(head)];
  if (c.dt_softplus && dt <= 20) dt = std::log1p(std::exp(dt));
  return std::clamp<double>(dt, c.dt_low, c.dt_high);
}

// dt and its sums, chunk by chunk, as the kernels lay them out.
std::vector<double> steps_wanted(const ssd_call& c, const gpu_ssd& call) {
  std::vector<double> want;
  const int q = call.chunk_tokens;
  for (int k = 0; k < call.chunks; ++k)
    for (int head = 0; head < call.heads; ++head) {
      std::vector<double> sums;
      double sum = 0;
      for (int t = 0; t < q; ++t) {
        const double dt =
            t < call.chunk[k].tokens ? step_of_token(c, call.chunk[k].first_token + t, head) : 0;
        sum += dt * c.a[static_cast<size_t>(head)] / std::log(2.0);
        want.push_back(dt);
        sums.push_back(sum);
      }
      want.insert(want.end(), sums.begin(), sums.end());
    }
  return want;
}

// The state that enters each chunk: that of the call cut off in front of it.
std::vector<double> states_wanted(const ssd_call& c, const gpu_ssd& call) {
  std::vector<double> want;
  const auto count = static_cast<size_t>(c.heads * c.head_channels * c.states);
  for (int s = 0; s < call.sequences; ++s) {
    const ssd_sequence& sequence = call.sequence[s];
    std::vector<double> state(count, 0.0);
    if (sequence.initial_state >= 0 && !c.initial_states.empty())
      state.assign(
          c.initial_states.begin() + static_cast<std::ptrdiff_t>(count) * sequence.initial_state,
          c.initial_states.begin() + static_cast<std::ptrdiff_t>(count) * (sequence.initial_state + 1));
    for (int k = 0; k < sequence.chunks; ++k) {
      want.insert(want.end(), state.begin(), state.end());
      const ssd_chunk& chunk = call.chunk[sequence.first_chunk + k];
      for (int t = 0; t < chunk.tokens; ++t)
        for (size_t at = 0; at < count; ++at) {
          const auto n = static_cast<int64_t>(at) % c.states, row = static_cast<int64_t>(at) / c.states;
          const int64_t head = row / c.head_channels, token = chunk.first_token + t;
          const double dt = step_of_token(c, token, head);
          const int64_t group = head / (c.heads / c.groups);
          state[at] = std::exp(dt * c.a[static_cast<size_t>(head)]) * state[at] +
                      dt * c.x[static_cast<size_t>(token * c.heads * c.head_channels + row)] *
                          c.b[static_cast<size_t>((token * c.groups + group) * c.states + n)];
        }
    }
  }
  return want;
}

// All but the operands.
gpu_ssd sizes_of(const ssd_call& c, const ssd_tables& tables, gpu_precision precision, int chunk_tokens) {
  gpu_ssd call;
  call.heads = static_cast<int>(c.heads), call.head_channels = static_cast<int>(c.head_channels);
  call.groups = static_cast<int>(c.groups), call.states = static_cast<int>(c.states);
  call.chunk_tokens = chunk_tokens, call.dt_softplus = c.dt_softplus, call.precision = precision;
  call.dt_low = c.dt_low, call.dt_high = c.dt_high, call.d_of_channels = c.d_of_channels();
  call.chunks = static_cast<int>(tables.chunks.size()),
  call.sequences = static_cast<int>(tables.sequences.size());
  call.chunk = tables.chunks.data(), call.sequence = tables.sequences.data();
  return call;
}

template <typename Got>
double mse_of(const std::vector<Got>& got, const std::vector<double>& want) {
  return relative_mse(std::vector<double>(got.begin(), got.end()), want);
}

}  // namespace

ssd_int8_result run_ssd_int8(const ssd_call& given, int chunk_tokens, const ssd_runner& run) {
  const ssd_int8_operands q = ssd_quantise(given, "generated");
  const ssd_call c = ssd_dequantise(q, given);
  const ssd_tables tables = ssd_tables_of(c, chunk_tokens);
  gpu_ssd call = sizes_of(c, tables, gpu_precision::int8, chunk_tokens);
  call.x = q.x.data(), call.dt = q.dt.data(), call.b = q.b.data(), call.c = q.c.data();
  call.z = start_or_null(q.z), call.initial_states = start_or_null(q.initial_states);
  call.a = q.a.data(), call.d = values_or_null(q.d), call.dt_bias = values_or_null(q.dt_bias);
  call.activations = {q.x_scale.data(), q.b_scale.data(), q.c_scale.data(), q.dt_scale, q.z_scale};
  call.scales = {q.state_scale.data(),     q.state_inverse.data(), q.head_cluster.data(),
                 q.channel_cluster.data(), q.head_clusters,        q.channel_clusters};
  const ssd_output want = ssd_ref(c);
  ssd_int8_result result;
  std::vector<half_bits> y(q.x.size(), half_bits{0x7e00});
  result.states.assign(want.final_states.size(), 99);
  std::vector<float> steps(ssd_steps_count(call), std::nanf("")),
      states(ssd_chunk_states_count(call), std::nanf(""));
  call.y = y.data(), call.final_states = result.states.data();
  call.steps = steps.data(), call.chunk_states = states.data();
  run(call);
  for (const half_bits value : y) result.values.push_back(to_float(value));
  result.y = mse_of(result.values, want.y), result.against_float = mse_of(result.values, ssd_ref(given).y);
  result.final_states = mse_of(ssd_dequantised_states(q, result.states), want.final_states);
  result.steps = mse_of(steps, steps_wanted(c, call));
  result.entering_states = mse_of(states, states_wanted(c, call));
  return result;
}

expect_tolerance ssd_tolerance(gpu_precision precision) {
  if (precision == gpu_precision::fp32) return {6e-4, 2e-3};
  return precision == gpu_precision::fp16 ? expect_tolerance{5e-3, 3e-2} : expect_tolerance{1e-2, 1e-1};
}

std::string ssd_difference(const ssd_call& given, gpu_precision precision, int chunk_tokens,
                           const ssd_runner& run, bool pieces) {
  ssd_call c = given;
  const ssd_tables tables = ssd_tables_of(c, chunk_tokens);
  std::string found;
  with_storage_type(precision, [&]<typename T>(T) {
    const std::vector<T> x = stored_as<T>(c.x), dt = stored_as<T>(c.dt), b = stored_as<T>(c.b),
                         read = stored_as<T>(c.c), z = stored_as<T>(c.z);
    gpu_ssd call = sizes_of(c, tables, precision, chunk_tokens);
    call.x = x.data(), call.dt = dt.data(), call.b = b.data(), call.c = read.data(),
    call.z = start_or_null(z);
    call.a = c.a.data(), call.d = values_or_null(c.d), call.dt_bias = values_or_null(c.dt_bias);
    call.initial_states = values_or_null(c.initial_states);
    const ssd_output want = ssd_ref(c);
    std::vector<T> y(x.size());
    std::memset(static_cast<void*>(y.data()), 0xff, y.size() * sizeof(T));
    std::vector<float> final_states(want.final_states.size(), std::nanf("")),
        steps(ssd_steps_count(call), std::nanf("")), states(ssd_chunk_states_count(call), std::nanf(""));
    call.y = y.data(), call.final_states = final_states.data();
    call.steps = steps.data(), call.chunk_states = states.data();
    run(call);
    std::vector<float> values;
    for (const T value : y) values.push_back(to_float(value));
    const expect_tolerance tolerance = ssd_tolerance(precision);
    if (pieces) found += differing("steps", steps, steps_wanted(c, call), ssd_tolerance(gpu_precision::fp32));
    if (pieces) found += differing("entering states", states, states_wanted(c, call), tolerance);
    found += differing("y", values, want.y, tolerance);
    found += differing("final_states", final_states, want.final_states, tolerance);
    return true;
  });
  if (found.empty()) return found;
  return fmt::format("batch {} L {} H {} P {} G {} N {} S {} {} Q {}: {}", c.batch, c.length, c.heads,
                     c.head_channels, c.groups, c.states, c.sequences, precision_name(precision),
                     chunk_tokens, found);
}

}  // namespace scansim
