// The SSD kernels' source on the CPU, and their twin, against double precision: the steps and their sums, the
// state that enters every chunk, outputs and final states.
#include <catch2/catch.hpp>

#include "host/cuda/ssd/ssd_twin.h"
#include "models/ref/ssd_ref.h"
#include "tests/host/cuda/ssd/ssd_case.h"
#include "tests/traces/generated_ssd.h"

using namespace scansim;

namespace {

using flags = std::map<std::string, int64_t>;

flags sizes(int64_t heads, int64_t channels, int64_t states, int64_t groups, int64_t length) {
  return {{"--heads", heads},
          {"--head-channels", channels},
          {"--states", states},
          {"--groups", groups},
          {"--length", length}};
}
flags with(flags given, const flags& more) {
  given.insert(more.begin(), more.end());
  return given;
}

std::string difference_of_both(const flags& drawn, gpu_precision precision, int chunk_tokens,
                               uint64_t seed = 1) {
  const ssd_call call = test::generated_ssd(drawn, seed);
  const std::string twin = ssd_difference(call, precision, chunk_tokens, ssd_twin);
  return twin.empty() ? ssd_difference(call, precision, chunk_tokens, emulated_ssd, true) : "twin: " + twin;
}

constexpr gpu_precision fp32 = gpu_precision::fp32, bf16 = gpu_precision::bf16;

}  // namespace

TEST_CASE("ssd agrees in one chunk and over several, every type", "[random][gpu]") {
  for (const gpu_precision precision : float_precisions)
    for (const int length : {1, 64, 200})
      for (const int q : {64, 128})
        CHECK(difference_of_both(sizes(2, 64, 32, 1, length), precision, q) == "");
}

TEST_CASE("ssd agrees on ssd_minimal's shape, L 2048, P 64, N 64, Q 64, D cut from 2048 to 64",
          "[grid][gpu]") {
  CHECK(difference_of_both(sizes(1, 64, 64, 1, 2048), fp32, 64) == "");
}

TEST_CASE("ssd agrees on test_ssd's grid of packed sequences, 300 cut to 6 of 1 to 200 tokens, D from 4096",
          "[grid][gpu]") {
  for (const gpu_precision precision : float_precisions)
    for (const int groups : {1, 2, 4})  // 4: as many as heads
      for (const int q : {64, 128}) {
        if (precision != fp32 && (groups != 2 || q != 128)) continue;
        const int heads = groups == 1 ? 1 : 4;  // more than groups, and as many
        const flags shape =
            with(sizes(heads, 64, 32, groups, 600), {{"--sequences", 6}, {"--cu-seqlens", 1}});
        CHECK(difference_of_both(shape, precision, q, static_cast<uint64_t>(groups + q)) == "");
      }
}

TEST_CASE("ssd agrees on 300 short sequences with states of their own", "[grid][gpu]") {
  const flags shape =
      with(sizes(1, 8, 16, 1, 1500), {{"--sequences", 300}, {"--cu-seqlens", 1}, {"--h0", 1}});
  CHECK(difference_of_both(shape, fp32, 64) == "");
}

TEST_CASE("ssd agrees on a layer of Mamba-2, P 64, N 128, Q 256, H cut to 2", "[grid][gpu]") {
  for (const gpu_precision precision : float_precisions)
    CHECK(difference_of_both(with(sizes(2, 64, 128, 1, 333), {{"--h0", 1}}), precision, 256) == "");
}

TEST_CASE("ssd agrees with every option on and off", "[options][gpu]") {
  for (unsigned bits = 0; bits < 32; ++bits) {
    flags shape = with(sizes(4, 9, 7, 2, 90), {{"--batch", 2}});
    const char* const names[] = {"--no-z", "--no-d", "--no-bias", "--no-softplus", "--h0"};
    for (unsigned k = 0; k < 5; ++k)
      if (bits >> k & 1) shape[names[k]] = 1;
    if (bits % 3 == 0) shape["--sequences"] = 4;
    CHECK(difference_of_both(shape, bits % 2 ? bf16 : fp32, 64, bits + 1) == "");
  }
}

TEST_CASE("ssd holds steps between dt_limit, and takes D of every channel", "[options][gpu]") {
  for (const bool softplus : {true, false}) {
    flags shape = sizes(4, 70, 9, 2, 150);
    if (!softplus) shape["--no-softplus"] = 1;
    ssd_call call = test::generated_ssd(shape, 7);
    call.dt_low = 0.01f, call.dt_high = 0.03f;  // steps are drawn from 0.001 to 0.1
    call.d.clear();
    for (int64_t k = 0; k < call.heads * call.head_channels; ++k)
      call.d.push_back(static_cast<float>(k % 13) - 6);
    for (const gpu_precision precision : {fp32, bf16}) {
      CHECK(ssd_difference(call, precision, 64, ssd_twin) == "");
      CHECK(ssd_difference(call, precision, 64, emulated_ssd, true) == "");
    }
    const std::vector<double> held = ssd_ref(call).y;
    call.dt_high = 1e9f;
    CHECK(ssd_ref(call).y != held);
  }
}

TEST_CASE("ssd agrees for every size that changes a tile", "[edges][gpu]") {
  for (const int states : {1, 2, 15, 16, 17, 31, 33, 64, 65, 127, 129, 256})
    CHECK(difference_of_both(sizes(1, 5, states, 1, 70), states % 2 ? bf16 : fp32, 64) == "");
  for (const int channels : {1, 2, 7, 8, 16, 63, 64, 65, 130})
    CHECK(difference_of_both(sizes(1, channels, 12, 1, 70), channels % 2 ? bf16 : fp32, 64) == "");
  for (const int length : {1, 2, 3, 5, 31, 33, 63, 64, 65, 127, 129, 197, 372})
    for (const int q : {64, 128, 192, 256})
      CHECK(difference_of_both(sizes(1, 8, 8, 1, length), length % 2 ? fp32 : bf16, q) == "");
}

TEST_CASE("ssd chunks are the longest that leave no multiprocessor without a block", "[unit][gpu]") {
  const auto tokens = [](const flags& shape) { return ssd_chunk_tokens(test::generated_ssd(shape, 1), 132); };
  CHECK(tokens(sizes(24, 4, 4, 1, 2048)) == 256);  // 192 blocks
  CHECK(tokens(sizes(8, 4, 4, 1, 2048)) == 64);    // 256 of 64 tokens, 128 of 128
  CHECK(tokens(sizes(200, 4, 4, 1, 100)) == 128);  // no sequence is longer
  CHECK(tokens(sizes(1, 4, 4, 1, 1)) == 64);
}

TEST_CASE("ssd refuses what no kernel takes", "[errors][gpu]") {
  gpu_ssd call;
  call.chunks = call.sequences = 1;
  CHECK_NOTHROW(check_ssd(call));
  for (const auto& change : std::initializer_list<void (*)(gpu_ssd&)>{
           [](gpu_ssd& c) { c.states = 257; }, [](gpu_ssd& c) { c.heads = 3, c.groups = 2; },
           [](gpu_ssd& c) { c.chunk_tokens = 96; }, [](gpu_ssd& c) { c.chunk_tokens = 320; },
           [](gpu_ssd& c) { c.head_channels = 0; }, [](gpu_ssd& c) { c.chunks = 0; }}) {
    gpu_ssd bad = call;
    change(bad);
    CHECK_THROWS_AS(check_ssd(bad), std::invalid_argument);
  }
}
