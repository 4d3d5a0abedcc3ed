#include "tests/host/cuda/scan/scan_cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "host/cuda/scan/selective_scan_dispatch.h"
#include "models/ref/compare_to_expect.h"
#include "models/ref/relative_mse.h"
#include "models/ref/selective_scan_ref.h"

namespace scansim {

namespace {

// A tensor in its storage type; `values` are what the storage holds.
struct stored_tensor {
  std::vector<std::byte> storage;
  std::vector<float> values;
  const void* data() const { return values.empty() ? nullptr : storage.data(); }
};

stored_tensor stored(gpu_precision precision, const std::vector<float>& values) {
  stored_tensor result;
  with_storage_type(precision, [&]<typename T>(T) {
    result.storage.resize(values.size() * sizeof(T));
    auto* elements = reinterpret_cast<T*>(result.storage.data());
    for (size_t i = 0; i < values.size(); ++i) {
      elements[i] = from_float<T>(values[i]);
      result.values.push_back(to_float(elements[i]));
    }
    return true;
  });
  return result;
}

std::vector<double> read_back(gpu_precision precision, const std::vector<std::byte>& storage) {
  std::vector<double> values;
  with_storage_type(precision, [&]<typename T>(T) {
    for (size_t i = 0; i < storage.size() / sizeof(T); ++i)
      values.push_back(to_float(reinterpret_cast<const T*>(storage.data())[i]));
    return true;
  });
  return values;
}

size_t bytes_of(gpu_precision precision) { return precision == gpu_precision::fp32 ? 4 : 2; }

class random_values {
 public:
  explicit random_values(uint32_t seed) : engine_(seed) {}
  std::vector<float> normal(int64_t count) {
    return fill(count, [&] { return normal_(engine_); });
  }
  std::vector<float> uniform(int64_t count, float from, float to) {
    return fill(count, [&] { return from + (to - from) * uniform_(engine_); });
  }

 private:
  template <typename Draw>
  static std::vector<float> fill(int64_t count, Draw&& draw) {
    std::vector<float> values(static_cast<size_t>(count));
    for (float& value : values) value = draw();
    return values;
  }
  std::mt19937 engine_;
  std::normal_distribution<float> normal_;
  std::uniform_real_distribution<float> uniform_;
};

std::string difference(const char* tensor, const std::vector<double>& got, const std::vector<double>& want,
                       const expect_tolerance& tolerance) {
  const tensor_comparison result = compare_values(got, {want.begin(), want.end()}, tolerance);
  if (result.agree) return {};
  return fmt::format("{}: {} of {} differ, first at {}: {} instead of {}; ", tensor, result.failures,
                     result.count, result.first_failure, result.got, result.want);
}

struct scan_storage {
  stored_tensor u, delta, b, c, z;
  scan_tensors tensors;  // what the reference sees
};

scan_storage make_scan(const scan_case& scan) {
  const scan_sizes& s = scan.sizes;
  random_values random(scan.seed);
  const bool published = scan.inputs == scan_inputs::published;
  const int64_t rows = int64_t{s.batch} * s.channels, tokens = rows * s.length;
  const int64_t states = int64_t{s.channels} * s.states,
                bc = int64_t{s.batch} * s.groups * s.states * s.length;
  scan_storage made;
  const auto put = [&](std::vector<float> values) { return stored(scan.precision, values); };
  std::vector<float> delta = published ? random.uniform(tokens, 0, 0.5f) : random.normal(tokens);
  if (!scan.softplus)
    for (float& value : delta) value = std::fabs(value);  // a negative step would grow without bound
  made.u = put(random.normal(tokens));
  made.delta = put(delta);
  made.b = put(random.normal(bc));
  made.c = put(random.normal(bc));
  if (scan.has_z) made.z = put(random.normal(tokens));
  scan_tensors& t = made.tensors;
  t.shape = {s.batch, s.channels, s.states, s.groups, s.length};
  t.options = {scan.softplus, scan.reverse, false};
  t.u = made.u.values, t.delta = made.delta.values, t.b = made.b.values, t.c = made.c.values;
  t.z = made.z.values;
  t.a = published ? random.uniform(states, -0.5f, 0) : random.normal(states);
  if (!published)
    for (float& value : t.a) value = -std::exp(value);
  if (scan.has_d) t.d = random.normal(s.channels);
  if (scan.has_bias) t.delta_bias = random.uniform(s.channels, 0, 0.5f);
  if (scan.has_h0) t.h0 = random.normal(rows * s.states);
  return made;
}

const float* data_or_null(const std::vector<float>& values) {
  return values.empty() ? nullptr : values.data();
}

}  // namespace

std::string describe(const scan_case& scan) {
  const scan_sizes& s = scan.sizes;
  return fmt::format("B {} D {} N {} G {} L {} {}{}{}{}{}{}{}{}{} seed {}", s.batch, s.channels, s.states,
                     s.groups, s.length, precision_name(scan.precision),
                     scan.inputs == scan_inputs::normal ? " normal" : "", scan.has_d ? " D" : "",
                     scan.has_z ? " z" : "", scan.has_bias ? " bias" : "", scan.softplus ? " softplus" : "",
                     scan.has_h0 ? " h0" : "", scan.last_state ? " h_last" : "",
                     scan.reverse ? " reverse" : "", scan.seed);
}

std::string describe(const update_case& u) {
  return fmt::format("B {} D {} N {} G {} steps {} {} state {}{}{}{}{} seed {}", u.batch, u.channels,
                     u.states, u.groups, u.steps, precision_name(u.precision),
                     precision_name(u.state_precision), u.has_d ? " D" : "", u.has_z ? " z" : "",
                     u.has_bias ? " bias" : "", u.softplus ? " softplus" : "", u.seed);
}

expect_tolerance scan_tolerance(gpu_precision precision) {
  if (precision == gpu_precision::fp32) return {6e-4, 2e-3};
  return precision == gpu_precision::fp16 ? expect_tolerance{3e-3, 5e-3} : expect_tolerance{3e-2, 5e-2};
}

expect_tolerance state_update_tolerance(gpu_precision precision) {
  if (precision == gpu_precision::fp32) return {3e-4, 1e-3};
  return precision == gpu_precision::fp16 ? expect_tolerance{5e-3, 1e-2} : expect_tolerance{1e-2, 5e-2};
}

std::string scan_difference(const scan_case& scan, const scan_runner& run) {
  const scan_storage made = make_scan(scan);
  const scan_tensors& t = made.tensors;
  const scan_output want = selective_scan_ref(t);
  // Every byte of the outputs must be written: 0xff is a NaN in each type.
  std::vector<std::byte> y(t.u.size() * bytes_of(scan.precision), std::byte{0xff});
  std::vector<float> h_last(scan.last_state ? want.h_last.size() : 0, std::nanf(""));
  scan_call call;
  call.sizes = scan.sizes;
  call.delta_softplus = scan.softplus, call.reverse = scan.reverse, call.precision = scan.precision;
  call.u = made.u.data(), call.delta = made.delta.data(), call.b = made.b.data(), call.c = made.c.data();
  call.z = made.z.data();
  call.a = t.a.data(), call.d = data_or_null(t.d), call.delta_bias = data_or_null(t.delta_bias);
  call.h0 = data_or_null(t.h0);
  call.y = y.data();
  call.h_last = h_last.empty() ? nullptr : h_last.data();
  run(call);
  const expect_tolerance tolerance = scan_tolerance(scan.precision);
  std::string found = difference("y", read_back(scan.precision, y), want.y, tolerance);
  if (scan.last_state) found += difference("h_last", {h_last.begin(), h_last.end()}, want.h_last, tolerance);
  return found.empty() ? found : describe(scan) + ": " + found;
}

namespace {

struct update_storage {
  stored_tensor x, dt, b, c, z, state;
  std::vector<float> a, d, bias, scales;

  float scale_of(const update_case& update, size_t row) const {
    return scales[update.scale_of_channels ? row % static_cast<size_t>(update.channels) : 0];
  }
};

float kept_in(const update_case& update, const update_storage& made, size_t row, double value) {
  if (update.state_precision != gpu_precision::int8)
    return stored(update.state_precision, {static_cast<float>(value)}).values[0];
  const double scale = made.scale_of(update, row);
  return static_cast<float>(std::clamp(std::nearbyint(value / scale), -128.0, 127.0) * scale);
}

void store_int8_state(const update_case& update, update_storage& made, const std::vector<float>& values) {
  for (size_t at = 0; at < values.size(); ++at) {
    const size_t row = at / static_cast<size_t>(update.states);
    made.state.values.push_back(kept_in(update, made, row, values[at]));
    made.state.storage.push_back(static_cast<std::byte>(
        static_cast<int8_t>(std::lround(made.state.values.back() / made.scale_of(update, row)))));
  }
}

// The published ranges: bias rand - 4, A = -rand - 1, the rest normal.
update_storage make_update(const update_case& update) {
  random_values random(update.seed);
  const int64_t rows = int64_t{update.batch} * update.channels, tokens = rows * update.steps;
  const int64_t bc = int64_t{update.batch} * update.groups * update.states * update.steps;
  const auto put = [&](std::vector<float> values) { return stored(update.precision, values); };
  update_storage made;
  made.x = put(random.normal(tokens));
  made.dt = put(update.softplus ? random.normal(tokens) : random.uniform(tokens, 0, 0.5f));
  made.b = put(random.normal(bc));
  made.c = put(random.normal(bc));
  if (update.has_z) made.z = put(random.normal(tokens));
  const std::vector<float> state = random.normal(rows * update.states);
  made.a = random.uniform(int64_t{update.channels} * update.states, -2, -1);
  if (update.has_d) made.d = random.normal(update.channels);
  const float offset = update.softplus ? -4.0f : 0.0f;
  if (update.has_bias) made.bias = random.uniform(update.channels, offset, offset + 1);
  if (update.state_precision == gpu_precision::int8) {
    made.scales = random.uniform(update.scale_of_channels ? update.channels : 1, update.low_scale,
                                 2 * update.low_scale);
    store_int8_state(update, made, state);
  } else {
    made.state = stored(update.state_precision, state);
  }
  return made;
}

// Token `t` of the reference, which rounds the state to its type as the kernel must.
void reference_step(const update_case& update, const update_storage& made, int t, std::vector<float>& state,
                    std::vector<double>& y) {
  for (size_t row = 0; row < static_cast<size_t>(update.batch * update.channels); ++row) {
    const size_t channels = static_cast<size_t>(update.channels), states = static_cast<size_t>(update.states);
    const size_t channel = row % channels, steps = static_cast<size_t>(update.steps);
    const size_t at = row * steps + static_cast<size_t>(t);
    const size_t groups = static_cast<size_t>(update.groups);
    const size_t bc = (row / channels * groups + channel / (channels / groups)) * states;
    const double x = made.x.values[at];
    double dt = made.dt.values[at];
    if (update.has_bias) dt += made.bias[channel];
    if (update.softplus) dt = dt > 20 ? dt : std::log1p(std::exp(dt));
    double sum = 0;
    for (size_t n = 0; n < states; ++n) {
      const size_t token = (bc + n) * steps + static_cast<size_t>(t);
      const double s = state[row * states + n] * std::exp(dt * made.a[channel * states + n]) +
                       dt * x * made.b.values[token];
      sum += s * made.c.values[token];
      state[row * states + n] = kept_in(update, made, row, s);
    }
    if (update.has_d) sum += made.d[channel] * x;
    if (update.has_z) sum *= made.z.values[at] / (1 + std::exp(-double{made.z.values[at]}));
    y[at] = sum;
  }
}

// Every step, by the runner and by the reference.
struct update_steps {
  update_storage made;  // the state as the runner left it
  std::vector<float> state;
  std::vector<double> want, got;
};

update_steps run_steps(const update_case& update, const update_runner& run) {
  update_steps steps;
  update_storage& made = steps.made = make_update(update);
  steps.state = made.state.values;
  steps.want.resize(made.x.values.size());
  std::vector<std::byte> y(steps.want.size() * bytes_of(update.precision), std::byte{0xff});
  state_update_call call;
  call.batch = update.batch, call.channels = update.channels, call.states = update.states;
  call.groups = update.groups, call.row_stride = update.steps, call.dt_softplus = update.softplus;
  call.precision = update.precision, call.state_precision = update.state_precision;
  call.a = made.a.data(), call.d = data_or_null(made.d), call.dt_bias = data_or_null(made.bias);
  call.state = made.state.storage.data();
  call.state_scale = data_or_null(made.scales), call.scale_of_channels = update.scale_of_channels;
  for (int t = 0; t < update.steps; ++t) {
    const size_t offset = static_cast<size_t>(t) * bytes_of(update.precision);
    const auto token = [&](const stored_tensor& tensor) {
      return tensor.values.empty() ? nullptr : tensor.storage.data() + offset;
    };
    call.x = token(made.x), call.dt = token(made.dt), call.b = token(made.b), call.c = token(made.c);
    call.z = token(made.z);
    call.y = y.data() + offset;
    run(call);
    reference_step(update, made, t, steps.state, steps.want);
  }
  steps.got = read_back(update.precision, y);
  return steps;
}

}  // namespace

std::string update_difference(const update_case& update, const update_runner& run) {
  const update_steps steps = run_steps(update, run);
  const expect_tolerance tolerance = state_update_tolerance(update.precision);
  const gpu_precision coarser = std::max(update.precision, update.state_precision);
  std::string found = difference("y", steps.got, steps.want, tolerance);
  found += difference("state", read_back(update.state_precision, steps.made.state.storage),
                      {steps.state.begin(), steps.state.end()}, state_update_tolerance(coarser));
  return found.empty() ? found : describe(update) + ": " + found;
}

int8_state_result run_int8_state(const update_case& update, const update_runner& run) {
  update_steps steps = run_steps(update, run);
  return {std::move(steps.made.state.storage), relative_mse(steps.got, steps.want)};
}

}  // namespace scansim
