// Quamba2's int8 calls of ssd, the kernels' source on the CPU and the twin, against double precision on what
// their operands stand for: steps, entering states, outputs and final states, at the published relative
// error.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>

#include "host/cuda/ssd/ssd_quantise.h"
#include "host/cuda/ssd/ssd_twin.h"
#include "tests/host/cuda/ssd/ssd_case.h"
#include "tests/traces/generated_ssd.h"
#include "traces/input_error.h"

using namespace scansim;

namespace {

using int8_flags = std::map<std::string, int64_t>;
constexpr double published_error = 1e-3;

// States that lie between two whole numbers are rounded either way.
size_t far_apart(const std::vector<int8_t>& some, const std::vector<int8_t>& others) {
  size_t count = some.size() == others.size() ? 0 : 1;
  for (size_t at = 0; at < some.size() && at < others.size(); ++at)
    count += std::abs(some[at] - others[at]) > 1;
  return count;
}

void check_int8_call(const ssd_call& call, int chunk_tokens) {
  const ssd_int8_result twin = run_ssd_int8(call, chunk_tokens, ssd_twin),
                        kernel = run_ssd_int8(call, chunk_tokens, emulated_ssd);
  CAPTURE(call.length, call.heads, call.head_channels, call.states, call.groups, chunk_tokens);
  for (const ssd_int8_result* one : {&twin, &kernel}) {
    CHECK(one->y < published_error / 100);  // fp16 rounds, the operands are the same
    CHECK(one->final_states < published_error);
  }
  CHECK(kernel.steps < 1e-9);
  CHECK(kernel.entering_states < published_error / 100);
  CHECK(far_apart(kernel.states, twin.states) == 0);
}

int8_flags int8_sizes(int64_t heads, int64_t channels, int64_t states, int64_t groups, int64_t length) {
  return {{"--heads", heads},
          {"--head-channels", channels},
          {"--states", states},
          {"--groups", groups},
          {"--length", length}};
}

}  // namespace

TEST_CASE("ssd int8 agrees on a layer of mamba2-130m and of mamba2-8b, H cut to 4 and to 16 in 8 groups",
          "[grid][int8][gpu]") {
  check_int8_call(test::generated_ssd(int8_sizes(4, 64, 128, 1, 333), 1), 256);
  check_int8_call(test::generated_ssd(int8_sizes(16, 64, 128, 8, 70), 2), 128);
}

TEST_CASE("ssd int8 agrees on packed sequences, from states of their own", "[grid][int8][gpu]") {
  for (const int groups : {1, 2, 4}) {
    int8_flags shape = int8_sizes(4, 64, 32, groups, 600);
    shape.insert({{"--sequences", 6}, {"--cu-seqlens", 1}, {"--h0", 1}});
    check_int8_call(test::generated_ssd(shape, static_cast<uint64_t>(groups)), 64);
  }
}

TEST_CASE("ssd int8 agrees with every option on and off", "[options][int8][gpu]") {
  for (unsigned bits = 0; bits < 32; ++bits) {
    int8_flags shape = int8_sizes(4, 9, 7, 2, 90);
    shape["--batch"] = 2;
    const char* const names[] = {"--no-z", "--no-d", "--no-bias", "--no-softplus", "--h0"};
    for (unsigned k = 0; k < 5; ++k)
      if (bits >> k & 1) shape[names[k]] = 1;
    ssd_call call = test::generated_ssd(shape, bits + 1);
    if (bits % 4 == 0) {
      call.d.clear();
      for (int64_t k = 0; k < call.heads * call.head_channels; ++k)
        call.d.push_back(static_cast<float>(k % 13) - 6);
    }
    if (bits % 5 == 1) call.dt_low = 0.01f, call.dt_high = 0.03f;
    check_int8_call(call, 64);
  }
}

TEST_CASE("ssd int8 agrees for every size that changes a tile", "[edges][int8][gpu]") {
  for (const int states : {1, 15, 16, 17, 64, 65, 129, 256})
    check_int8_call(test::generated_ssd(int8_sizes(1, 5, states, 1, 70), 3), 64);
  for (const int channels : {1, 7, 16, 63, 65, 130})
    check_int8_call(test::generated_ssd(int8_sizes(2, channels, 12, 1, 70), 4), 64);
  for (const int length : {1, 2, 31, 65, 127, 197, 372})
    for (const int q : {64, 192, 256})
      check_int8_call(test::generated_ssd(int8_sizes(1, 8, 8, 1, length), 5), q);
}

// The suite's bmm, C Bᵀ: one token drives with step 1 and its channel with 1, and nothing decays, so y is
// C_m.B_k.
TEST_CASE("ssd int8 has Quamba2's products C B at their published tolerance, rtol 1e-3, atol 1e-2",
          "[grid][int8][gpu]") {
  int8_flags shape = int8_sizes(2, 8, 128, 2, 64);
  for (const char* none : {"--no-z", "--no-d", "--no-bias", "--no-softplus"}) shape[none] = 1;
  ssd_call call = test::generated_ssd(shape, 8);
  for (const int driving : {0, 21, 63}) {
    std::fill(call.a.begin(), call.a.end(), -1e-6f);
    std::fill(call.dt.begin(), call.dt.end(), 0.0f), std::fill(call.x.begin(), call.x.end(), 0.0f);
    for (int head = 0; head < 2; ++head) {
      call.dt[static_cast<size_t>(driving * 2 + head)] = 1;
      for (int p = 0; p < 8; ++p) call.x[static_cast<size_t>((driving * 2 + head) * 8 + p)] = 1;
    }
    const ssd_int8_operands q = ssd_quantise(call, "generated");
    std::vector<double> want;
    for (size_t m = 0; m < 64; ++m)
      for (size_t head = 0; head < 2; ++head) {
        double product = 0;
        for (size_t n = 0; n < 128; ++n)
          product += q.c[(m * 2 + head) * 128 + n] * q.b[(static_cast<size_t>(driving) * 2 + head) * 128 + n];
        for (int p = 0; p < 8; ++p)
          want.push_back(static_cast<int>(m) < driving ? 0 : product * q.c_scale[head] * q.b_scale[head]);
      }
    const std::vector<float> y = run_ssd_int8(call, 64, emulated_ssd).values;
    for (size_t at = 0; at < want.size(); ++at)
      REQUIRE(std::abs(y[at] - want[at]) <= 1e-2 + 1e-3 * std::abs(want[at]));
  }
}

// Scales that differ by clusters: a kernel that takes another's is far off.
TEST_CASE("ssd int8 takes each channel's own scale", "[unit][int8][gpu]") {
  ssd_call call = test::generated_ssd(int8_sizes(8, 16, 24, 2, 130), 6);
  for (size_t at = 0; at < call.x.size(); ++at) {
    const size_t channel = at % 128;
    call.x[at] *= static_cast<float>(1u << (channel % 16 / 4 * 2)) * (channel / 16 % 4 == 1 ? 50.0f : 1.0f);
  }
  for (size_t at = 0; at < call.b.size(); ++at) call.b[at] *= at / 24 % 2 ? 8.0f : 1.0f;
  for (size_t at = 0; at < call.c.size(); ++at) call.c[at] *= at / 24 % 2 ? 1.0f : 16.0f;
  const ssd_int8_operands q = ssd_quantise(call, "generated");
  CHECK(q.head_clusters == 4);
  CHECK(q.channel_clusters == 4);
  CHECK(*std::max_element(q.x_scale.begin(), q.x_scale.end()) >
        100 * *std::min_element(q.x_scale.begin(), q.x_scale.end()));
  check_int8_call(call, 64);
  // Against the floats that it was made from: what int8 costs, mostly of steps.
  CHECK(run_ssd_int8(call, 64, emulated_ssd).against_float < 0.01);
}

TEST_CASE("ssd_quantise puts heads and channels into clusters by rank, and refuses A that is not negative",
          "[unit][int8][gpu]") {
  ssd_call call = test::generated_ssd(int8_sizes(4, 8, 4, 1, 20), 7);
  for (size_t at = 0; at < call.x.size(); ++at) call.x[at] = static_cast<float>(at % 32 + 1);
  const ssd_int8_operands q = ssd_quantise(call, "generated");
  CHECK(q.head_cluster == std::vector<uint8_t>{0, 1, 2, 3});
  CHECK(std::vector<uint8_t>(q.channel_cluster.begin(), q.channel_cluster.begin() + 8) ==
        std::vector<uint8_t>{0, 0, 1, 1, 2, 2, 3, 3});
  CHECK(q.x_scale[0] == Approx(2.0 / 127));    // channels 0 and 1 of head 0
  CHECK(q.x_scale[15] == Approx(32.0 / 127));  // the last of the last
  CHECK(std::all_of(q.state_scale.begin(), q.state_scale.end(), [](float scale) { return scale > 0; }));
  call.a[1] = 0;
  CHECK_THROWS_WITH(ssd_quantise(call, "traced"), Catch::Contains("traced: A: expected negative"));
}

TEST_CASE("ssd int8 refuses a call without scales", "[errors][int8][gpu]") {
  gpu_ssd call;
  call.chunks = call.sequences = 1;
  call.precision = gpu_precision::int8;
  CHECK_THROWS_AS(check_ssd(call), std::invalid_argument);
  ssd_update update;
  update.precision = update.state_precision = gpu_precision::int8;
  CHECK_THROWS_AS(check_ssd_update(update), std::invalid_argument);
}
