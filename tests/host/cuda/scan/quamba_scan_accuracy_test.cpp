// The int8 scan's twin against the float scan in double precision, as the published suite judges it: r2 <
// 1e-3 on the same dequantised inputs, for y and the last state; against the inputs before quantisation it is
// reported.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "host/cuda/numerics/storage_types.h"
#include "models/ref/selective_scan_ref.h"
#include "tests/host/cuda/scan/int8_case.h"
#include "traces/input_error.h"

using namespace scansim;

namespace {

constexpr double published_r2 = 1e-3;

std::vector<float> y_of(const int8_outputs& outputs) {
  std::vector<float> y = outputs.y;
  for (const uint16_t bits : outputs.y_half) y.push_back(to_float(half_bits{bits}));
  return y;
}

// The int8 state against the float one: each is the nearest int8, or one beside it where float32 decides.
int states_off(const std::vector<int8_t>& q, const std::vector<double>& h, float scale) {
  int off = 0;
  for (size_t i = 0; i < h.size(); ++i) {
    const double nearest = std::clamp(h[i] / double{scale}, -128.0, 127.0);
    off += !(std::fabs(double(q[i]) - nearest) <= 0.5 + 1e-3);
  }
  return off;
}

void check_accuracy(const int8_case& shape, int8_inputs inputs, unsigned seed, bool report = true) {
  INFO(described(shape, seed));
  const scan_tensors tensors = random_tensors(shape, inputs, seed);
  const quamba_scan_operands operands = quamba_scan_quantise(tensors, "random");
  const scan_output same = selective_scan_ref(quamba_scan_dequantise(operands));
  const scan_output original = selective_scan_ref(tensors);
  const int8_outputs single = run_twin(operands, gpu_precision::fp32);
  const int8_outputs half = run_twin(operands, gpu_precision::fp16);
  std::vector<float> h_last;
  for (const int8_t q : single.h_last) h_last.push_back(float(q) * operands.scales.h_last);
  const double arithmetic = relative_error(single.y, same.y), state = relative_error(h_last, same.h_last);
  if (report)
    WARN(described(shape, seed) << ": r2 of y " << arithmetic << ", int8 state " << state
                                << "; with the quantisation " << relative_error(single.y, original.y) << ", "
                                << relative_error(h_last, original.h_last));
  CHECK(arithmetic < 1e-10);  // float32 throughout: far inside the published tolerance
  CHECK(relative_error(y_of(half), same.y) < published_r2);
  CHECK(states_off(single.h_last, same.h_last, operands.scales.h_last) == 0);
  // Normal inputs give states with tails far beyond the percentile at which the published scale clips.
  if (inputs == int8_inputs::published) CHECK(state < published_r2);
}

}  // namespace

TEST_CASE("quamba_scan twin meets the published tolerance on (1, 33, 1536, 16), all channels",
          "[accuracy][gpu]") {
  check_accuracy({1, 33, 1536, 16, 1}, int8_inputs::published, 1);
  check_accuracy({1, 33, 1536, 16, 1}, int8_inputs::normal, 2);
}

TEST_CASE("quamba_scan twin meets the published tolerance on (4, 1024, D, 128), D cut to 8",
          "[accuracy][gpu]") {
  check_accuracy({4, 1024, 8, 128, 1}, int8_inputs::published, 3);
  check_accuracy({4, 1024, 8, 128, 1}, int8_inputs::normal, 4);
}

TEST_CASE("quamba_scan twin meets the published tolerance on the full shapes (4, 1024, {5120, 8192}, 128)",
          "[accuracy][gpu][.campaign]") {
  for (const int channels : {5120, 8192}) {
    check_accuracy({4, 1024, channels, 128, 1}, int8_inputs::published, 5);
    check_accuracy({4, 1024, channels, 128, 1}, int8_inputs::normal, 6);
  }
}

TEST_CASE("quamba_scan twin follows every option of the float scan", "[accuracy][gpu]") {
  unsigned seed = 10;
  for (const bool optional : {false, true})
    for (const bool reverse : {false, true})
      for (const bool softplus : {false, true})
        for (const int groups : {1, 3})
          check_accuracy({2, 65, 6, 20, groups, optional, reverse, softplus}, int8_inputs::normal, seed++,
                         false);
}

TEST_CASE("quamba_scan quantises u at the 99.95th percentile and everything else at its largest",
          "[accuracy][gpu]") {
  int8_case shape{.batch = 1, .length = 1000, .channels = 10, .states = 4};
  scan_tensors tensors = random_tensors(shape, int8_inputs::published, 30);
  tensors.u[77] = -50.0f;  // one outlier in ten thousand: clipped
  tensors.b[99] = -50.0f;
  const quamba_scan_operands operands = quamba_scan_quantise(tensors, "random");
  CHECK(operands.scales.u * 127.0f == Approx(0.9995).margin(1e-3));
  CHECK(int{operands.u[77]} == -128);
  CHECK(operands.scales.b * 127.0f == Approx(50.0));
  CHECK(int{operands.b[99]} == -127);
}

TEST_CASE("quamba_scan refuses a non-negative A and too many states by name", "[input][gpu]") {
  scan_tensors tensors =
      random_tensors({.length = 2, .channels = 2, .states = 4}, int8_inputs::published, 31);
  tensors.a[5] = 0.0f;
  CHECK_THROWS_WITH(quamba_scan_quantise(tensors, "t.safetensors"),
                    "t.safetensors: A: expected negative values for the int8 scan, found 0");
  const scan_tensors many =
      random_tensors({.length = 1, .channels = 1, .states = 257}, int8_inputs::published, 32);
  CHECK_THROWS_AS(quamba_scan_quantise(many, "t.safetensors"), input_error);
}
