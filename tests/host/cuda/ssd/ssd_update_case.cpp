#include "tests/host/cuda/ssd/ssd_update_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

#include "host/cuda/measure/call_image.h"
#include "models/ref/compare_to_expect.h"
#include "models/ref/relative_mse.h"
#include "tests/host/cuda/ssd/ssd_case.h"

namespace scansim {

namespace {

constexpr int clusters = 4;

class update_data {
 public:
  explicit update_data(const ssd_update_case& given) : u(given), engine_(given.seed) {
    const int64_t rows = int64_t{u.batch} * u.heads, tokens = rows * u.steps, channels = u.head_channels;
    x = normal(tokens * channels), z = normal(u.has_z ? tokens * channels : 0);
    dt = u.softplus ? normal(tokens) : uniform(tokens, 0, 0.5f);
    b = normal(int64_t{u.batch} * u.groups * u.states * u.steps), c = normal(static_cast<int64_t>(b.size()));
    a = uniform(u.heads, -2, -1),
    d = normal(u.has_d ? (u.d_of_channels ? u.heads * u.head_channels : u.heads) : 0);
    const float offset = u.softplus ? -4.0f : 0.0f;
    bias = uniform(u.has_bias ? u.heads : 0, offset, offset + 1);
    state = normal(rows * channels * u.states);
    make_scales();
    x_bytes = store(x, [&](size_t at) { return x_scale_at(at); });
    const auto group = [&](size_t at) {
      return at / static_cast<size_t>(u.states) % static_cast<size_t>(u.groups);
    };
    b_bytes = store(b, [&](size_t at) { return b_scales[group(at)]; });
    c_bytes = store(c, [&](size_t at) { return c_scales[group(at)]; });
    dt_bytes = store(dt, [&](size_t) { return dt_scale; });
    z_bytes = store(z, [&](size_t) { return z_scale; });
    for (size_t at = 0; at < state.size(); ++at) state[at] = static_cast<float>(kept(state[at], at));
  }

  // The value that the state's type has in the place of it.
  double kept(double value, size_t at) const {
    if (u.state_precision != gpu_precision::int8)
      return from_storage(to_storage({static_cast<float>(value)}, u.state_precision), u.state_precision)[0];
    const double scale = scale_at(at);
    return std::clamp(std::nearbyint(value / scale), -128.0, 127.0) * scale;
  }
  // Of channel `row` of (batch, H, P).
  size_t cluster_of(size_t row) const {
    if (u.scaling == state_scaling::one) return 0;
    const size_t p = row % static_cast<size_t>(u.head_channels),
                 head = row / static_cast<size_t>(u.head_channels) % static_cast<size_t>(u.heads);
    const size_t group = head / static_cast<size_t>(u.heads / u.groups);
    const size_t channel = channel_cluster[head * static_cast<size_t>(u.head_channels) + p];
    return (group * clusters + head_cluster[head]) * clusters + channel;
  }
  float scale_at(size_t at) const {
    if (u.scaling == state_scaling::one) return scales[0];
    const auto n = at % static_cast<size_t>(u.states), row = at / static_cast<size_t>(u.states);
    return scales[cluster_of(row) * static_cast<size_t>(u.states) + n];
  }
  float x_scale_at(size_t at) const { return x_scales[cluster_of(at)]; }
  std::vector<std::byte> stored_state() const {
    if (u.state_precision != gpu_precision::int8) return to_storage(state, u.state_precision);
    std::vector<std::byte> bytes;
    for (size_t at = 0; at < state.size(); ++at)
      bytes.push_back(static_cast<std::byte>(static_cast<int8_t>(std::lround(state[at] / scale_at(at)))));
    return bytes;
  }

  const ssd_update_case u;
  std::vector<float> x, z, dt, b, c, a, d, bias, state, scales, inverse, x_scales, b_scales, c_scales;
  float dt_scale = 0.03f, z_scale = 0.02f;
  std::vector<uint8_t> head_cluster, channel_cluster;
  std::vector<std::byte> x_bytes, z_bytes, dt_bytes, b_bytes, c_bytes;  // as stored

 private:
  // In the type of the activations; `values` become what it holds.
  template <typename Scale>
  std::vector<std::byte> store(std::vector<float>& values, const Scale& scale) {
    if (u.precision != gpu_precision::int8) {
      const std::vector<std::byte> bytes = to_storage(values, u.precision);
      values = from_storage(bytes, u.precision);
      return bytes;
    }
    std::vector<std::byte> bytes;
    for (size_t at = 0; at < values.size(); ++at) {
      const float q = std::clamp(std::nearbyint(values[at] / scale(at)), -128.0f, 127.0f);
      bytes.push_back(static_cast<std::byte>(static_cast<int8_t>(q)));
      values[at] = q * scale(at);
    }
    return bytes;
  }
  std::vector<float> normal(int64_t count) {
    std::vector<float> values(static_cast<size_t>(count));
    for (float& value : values) value = normal_(engine_);
    return values;
  }
  std::vector<float> uniform(int64_t count, float from, float to) {
    std::vector<float> values(static_cast<size_t>(count));
    for (float& value : values) value = from + (to - from) * uniform_(engine_);
    return values;
  }
  void make_scales() {
    scales = uniform(int64_t{u.groups} * clusters * clusters * u.states, 0.02f, 0.04f);
    for (const float scale : scales) inverse.push_back(1.0f / scale);
    x_scales = uniform(int64_t{u.groups} * clusters * clusters, 0.02f, 0.06f);
    b_scales = uniform(u.groups, 0.02f, 0.04f), c_scales = uniform(u.groups, 0.02f, 0.04f);
    for (int h = 0; h < u.heads; ++h) head_cluster.push_back(static_cast<uint8_t>(engine_() % clusters));
    for (int p = 0; p < u.heads * u.head_channels; ++p)
      channel_cluster.push_back(static_cast<uint8_t>(engine_() % clusters));
  }
  std::mt19937 engine_;
  std::normal_distribution<float> normal_;
  std::uniform_real_distribution<float> uniform_;
};

// Step t of the reference: y of it, the state rounded.
std::vector<double> reference_step(const update_data& m, int t, std::vector<double>& state) {
  const ssd_update_case& u = m.u;
  std::vector<double> y;
  for (int64_t row = 0; row < int64_t{u.batch} * u.heads; ++row) {
    const int64_t head = row % u.heads, at = int64_t{t} * u.batch * u.heads + row;
    const int64_t group = (int64_t{t} * u.batch + row / u.heads) * u.groups + head / (u.heads / u.groups);
    double dt = m.dt[static_cast<size_t>(at)];
    if (u.has_bias) dt += m.bias[static_cast<size_t>(head)];
    if (u.softplus && dt <= 20) dt = std::log1p(std::exp(dt));
    dt = std::clamp<double>(dt, u.dt_low, u.dt_high);
    const double decay = std::exp(dt * m.a[static_cast<size_t>(head)]);
    for (int64_t p = 0; p < u.head_channels; ++p) {
      const double x = m.x[static_cast<size_t>(at * u.head_channels + p)];
      double sum =
          u.has_d ? m.d[static_cast<size_t>(u.d_of_channels ? head * u.head_channels + p : head)] * x : 0;
      for (int64_t n = 0; n < u.states; ++n) {
        const auto place = static_cast<size_t>((row * u.head_channels + p) * u.states + n);
        const double s = state[place] * decay + dt * x * m.b[static_cast<size_t>(group * u.states + n)];
        sum += s * m.c[static_cast<size_t>(group * u.states + n)];
        state[place] = m.kept(s, place);
      }
      if (u.has_z) {
        const double z = m.z[static_cast<size_t>(at * u.head_channels + p)];
        sum *= z / (1 + std::exp(-z));
      }
      y.push_back(sum);
    }
  }
  return y;
}

const float* values_of(const std::vector<float>& values) { return values.empty() ? nullptr : values.data(); }

ssd_update call_of(const update_data& m) {
  const ssd_update_case& u = m.u;
  ssd_update call;
  call.batch = u.batch, call.heads = u.heads, call.head_channels = u.head_channels, call.groups = u.groups;
  call.states = u.states, call.dt_softplus = u.softplus;
  call.dt_low = u.dt_low, call.dt_high = u.dt_high, call.d_of_channels = u.d_of_channels;
  call.precision = u.precision, call.state_precision = u.state_precision;
  call.a = m.a.data(), call.d = values_of(m.d), call.dt_bias = values_of(m.bias);
  call.scales.scale = m.scales.data(), call.scales.inverse = m.inverse.data();
  if (u.scaling == state_scaling::clusters) {
    call.scales.head_cluster = m.head_cluster.data(), call.scales.channel_cluster = m.channel_cluster.data();
    call.scales.head_clusters = call.scales.channel_clusters = clusters;
  }
  call.activations = {m.x_scales.data(), m.b_scales.data(), m.c_scales.data(), m.dt_scale, m.z_scale};
  return call;
}

std::string differing(const char* what, const std::vector<double>& got, const std::vector<double>& want,
                      const expect_tolerance& tolerance) {
  const tensor_comparison result = compare_values(got, {want.begin(), want.end()}, tolerance);
  if (result.agree) return {};
  return fmt::format("{}: {} of {} differ, first at {}: {} instead of {}; ", what, result.failures,
                     result.count, result.first_failure, result.got, result.want);
}

std::vector<double> doubles(const std::vector<float>& values) { return {values.begin(), values.end()}; }

}  // namespace

ssd_update_result run_update_case(const ssd_update_case& u, const ssd_update_runner& run) {
  const update_data m(u);
  ssd_update_result result;
  result.state = m.stored_state();
  const gpu_precision of_y = u.precision == gpu_precision::int8 ? gpu_precision::fp16 : u.precision;
  result.y.assign(m.x.size() * storage_bytes(of_y), std::byte{0xff});
  ssd_update call = call_of(m);
  call.state = result.state.data();
  std::vector<double> state(m.state.begin(), m.state.end()), want;
  for (int t = 0; t < u.steps; ++t) {
    const auto of_token = [&](const std::vector<std::byte>& bytes) {
      return bytes.empty()
                 ? nullptr
                 : bytes.data() + bytes.size() / static_cast<size_t>(u.steps) * static_cast<size_t>(t);
    };
    call.x = of_token(m.x_bytes), call.z = of_token(m.z_bytes), call.dt = of_token(m.dt_bytes);
    call.b = of_token(m.b_bytes), call.c = of_token(m.c_bytes);
    call.y = const_cast<std::byte*>(of_token(result.y));
    run(call);
    const std::vector<double> y = reference_step(m, t, state);
    want.insert(want.end(), y.begin(), y.end());
  }
  const std::vector<double> got = doubles(from_storage(result.y, of_y));
  result.relative_mse = relative_mse(got, want);
  if (u.state_precision == gpu_precision::int8)
    return result;  // a tie is rounded either way: by relative MSE
  result.difference = differing("y", got, want, ssd_tolerance(u.precision)) +
                      differing("state", doubles(from_storage(result.state, u.state_precision)), state,
                                ssd_tolerance(std::max(u.precision, u.state_precision)));
  if (!result.difference.empty())
    result.difference =
        fmt::format("B {} H {} P {} G {} N {} steps {} {} state {} seed {}: {}", u.batch, u.heads,
                    u.head_channels, u.groups, u.states, u.steps, precision_name(u.precision),
                    precision_name(u.state_precision), u.seed, result.difference);
  return result;
}

}  // namespace scansim
