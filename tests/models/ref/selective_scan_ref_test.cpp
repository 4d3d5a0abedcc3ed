// The double reference against the definition written as plainly as possible, in long double, over the grid
// of mamba_ssm's test_selective_scan (batch 2, D 4, N 8, groups 1 and 2) and the lengths that hit every tile
// edge.
#include "models/ref/selective_scan_ref.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <limits>
#include <random>

#include "traces/generate.h"
#include "traces/scan_trace.h"

using namespace scansim;

namespace {

struct plain_result {
  std::vector<long double> y, h_last;
  scan_absmax absmax;
};

// No shared structure with the code under test: flat indices spelled out, one scalar at a time.
plain_result plain_scan(const scan_tensors& x) {
  const auto [batches, channels, states, groups, length] = x.shape;
  plain_result r;
  r.y.resize(x.u.size());
  r.h_last.resize(static_cast<size_t>(batches * channels * states));
  const auto raise = [](double& known, long double value) {
    known = std::max(known, std::fabs(static_cast<double>(value)));
  };
  for (int64_t b = 0; b < batches; ++b) {
    for (int64_t d = 0; d < channels; ++d) {
      const int64_t group = d / (channels / groups);
      std::vector<long double> h(static_cast<size_t>(states), 0.0L);
      for (int64_t n = 0; n < states; ++n) {
        if (!x.h0.empty()) h[n] = x.h0[(b * channels + d) * states + n];
        raise(r.absmax.state, h[n]);
      }
      for (int64_t step = 0; step < length; ++step) {
        const int64_t t = x.options.reverse ? length - 1 - step : step;
        const int64_t at = (b * channels + d) * length + t;
        long double dt = x.delta[at];
        if (!x.delta_bias.empty()) dt += x.delta_bias[d];
        if (x.options.delta_softplus && dt <= 20) dt = std::log(1 + std::exp(dt));
        long double v = 0;
        for (int64_t n = 0; n < states; ++n) {
          const int64_t bc = ((b * groups + group) * states + n) * length + t;
          h[n] = std::exp(dt * x.a[d * states + n]) * h[n] + dt * x.b[bc] * x.u[at];
          v += x.c[bc] * h[n];
          raise(r.absmax.state, h[n]);
        }
        if (!x.d.empty()) v += static_cast<long double>(x.d[d]) * x.u[at];
        long double y = v;
        if (!x.z.empty()) y = v * x.z[at] / (1 + std::exp(-static_cast<long double>(x.z[at])));
        r.y[at] = y;
        raise(r.absmax.skip_v, v);
        raise(r.absmax.y, y);
        raise(r.absmax.dt, dt);
        raise(r.absmax.dt_u, dt * x.u[at]);
      }
      for (int64_t n = 0; n < states; ++n) r.h_last[(b * channels + d) * states + n] = h[n];
    }
  }
  return r;
}

// The inputs of mamba_ssm's test: A = -0.5 rand, delta and its bias 0.5 rand, the rest normal.
scan_tensors peer_inputs(int64_t length, int64_t groups, unsigned options, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<float> half(0.0f, 0.5f);
  std::normal_distribution<float> normal;
  const auto fill = [&](std::vector<float>& values, int64_t count, auto& distribution) {
    values.resize(static_cast<size_t>(count));
    for (auto& value : values) value = distribution(random);
  };
  scan_tensors x;
  x.shape = {2, 4, 8, groups, length};
  fill(x.u, 8 * length, normal);
  fill(x.delta, 8 * length, half);
  fill(x.a, 32, half);
  for (auto& value : x.a) value = -value;
  fill(x.b, 16 * groups * length, normal);
  fill(x.c, 16 * groups * length, normal);
  if (options & 1u) fill(x.d, 4, normal);
  if (options & 2u) fill(x.z, 8 * length, normal);
  if (options & 4u) fill(x.delta_bias, 4, half);
  x.options.delta_softplus = (options & 8u) != 0;
  if (options & 16u) fill(x.h0, 64, normal);
  x.options.reverse = (options & 32u) != 0;
  return x;
}

double largest_error(const std::vector<double>& got, const std::vector<long double>& want) {
  REQUIRE(got.size() == want.size());
  double error = 0;
  for (size_t i = 0; i < got.size(); ++i) {
    error = std::max(error, static_cast<double>(std::fabs(got[i] - want[i]) / (1 + std::fabs(want[i]))));
  }
  return error;
}

void check_against_plain(const scan_tensors& x) {
  scan_absmax absmax;
  const scan_output got = selective_scan_ref(x, &absmax);
  const plain_result want = plain_scan(x);
  CHECK(largest_error(got.y, want.y) < 1e-12);
  CHECK(largest_error(got.h_last, want.h_last) < 1e-12);
  CHECK(absmax.state == Approx(want.absmax.state).epsilon(1e-12));
  CHECK(absmax.skip_v == Approx(want.absmax.skip_v).epsilon(1e-12));
  CHECK(absmax.y == Approx(want.absmax.y).epsilon(1e-12));
  CHECK(absmax.dt == Approx(want.absmax.dt).epsilon(1e-12));
  CHECK(absmax.dt_u == Approx(want.absmax.dt_u).epsilon(1e-12));
}

}  // namespace

TEST_CASE("selective_scan ref equals the definition for all options", "[scan][ref]") {
  const auto groups = GENERATE(1, 2);
  for (const int64_t length : {1, 5, 33, 128}) {
    for (unsigned options = 0; options < 64; ++options) {
      const uint64_t seed = 1000 + options;
      INFO("L " << length << " G " << groups << " options " << options << " seed " << seed);
      check_against_plain(peer_inputs(length, groups, options, seed));
    }
  }
}

TEST_CASE("selective_scan ref equals the definition for all lengths", "[scan][ref]") {
  const auto groups = GENERATE(1, 2);
  for (const int64_t length : {1,   2,   3,   5,   8,   16,  31,  32,  33,   64,   65,   127,
                               128, 129, 197, 256, 372, 512, 730, 784, 1024, 1134, 2048, 4096}) {
    INFO("L " << length << " G " << groups << " seed 0");
    check_against_plain(peer_inputs(length, groups, 15, 0));
  }
}

TEST_CASE("selective_scan ref equals the definition for every number of states", "[scan][ref]") {
  for (const int64_t states : {1, 2, 3, 5, 7, 16, 17, 49, 64, 128, 256}) {
    generate_request request;
    request.channels = 6;
    request.groups = 3;
    request.states = states;
    request.length = 37;
    request.with_h0 = true;
    INFO("N " << states);
    check_against_plain(generate_scan(request));
  }
}

TEST_CASE("selective_scan ref continues from the last state as decode does", "[scan][ref]") {
  const scan_tensors whole = peer_inputs(9, 2, 31, 3);
  const scan_output once = selective_scan_ref(whole);
  scan_tensors token = whole;
  token.shape.length = 1;
  for (int64_t t = 0; t < 9; ++t) {
    const auto pick = [t](const std::vector<float>& from, std::vector<float>& to) {
      to.clear();
      for (size_t i = static_cast<size_t>(t); i < from.size(); i += 9) to.push_back(from[i]);
    };
    pick(whole.u, token.u);
    pick(whole.delta, token.delta);
    pick(whole.z, token.z);
    pick(whole.b, token.b);
    pick(whole.c, token.c);
    const scan_output one = selective_scan_ref(token);
    for (size_t row = 0; row < one.y.size(); ++row) {
      CHECK(one.y[row] == Approx(once.y[row * 9 + static_cast<size_t>(t)]).margin(1e-5));
    }
    token.h0.assign(one.h_last.begin(), one.h_last.end());  // rounded to float between the calls
  }
}

TEST_CASE("selective_scan ref uses the kernel's softplus threshold", "[scan][ref]") {
  scan_tensors x = peer_inputs(3, 1, 8, 4);
  x.a.assign(x.a.size(), 0.0f);
  x.delta.assign(x.delta.size(), 20.5f);
  scan_absmax absmax;
  selective_scan_ref(x, &absmax);
  CHECK(absmax.dt == 20.5);  // exactly: above 20 softplus is the identity
  x.delta.assign(x.delta.size(), 19.5f);
  selective_scan_ref(x, &absmax);
  CHECK(absmax.dt > 19.5);
}

TEST_CASE("selective_scan ref is fast enough for a whole layer", "[scan][ref]") {
  generate_request request;
  request.shape = "mamba-130m";
  request.length = 256;
  const scan_tensors x = generate_scan(request);
  const auto start = std::chrono::steady_clock::now();
  const scan_output out = selective_scan_ref(x);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  const double ns_per_update = elapsed.count() * 1e9 / (256.0 * 1536 * 16);
  WARN("selective_scan_ref: " << ns_per_update << " ns per state update");
  CHECK(ns_per_update <
        400);  // 20 times the expected value: catches a lost vectorisation of a debug loop, not noise
  CHECK(std::isfinite(out.y.back()));
}

TEST_CASE("selective_scan ref cuts the state to a range after every token, and keeps what is no number",
          "[scan][ref]") {
  scan_tensors scan;
  scan.shape.batch = 1, scan.shape.channels = 2, scan.shape.groups = 1, scan.shape.states = 1,
  scan.shape.length = 2;
  scan.options.delta_softplus = false;
  scan.u = {3, 0, 3, 0}, scan.delta = {1, 1, 1, 1}, scan.a = {0, 0}, scan.b = {1, 1}, scan.c = {1, 1};
  scan.h0 = {0, std::numeric_limits<float>::quiet_NaN()};
  const state_range range{-2, 2};
  const scan_output free = selective_scan_ref(scan);
  const scan_output cut = selective_scan_ref(scan, nullptr, nullptr, &range);
  CHECK(free.h_last[0] == 3);
  CHECK(cut.h_last[0] == 2);
  CHECK(cut.y[0] == 2);
  CHECK(std::isnan(cut.h_last[1]));
}
