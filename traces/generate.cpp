// One function per family of tensors. Medians and scales of channels and states come from streams of their
// own
// ("u.median", "u.scale"), so a longer trace has the same ones as a shorter one.
#include "traces/generate.h"

#include <fmt/format.h>

#include <cmath>
#include <functional>

#include "traces/calls/selective_scan.h"
#include "traces/input_error.h"
#include "traces/random_streams.h"
#include "traces/scan_shapes.h"
#include "traces/sizes_text.h"

namespace scansim {

namespace {

[[noreturn]] void refuse(const std::string& field, const std::string& expected, const std::string& found) {
  throw input_error("generate", field, expected, found);
}

double portable_silu(double x) { return x / (1.0 + portable_exp(-x)); }
// The generator's own softplus and its inverse; the models' versions are elsewhere and need not match in the
// last bit.
double portable_softplus(double x) { return x > 20 ? x : portable_log(1.0 + portable_exp(x)); }
double inverse_softplus(double y) { return portable_log(portable_exp(y) - 1.0); }

// Median and scale of every row.
struct row_parameters {
  std::vector<double> median, scale;
};

row_parameters draw_row_parameters(const std::string& name, uint64_t seed,
                                   const signal_statistics& statistics, int64_t rows) {
  random_stream median_stream(seed, name + ".median"), scale_stream(seed, name + ".scale");
  row_parameters parameters;
  for (int64_t r = 0; r < rows; ++r) {
    parameters.median.push_back(statistics.median + statistics.median_spread * median_stream.normal());
    parameters.scale.push_back(scale_stream.log_normal(statistics.scale_median, statistics.scale_log_std));
  }
  return parameters;
}

double skewed(double g, double skew) { return skew == 0 ? g : (portable_exp(skew * g) - 1.0) / skew; }

// AR(1) rows along the tokens: out[(b * rows + r) * length + t] = f(r, median + scale skewed(g)).
std::vector<float> correlated_rows(const std::string& name, uint64_t seed,
                                   const signal_statistics& statistics, const scan_shape& shape, int64_t rows,
                                   const std::function<double(int64_t, double)>& f) {
  const row_parameters parameters = draw_row_parameters(name, seed, statistics, rows);
  random_stream stream(seed, name);
  const double innovation = std::sqrt(1.0 - statistics.rho * statistics.rho);
  std::vector<float> out(static_cast<size_t>(shape.batch * rows * shape.length));
  size_t next = 0;
  for (int64_t b = 0; b < shape.batch; ++b) {
    for (int64_t r = 0; r < rows; ++r) {
      const double median = parameters.median[static_cast<size_t>(r)];
      const double scale = parameters.scale[static_cast<size_t>(r)];
      double g = stream.normal();
      for (int64_t t = 0; t < shape.length; ++t) {
        out[next++] = static_cast<float>(f(r, median + scale * skewed(g, statistics.skew)));
        g = statistics.rho * g + innovation * stream.normal();
      }
    }
  }
  return out;
}

std::vector<double> draw_bias(const generate_request& request, int64_t channels) {
  const trace_statistics& s = request.statistics;
  const double low = portable_log(s.dt_min), high = portable_log(s.dt_max);
  random_stream stream(request.seed, "delta_bias");
  std::vector<double> bias(static_cast<size_t>(channels));
  for (auto& value : bias) value = inverse_softplus(portable_exp(low + (high - low) * stream.uniform()));
  return bias;
}

std::vector<float> draw_a(const generate_request& request, const scan_shape& shape) {
  random_stream stream(request.seed, "A");
  const double shift = portable_exp(request.statistics.a_log_mean);
  std::vector<float> a;
  for (int64_t i = 0; i < shape.channels * shape.states; ++i) {
    const auto order = static_cast<double>(i % shape.states + 1);  // S4D-real: -1, -2, ..., -N
    a.push_back(static_cast<float>(-stream.log_normal(order * shift, request.statistics.a_log_std)));
  }
  return a;
}

std::vector<float> draw_h0(const generate_request& request, const scan_shape& shape) {
  const trace_statistics& s = request.statistics;
  random_stream scale_stream(request.seed, "h0.scale"), stream(request.seed, "h0");
  std::vector<float> h0;
  for (int64_t row = 0; row < shape.batch * shape.channels; ++row) {
    const double scale = scale_stream.log_normal(s.h0_scale_median, s.h0_scale_log_std);
    for (int64_t n = 0; n < shape.states; ++n) h0.push_back(static_cast<float>(scale * stream.normal()));
  }
  return h0;
}

// With softplus in the call, dt = portable_softplus(delta + bias). Without it dt = delta + bias, so both are
// made positive.
void draw_delta(const generate_request& request, scan_tensors& tensors) {
  const std::vector<double> bias = draw_bias(request, tensors.shape.channels);
  const auto shape_delta = [&](int64_t channel, double value) {
    const double channel_bias = bias[static_cast<size_t>(channel)];
    if (!request.delta_softplus) return portable_softplus(value + channel_bias);
    return request.with_delta_bias ? value : value + channel_bias;
  };
  tensors.delta = correlated_rows("delta", request.seed, request.statistics.delta, tensors.shape,
                                  tensors.shape.channels, shape_delta);
  if (!request.with_delta_bias) return;
  for (const double value : bias) {
    tensors.delta_bias.push_back(
        static_cast<float>(request.delta_softplus ? value : portable_softplus(value)));
  }
}

// Tensors of at most 64 GiB together, whether the request has them or not.
void check_total(const scan_shape& shape) {
  constexpr int64_t largest_count = (int64_t{64} << 30) / static_cast<int64_t>(sizeof(float));
  selective_scan_call whole;
  whole.scan.shape = shape;
  int64_t total = 0;
  for (const call_tensor& tensor : whole.tensors()) {
    const int64_t count = count_of(tensor);
    if (count < 0 || count > largest_count - total) {
      refuse("size", "tensors of at most 64 GiB",
             fmt::format("{} of sizes {}", tensor.name, sizes_text(sizes_of(tensor))));
    }
    total += count;
  }
}

}  // namespace

scan_shape resolve_shape(const generate_request& request) {
  named_shape base{"", 0, 0, 1, 0, ""};
  if (!request.shape.empty()) {
    const named_shape* found = find_scan_shape(request.shape);
    std::string names;
    for (const auto& row : scan_shape_table()) names += (names.empty() ? "" : ", ") + row.name;
    if (found == nullptr) refuse("shape", "one of " + names, request.shape);
    base = *found;
  }
  const auto choose = [](int64_t asked, int64_t published) { return asked != 0 ? asked : published; };
  scan_shape shape;
  shape.batch = request.batch;
  shape.channels = choose(request.channels, base.channels);
  shape.states = choose(request.states, base.states);
  shape.groups = choose(request.groups, base.groups);
  shape.length = choose(request.length, base.length);

  const std::pair<const char*, int64_t> axes[] = {{"batch", shape.batch},
                                                  {"D", shape.channels},
                                                  {"N", shape.states},
                                                  {"G", shape.groups},
                                                  {"L", shape.length}};
  for (const auto& [symbol, size] : axes) {
    if (size < 1) refuse(symbol, ">= 1", fmt::format("{}", size));
  }
  if (shape.states > max_trace_states) {
    refuse("N", fmt::format("<= {}", max_trace_states), fmt::format("{}", shape.states));
  }
  if (shape.channels % shape.groups != 0) {
    refuse("G", fmt::format("a divisor of D = {}", shape.channels), fmt::format("{}", shape.groups));
  }
  check_total(shape);
  return shape;
}

scan_tensors generate_scan(const generate_request& request) {
  scan_tensors tensors;
  tensors.shape = resolve_shape(request);
  tensors.options = {request.delta_softplus, request.reverse, request.decode};
  const scan_shape& shape = tensors.shape;
  const trace_statistics& s = request.statistics;
  const auto identity = [](int64_t, double value) { return value; };
  const int64_t state_rows = shape.groups * shape.states;

  tensors.u = correlated_rows("u", request.seed, s.conv, shape, shape.channels,
                              [](int64_t, double value) { return portable_silu(value); });
  draw_delta(request, tensors);
  tensors.a = draw_a(request, shape);
  tensors.b = correlated_rows("B", request.seed, s.b, shape, state_rows, identity);
  tensors.c = correlated_rows("C", request.seed, s.c, shape, state_rows, identity);
  if (request.with_d) {
    random_stream stream(request.seed, "D");
    for (int64_t i = 0; i < shape.channels; ++i) {
      tensors.d.push_back(static_cast<float>(s.d_mean + s.d_std * stream.normal()));
    }
  }
  if (request.with_z) tensors.z = correlated_rows("z", request.seed, s.z, shape, shape.channels, identity);
  if (request.with_h0) tensors.h0 = draw_h0(request, shape);
  return tensors;
}

nlohmann::json generation_provenance(const generate_request& request) {
  nlohmann::json provenance = {
      {"kind", "generated"}, {"generator", "scansim traces/generate"}, {"seed", request.seed}};
  if (const named_shape* shape = find_scan_shape(request.shape)) {
    provenance["shape"] = shape->name;
    provenance["shape_source"] = shape->source;
  }
  return provenance;
}

}  // namespace scansim
