// rms_norm against double precision: error in steps of the output over row lengths and magnitudes, extreme
// rows, and the shifts that the call clamps.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "hls/units/rms_norm.h"
#include "models/ref/rms_norm_ref.h"

using namespace scansim;
using namespace scansim::hls;

namespace {

// Half a step of rounding, and the scale's relative error of a full-range output.
constexpr double step_bound = 0.5 + 128 * 6.1e-5;

struct norm_row {
  std::vector<int16_t> x, w;
  uint64_t eps_sum = 1;
  int shift = 0;
};

std::vector<double> exact(const norm_row& row) {
  double q = static_cast<double>(row.eps_sum);
  for (const int16_t v : row.x) q += double{static_cast<double>(v)} * v;
  std::vector<double> y(row.x.size());
  for (size_t i = 0; i < y.size(); ++i) {
    y[i] = std::ldexp(double{static_cast<double>(row.x[i])} * row.w[i] / std::sqrt(q), -row.shift);
  }
  return y;
}

// Greatest error in steps; checks the counter on the way.
double worst_error(const norm_row& row) {
  std::vector<int8_t> y(row.x.size());
  unit_saturations sat;
  rms_norm(row.x.data(), row.w.data(), static_cast<int>(row.x.size()), row.eps_sum, row.shift, y.data(), sat);
  const std::vector<double> want = exact(row);
  double worst = 0;
  uint64_t surely = 0, possibly = 0;
  for (size_t i = 0; i < y.size(); ++i) {
    worst = std::max(worst, std::fabs(y[i] - std::clamp(want[i], -128.0, 127.0)));
    const double beyond = std::max(want[i] - 127.5, -128.5 - want[i]);
    surely += beyond > 0.02;
    possibly += beyond > -0.02;
  }
  CHECK(sat.norm >= surely);
  CHECK(sat.norm <= possibly);
  return worst;
}

// The shift that puts an output of `sigmas` times the row's mean weight at the end of the range.
int shift_for(double w_absmax, int d, double sigmas) {
  return static_cast<int>(std::ceil(std::log2(sigmas * w_absmax / std::sqrt(d) / 127)));
}

}  // namespace

TEST_CASE("rms_norm hls is exact to half a step and the scale's error for rows of every length and magnitude",
          "[leaf][hls]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  double worst = 0;
  for (const int d : {1, 2, 3, 17, 64, 192, 768, 2560, 65536}) {
    for (int magnitude = 0; magnitude <= 15; ++magnitude) {
      norm_row row;
      std::uniform_int_distribution<int> x(-(1 << magnitude), (1 << magnitude) - 1), w(-32768, 32767);
      for (int i = 0; i < d; ++i) {
        row.x.push_back(static_cast<int16_t>(x(random)));
        row.w.push_back(static_cast<int16_t>(w(random)));
      }
      row.eps_sum = 1 + random() % 1000;
      for (int finer = -2; finer <= 1; ++finer) {  // some rows saturate
        row.shift = shift_for(32768, d, 2.0) + finer;
        worst = std::max(worst, worst_error(row));
      }
    }
  }
  CAPTURE(worst);
  CHECK(worst <= step_bound);
}

TEST_CASE("rms_norm hls handles extreme rows", "[leaf][hls]") {
  for (const int d : {1, 768, 65536}) {
    const std::vector<int16_t> weights(static_cast<size_t>(d), 32767), lowest_weights(weights.size(), -32768);
    CAPTURE(d);
    for (const int16_t value : {int16_t{0}, int16_t{1}, int16_t{-1}, int16_t{32767}, int16_t{-32768}}) {
      for (const auto& w : {weights, lowest_weights}) {
        norm_row row{std::vector<int16_t>(weights.size(), value), w, 1, shift_for(32768, d, 1.0)};
        CHECK(worst_error(row) <= step_bound);
        row.x.assign(row.x.size(), 0);  // one element
        row.x.back() = value;
        row.shift = shift_for(32768, 1, 1.0);
        CHECK(worst_error(row) <= step_bound);
        row.eps_sum = uint64_t{1} << 47;  // the largest eps: everything vanishes
        CHECK(worst_error(row) <= step_bound);
      }
    }
  }
  // All zero: zero, whatever the shift.
  norm_row zero{std::vector<int16_t>(5, 0), std::vector<int16_t>(5, 32767), 1, -100};
  CHECK(worst_error(zero) == 0);
}

TEST_CASE("rms_norm hls clamps its total shift to 0..62", "[leaf][hls]") {
  CHECK(rms_norm_shift(-17, 16) == 0);
  CHECK(rms_norm_shift(-16, 16) == 0);
  CHECK(rms_norm_shift(-15, 16) == 1);
  CHECK(rms_norm_shift(23, 39) == 62);
  CHECK(rms_norm_shift(24, 39) == 62);
  unit_saturations sat;
  const int16_t x = 32767, w = 32767;
  int8_t y = 1;
  rms_norm(&x, &w, 1, 1, 1000, &y, sat);
  CHECK(y == 0);
  rms_norm(&x, &w, 1, 1, -1000, &y, sat);
  CHECK(y == 127);
  CHECK(sat.norm == 1);
}

TEST_CASE("rms_norm hls with quantised weights follows the reference in real units", "[leaf][hls]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const int d = 768, frac_x = 8, frac_y = 4;
  const double eps = 1e-5;
  std::normal_distribution<double> activation(0, 3), weight(1, 0.2);
  norm_row row;
  std::vector<double> x, w;
  for (int i = 0; i < d; ++i) {
    row.x.push_back(static_cast<int16_t>(std::lround(std::ldexp(activation(random), frac_x))));
    x.push_back(std::ldexp(row.x.back(), -frac_x));
    w.push_back(weight(random));
  }
  const double scaled = *std::max_element(w.begin(), w.end()) * std::sqrt(d);
  const int frac_w = static_cast<int>(std::floor(std::log2(32767 / scaled)));
  for (const double value : w) {
    row.w.push_back(static_cast<int16_t>(std::lround(std::ldexp(value * std::sqrt(d), frac_w))));
  }
  row.eps_sum = std::max<uint64_t>(1, static_cast<uint64_t>(std::llround(std::ldexp(d * eps, 2 * frac_x))));
  row.shift = frac_w - frac_y;
  std::vector<int8_t> y(x.size());
  unit_saturations sat;
  rms_norm(row.x.data(), row.w.data(), d, row.eps_sum, row.shift, y.data(), sat);
  const std::vector<double> want = rms_norm_ref(x, w, d, eps);
  for (size_t i = 0; i < y.size(); ++i) {
    CHECK(std::fabs(y[i] - std::clamp(std::ldexp(want[i], frac_y), -128.0, 127.0)) <= step_bound + 0.005);
  }
}
