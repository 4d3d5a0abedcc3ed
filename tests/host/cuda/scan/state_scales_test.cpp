// Decodes with an int8 state beside float activations, as `gpu record` runs them: scales by hand, and what
// the rounding of the state costs against double precision that does not round it.
#include "host/cuda/scan/state_scales.h"

#include <catch2/catch.hpp>

#include "host/cuda/measure/call_image.h"
#include "host/cuda/scan/selective_scan_twin.h"
#include "host/cuda/ssd/ssd_quantise.h"
#include "host/cuda/ssd/ssd_twin.h"
#include "models/ref/relative_mse.h"
#include "models/ref/selective_scan_ref.h"
#include "models/ref/ssd_ref.h"
#include "tests/host/cuda/scan/emulated_scan.h"
#include "tests/traces/generated_ssd.h"
#include "traces/generate.h"

using namespace scansim;

namespace {

const float* floats_or_null(const std::vector<float>& values) {
  return values.empty() ? nullptr : values.data();
}

struct decoded {
  std::vector<float> y;
  std::vector<int8_t> state;
};

// All tokens, where the trace has them: a step strides by L.
decoded decode(const scan_tensors& t, const std::function<void(const state_update_call&)>& run) {
  const std::vector<float> scales = int8_state_scales(t);
  decoded out{std::vector<float>(t.u.size()), int8_initial_state(t, scales)};
  state_update_call call;
  call.batch = static_cast<int>(t.shape.batch), call.channels = static_cast<int>(t.shape.channels);
  call.states = static_cast<int>(t.shape.states), call.groups = static_cast<int>(t.shape.groups);
  call.dt_softplus = t.options.delta_softplus, call.state_precision = gpu_precision::int8;
  call.state_scale = scales.data(), call.scale_of_channels = true, call.row_stride = t.shape.length;
  call.a = t.a.data(), call.d = floats_or_null(t.d), call.dt_bias = floats_or_null(t.delta_bias);
  call.state = out.state.data();
  for (int64_t token = 0; token < t.shape.length; ++token) {
    call.x = t.u.data() + token, call.dt = t.delta.data() + token, call.b = t.b.data() + token;
    call.c = t.c.data() + token, call.z = t.z.empty() ? nullptr : t.z.data() + token;
    call.y = out.y.data() + token;
    run(call);
  }
  return out;
}

}  // namespace

TEST_CASE("int8_state_scales are of each channel's largest state over the tokens", "[unit][gpu]") {
  scan_tensors t;
  t.shape = {2, 2, 1, 1, 2};
  t.a = {-100, -100};  // a state is its token's drive
  t.u = {1, 3, 2, -8, 5, 1, 1, 1}, t.delta = {1, 1, 1, 1, 1, 1, 1, 1};
  t.b = {1, 1, 1, 1}, t.c = t.b;
  CHECK(int8_state_scales(t)[0] == Approx(5.0 / 127));
  CHECK(int8_state_scales(t)[1] == Approx(8.0 / 127));
  t.h0 = {0, 0, 127, 0};
  const std::vector<float> scales = int8_state_scales(t);
  CHECK(scales[0] == 1);
  CHECK(int8_initial_state(t, scales) == std::vector<int8_t>{0, 0, 127, 0});
  t.options.reverse = true;
  CHECK(int8_state_scales(t)[1] == Approx(8.0 / 127));
}

TEST_CASE("a decode with an int8 state is within the published error of one with floats",
          "[grid][int8][gpu]") {
  generate_request request;
  request.batch = 2, request.channels = 40, request.states = 16, request.length = 64;
  request.decode = true, request.with_h0 = true;
  const scan_tensors t = generate_scan(request);
  const decoded twin = decode(t, state_update_twin), kernel = decode(t, emulated_state_update);
  CHECK(kernel.state == twin.state);
  const std::vector<double> want = selective_scan_ref(t).y;
  CHECK(relative_mse(std::vector<double>(kernel.y.begin(), kernel.y.end()), want) < 1e-3);
}

TEST_CASE("a decode of ssd with an int8 state is within the published error of one with floats",
          "[grid][int8][gpu]") {
  const ssd_call c =
      test::generated_ssd({{"--heads", 4}, {"--head-channels", 16}, {"--states", 32}, {"--length", 64}}, 1);
  const ssd_int8_operands q = ssd_quantise(c, "generated");
  std::vector<int8_t> state(4 * 16 * 32, 0);
  std::vector<float> y(c.x.size());
  ssd_update call;
  call.heads = 4, call.head_channels = 16, call.states = 32, call.dt_softplus = c.dt_softplus;
  call.state_precision = gpu_precision::int8, call.state = state.data();
  call.a = c.a.data(), call.d = floats_or_null(c.d), call.dt_bias = floats_or_null(c.dt_bias);
  call.scales = {q.state_scale.data(),     q.state_inverse.data(), q.head_cluster.data(),
                 q.channel_cluster.data(), q.head_clusters,        q.channel_clusters};
  for (int t = 0; t < 64; ++t) {
    call.x = c.x.data() + t * 64, call.z = c.z.data() + t * 64, call.dt = c.dt.data() + t * 4;
    call.b = c.b.data() + t * 32, call.c = c.c.data() + t * 32, call.y = y.data() + t * 64;
    ssd_update_twin(call);
  }
  CHECK(relative_mse(std::vector<double>(y.begin(), y.end()), ssd_ref(c).y) < 1e-3);
}
