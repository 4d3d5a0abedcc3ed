// The machine's arithmetic against the double reference on the same quantised inputs.
#include <catch2/catch.hpp>
#include <cmath>

#include "models/ref/relative_mse.h"
#include "models/ref/selective_scan_ref.h"
#include "tests/support/places.h"
#include "tests/support/random_scans.h"
#include "tests/support/run_scan.h"

namespace scansim {

namespace {

constexpr double bar = 5e-5;

design_point base_point(int operand_bits = 8, int state_bits = 16, int output_bits = 16) {
  return load_design_point(
      "base", test::source_dir() + "/models/configs",
      {"operand_bits=" + std::to_string(operand_bits), "state_bits=" + std::to_string(state_bits),
       "output_bits=" + std::to_string(output_bits)});
}

struct machine_error {
  double y, h_last;
  double y_rounding;  // of the reference's y to the machine's output format alone
  uint64_t saturations;
};

double rounding_error(const std::vector<double>& values, int frac) {
  std::vector<double> rounded(values);
  for (double& x : rounded) x = std::ldexp(std::floor(std::ldexp(x, frac) + 0.5), -frac);
  return relative_mse(rounded, values);
}

machine_error error_of(const scan_tensors& tensors, const design_point& p) {
  const quantised_scan q = quantise(tensors, calibrate(tensors, widths_of(p)));
  const program_result got = test::run_scan_on_hls(p, q);
  const scan_output want = selective_scan_ref(dequantise(q));
  machine_error e{relative_mse(dequantise(got.output("y"), q.scales.frac_y), want.y),
                  relative_mse(dequantise(got.output("h_last"), q.scales.frac_state), want.h_last),
                  rounding_error(want.y, q.scales.frac_y), 0};
  for (size_t i = 0; i < num_counters; ++i) {
    if (counter_names[i].event.starts_with("saturations_")) e.saturations += got.counters[i];
  }
  return e;
}

// The inputs of mamba_ssm's test_selective_scan: normal u, B, C, z; A = -0.5 rand, delta = 0.5 rand, bias =
// 0.5 rand.
scan_tensors suite_inputs(const scan_shape& shape, uint64_t seed, bool d, bool z, bool bias, bool softplus,
                          bool h0) {
  std::mt19937_64 random(seed);
  const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  const auto normal = [&] {
    return std::sqrt(-2 * std::log(1 - uniform())) * std::cos(6.283185307179586 * uniform());
  };
  const auto fill = [&](int64_t count, auto draw) {
    std::vector<float> values(static_cast<size_t>(count));
    for (float& x : values) x = static_cast<float>(draw());
    return values;
  };
  scan_tensors t;
  t.shape = shape;
  t.options.delta_softplus = softplus;
  const int64_t rows = shape.batch * shape.channels * shape.length;
  const int64_t states = shape.batch * shape.groups * shape.states * shape.length;
  t.a = fill(shape.channels * shape.states, [&] { return -0.5 * uniform(); });
  t.u = fill(rows, normal);
  t.delta = fill(rows, [&] { return 0.5 * uniform(); });
  t.b = fill(states, normal);
  t.c = fill(states, normal);
  if (d) t.d = fill(shape.channels, normal);
  if (z) t.z = fill(rows, normal);
  if (bias) t.delta_bias = fill(shape.channels, [&] { return 0.5 * uniform(); });
  if (h0) t.h0 = fill(shape.batch * shape.channels * shape.states, normal);
  return t;
}

}  // namespace

TEST_CASE("scan_top hls is within the bar of ref over the published test grid", "[grid][hls]") {
  const design_point p = base_point();
  for (const int64_t length : {128, 256, 512, 1024, 2048, 4096, 372, 784, 1134}) {
    for (const int64_t groups : {1, 2}) {
      const scan_tensors t = suite_inputs({2, 4, 8, groups, length}, 17, true, true, true, true, false);
      const machine_error e = error_of(t, p);
      CAPTURE(length, groups, e.y, e.h_last);
      CHECK(e.y <= bar);
      CHECK(e.saturations == 0);
    }
  }
}

TEST_CASE("scan_top hls is within the bar of ref with every tensor and option switched", "[grid][hls]") {
  const design_point p = base_point();
  for (int mask = 0; mask < 64; ++mask) {
    const auto on = [&](int bit) { return (mask >> bit & 1) != 0; };
    scan_tensors t = suite_inputs({1, 6, 16, 2, 65}, 100 + mask, on(0), on(1), on(2), on(3), on(4));
    t.options.reverse = on(5);
    const machine_error e = error_of(t, p);
    CAPTURE(mask, e.y, e.h_last);
    CHECK(e.y <= bar);
    CHECK(e.saturations == 0);
  }
}

TEST_CASE("scan_top hls is within the bar of ref at every edge length", "[grid][hls]") {
  const design_point p = base_point();
  for (const int64_t length : {1, 2, 3, 5, 15, 16, 17, 31, 33, 65, 127, 129, 197, 730}) {
    const machine_error e =
        error_of(suite_inputs({1, 20, 16, 1, length}, 5, true, true, true, true, false), p);
    CAPTURE(length, e.y, e.h_last);
    CHECK(e.y <= bar);
  }
}

TEST_CASE("scan_top hls is within the bar of ref on generated model layers", "[grid][hls]") {
  const design_point p = base_point();
  struct layer {
    const char* shape;
    int64_t length;
  };
  for (const layer& l : {layer{"vim-ti", 197}, layer{"plainmamba-l1", 196}, layer{"vmamba-t-stage3", 196},
                         layer{"mamba-130m", 256}}) {
    for (const uint64_t seed : {1, 2}) {
      generate_request r;
      r.shape = l.shape, r.length = l.length, r.seed = seed;
      const machine_error e = error_of(generate_scan(r), p);
      CAPTURE(l.shape, seed, e.y, e.h_last);
      CHECK(e.y <= bar);
      CHECK(e.saturations == 0);
    }
  }
}

TEST_CASE("clip_state hls one outlier of the state does not cost all others the bar", "[grid][hls]") {
  scan_tensors t = suite_inputs({1, 32, 16, 1, 256}, 21, true, true, true, true, false);
  t.u[17] *= 30;
  t.b[100] *= 30;
  const machine_error e = error_of(t, base_point(16, 16));
  CAPTURE(e.y, e.saturations);
  CHECK(e.y <= bar);
  CHECK(e.saturations < 100);
  generate_request r;  // a layer whose largest state is just above a power of two
  r.shape = "plainmamba-l3", r.length = 512;
  const machine_error layer = error_of(generate_scan(r), base_point());
  CAPTURE(layer.y, layer.saturations);
  CHECK(layer.y <= bar);
}

TEST_CASE("scan_top hls wider operands and states are within the bar and states get closer", "[grid][hls]") {
  const scan_tensors t = suite_inputs({1, 16, 16, 1, 512}, 9, true, true, true, true, true);
  const machine_error narrow = error_of(t, base_point(16, 16));
  const machine_error wide = error_of(t, base_point(16, 32));
  const machine_error mixed = error_of(t, base_point(8, 32));
  CAPTURE(narrow.y, wide.y, mixed.y, narrow.h_last, wide.h_last);
  CHECK(narrow.y <= bar);
  CHECK(wide.y <= bar);
  CHECK(mixed.y <= bar);
  CHECK(wide.h_last <= narrow.h_last);
  for (const machine_error& e : {narrow, wide, mixed}) CHECK(e.saturations == 0);
}

TEST_CASE("scan_top hls 8-bit outputs cost no more than their own rounding", "[grid][hls]") {
  const scan_tensors t = suite_inputs({1, 16, 16, 1, 256}, 11, true, true, true, true, false);
  const machine_error e = error_of(t, base_point(8, 16, 8));
  CAPTURE(e.y, e.y_rounding);
  CHECK(e.y <= 1.1 * e.y_rounding + bar);
  CHECK(e.saturations == 0);
}

}  // namespace scansim
