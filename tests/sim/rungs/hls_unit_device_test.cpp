#include <catch2/catch.hpp>

#include "hls/scan/scan_top.h"
#include "hls/units/conv1d_silu.h"
#include "hls/units/hadamard_fwht.h"
#include "hls/units/rms_norm.h"
#include "tests/sim/rungs/device_bench.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

using hls::parameter_target;
using test::bytes_of;
using test::device_bench;
using test::pick;
using test::random_values;
using test::size;
using test::tiles_of;
using test::u16;
using test::u64;

}  // namespace

TEST_CASE("hls_unit_device hls load and store move words and count bursts", "[unit][hls]") {
  for (const char* point : test::unit_points) {
    std::mt19937_64 random(11);
    device_bench bench(point);
    const int w = bench.word(), words = 150;
    const std::vector<uint8_t> data = test::random_bytes(size(words * w), random);
    bench.load(bench.point.scratch_words - 150, data);
    const uint64_t page = bench.place(size_t{3 * 4096});
    const uint64_t from = page + 4096 - 512;
    bench.add(hls::transfer_descriptor{
        .store = true, .words = u16(words), .scratch = u16(bench.point.scratch_words - 150), .dram = from});
    REQUIRE(bench.run() == csr::status_done);
    CHECK(bench.read(from, data.size()) == data);
    CHECK(bench.counter("scratch_read", "scratch_read_bits") == 8 * data.size());
    CHECK(bench.counter("scratch_write", "scratch_write_bits") == 8 * data.size());
    CHECK(bench.counter("dma", "dram_write_bytes") == data.size());
    CHECK(bench.counter("dma", "dram_read_bytes") == data.size() + bench.fetched_bytes());
    CHECK(bench.counter("dma", "buffer_read_bits") == 8 * data.size());
    // Pieces of 64, 64 and 22 words from 512 bytes before a page's end: the first crosses it; with words of
    // 32 bytes the third ends beyond the next page. One burst of 64 beats holds a piece.
    CHECK(bench.counter("dma", "write_bursts") == (w == 16 ? 4 : 5));
    CHECK(bench.counter("dma", "read_bursts") == 3 + 2);
  }
}

TEST_CASE("hls_unit_device hls chunked conv with state equals the whole, both ways", "[property][hls]") {
  const uint64_t seed = 77;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (const char* point : test::unit_points) {
    for (int i = 0; i < 12; ++i) {
      device_bench bench(point);
      const int w = bench.word(), tiles = pick(random, 1, 4), channels = tiles * w, width = 2 + i % 3;
      const int tokens = pick(random, 2, bench.point.chunk_tokens), cut = pick(random, 1, tokens - 1);
      const bool reverse = (i & 1) != 0, silu = (i & 2) != 0;
      const std::vector<int32_t> x = random_values(tokens * channels, 8, random);
      const std::vector<uint8_t> states = test::random_bytes(size(3 * channels), random);
      std::vector<uint8_t> rows = test::random_bytes(size(16 * channels), random);
      for (int c = 0; c < channels; ++c) {
        uint8_t* row = rows.data() + 16 * c;
        hls::store_signed(row + 4, pick(random, -20000, 20000), 4);
        row[8] = static_cast<uint8_t>(pick(random, 3, 9)),
        row[9] = static_cast<uint8_t>(pick(random, 12, 22));
      }
      constexpr int s_at = 1000, h_at = 1100, u_at = 2000;
      bench.load(0, tiles_of(x, channels, w, 1));
      bench.load(s_at, states);
      bench.params(parameter_target::conv, rows);
      // The first piece in processing order is [first, first + n).
      const auto piece = [&](int first, int n, int s, int h, int u) {
        bench.add(hls::conv_descriptor{.fence = true,
                                       .has_state = true,
                                       .store_state = true,
                                       .reverse = reverse,
                                       .tokens = u16(n),
                                       .tiles = u16(tiles),
                                       .width = static_cast<uint8_t>(width),
                                       .shift_out = 5,
                                       .silu = silu,
                                       .x = {u16(first), u16(tokens)},
                                       .u = {u16(u + first), u16(tokens)},
                                       .s = u16(s),
                                       .h = u16(h)});
      };
      const int second = u_at + tokens * tiles;
      piece(0, tokens, s_at, h_at, u_at);
      piece(reverse ? cut : 0, reverse ? tokens - cut : cut, s_at, h_at + 20, second);
      piece(reverse ? 0 : cut, reverse ? cut : tokens - cut, h_at + 20, h_at + 40, second);
      const uint64_t u = bench.store(u_at, 2 * tokens * tiles), h = bench.store(h_at, 60);
      REQUIRE(bench.run() == csr::status_done);
      const size_t u_bytes = size(tokens * channels), h_bytes = size(3 * channels);
      CAPTURE(point, i, tiles, width, tokens, cut, reverse, silu);
      CHECK(bench.read(u, u_bytes) == bench.read(u + u_bytes, u_bytes));
      CHECK(bench.read(h, h_bytes) == bench.read(h + size(40 * w), h_bytes));

      hls::unit_saturations sat;
      std::vector<int32_t> want(size(tokens * channels));
      for (int c = 0; c < channels; ++c) {
        const uint8_t* row = rows.data() + 16 * c;
        std::vector<int8_t> taps(size(width - 1));  // oldest first
        int8_t weight[4] = {};
        for (int age = 0; age < width; ++age) weight[width - 1 - age] = static_cast<int8_t>(row[age]);
        for (int age = 1; age < width; ++age)
          taps[size(width - 1 - age)] =
              static_cast<int8_t>(states[size(c / w * 3 * w + (age - 1) * w + c % w)]);
        for (int j = 0; j < tokens; ++j) {
          const int t = reverse ? tokens - 1 - j : j;
          taps.push_back(static_cast<int8_t>(x[size(t * channels + c)]));
          want[size(t * channels + c)] = hls::conv1d_silu(
              taps.data() + j, weight, width, hls::load_signed(row + 4, 4), {row[8], row[9]}, silu, 5, sat);
        }
      }
      CHECK(bench.read(u, u_bytes) == tiles_of(want, channels, w, 1));
      const uint64_t all = 2 * u_bytes, groups = 3 * u64(channels), taps = u64(width);
      CHECK(bench.counter("conv1d_silu", "saturations") == 2 * sat.conv);
      CHECK(bench.counter("conv1d_silu", "macs") == all * taps);
      CHECK(bench.counter("conv1d_silu", "silu_ops") == (silu ? all : 0));
      CHECK(bench.counter("conv1d_silu", "p_read_bits") == groups * (8 * taps + 43));
      CHECK(bench.counter("conv1d_silu", "p_memory_read_bits") == (all - groups) * (8 * taps + 43));
      CHECK(bench.counter("conv1d_silu", "s_read_bits") == groups * 8 * (taps - 1));
      CHECK(bench.counter("conv1d_silu", "h_write_bits") == groups * 8 * (taps - 1));
      CHECK(bench.counter("conv1d_silu", "state_memory_read_bits") == (all - groups) * 8 * (taps - 1));
      CHECK(bench.counter("conv1d_silu", "state_memory_write_bits") == (all - groups) * 8 * (taps - 1));
    }
  }
}

TEST_CASE("hls_unit_device hls norm equals rms_norm row by row", "[property][hls]") {
  const uint64_t seed = 99;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (const char* point : test::unit_points) {
    device_bench bench(point);
    for (int i = 0; i < 6; ++i) {
      const int w = bench.word(), tiles = pick(random, 1, 6), channels = tiles * w,
                tokens = pick(random, 1, 9);
      const std::vector<int32_t> x = random_values(tokens * channels, 16, random);
      const std::vector<int32_t> weight = random_values(channels, 12, random);
      bench.load(3, tiles_of(x, channels, w, 2));
      bench.params(parameter_target::norm, bytes_of(weight, 2));
      bench.add(hls::norm_descriptor{.fence = true,
                                     .tokens = u16(tokens),
                                     .tiles = u16(tiles),
                                     .shift = -13,
                                     .eps_sum = 12345,
                                     .x = {3, u16(2 * tokens)},
                                     .y = {2000, u16(tokens)}});
      const uint64_t y = bench.store(2000, tokens * tiles);
      REQUIRE(bench.run() == csr::status_done);
      std::vector<int16_t> rows(x.begin(), x.end()), w16(weight.begin(), weight.end());
      std::vector<int8_t> out(rows.size());
      hls::unit_saturations sat;
      for (int t = 0; t < tokens; ++t)
        hls::rms_norm(rows.data() + t * channels, w16.data(), channels, 12345, -13, out.data() + t * channels,
                      sat);
      const uint64_t values = out.size();
      CHECK(bench.read(y, values) == tiles_of({out.begin(), out.end()}, channels, w, 1));
      CHECK(bench.counter("rms_norm", "saturations") == sat.norm);
      CHECK(bench.counter("rms_norm", "macs") == values);
      CHECK(bench.counter("rms_norm", "rsqrt_ops") == u64(tokens));
      CHECK(bench.counter("rms_norm", "row_read_bits") == 16 * values);
      CHECK(bench.counter("rms_norm", "w_read_bits") == 16 * u64(channels));
      CHECK(bench.counter("rms_norm", "w_memory_read_bits") == 16 * (values - u64(channels)));
      CHECK(bench.counter("rms_norm", "y_write_bits") == 8 * values);
      CHECK(bench.counter("scratch_write", "scratch_write_bits") == 8 * (2 * values + values));
    }
  }
}

TEST_CASE("hls_unit_device hls hadamard equals hadamard_fwht row by row", "[property][hls]") {
  const uint64_t seed = 101;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  constexpr int orders[] = {1, 12, 20, 28, 40};
  for (const char* point : test::unit_points) {
    for (int i = 0; i < 10; ++i) {
      device_bench bench(point);
      const int code = i % 5, m = orders[code], log2_beats = m == 1 ? 1 + i % 3 : i % 2;
      const int w = bench.word(), tiles = (m << log2_beats) / 2, channels = tiles * w,
                tokens = pick(random, 1, 5);
      if (tiles > bench.point.channel_words) continue;
      const bool wide = i >= 5;
      const std::vector<int32_t> x = random_values(tokens * channels, 16, random);
      bench.load(0, tiles_of(x, channels, w, 2));
      bench.add(hls::hadamard_descriptor{.fence = true,
                                         .tokens = u16(tokens),
                                         .tiles = u16(tiles),
                                         .shift = 9,
                                         .log2_beats = static_cast<uint8_t>(log2_beats),
                                         .order = static_cast<uint8_t>(code),
                                         .wide = wide,
                                         .x = {0, u16(2 * tokens)},
                                         .y = {3000, u16((wide ? 2 : 1) * tokens)}});
      const uint64_t y = bench.store(3000, (wide ? 2 : 1) * tokens * tiles);
      REQUIRE(bench.run() == csr::status_done);
      const int log2 = log2_beats + (w == 16 ? 3 : 4);
      std::vector<int32_t> out(x.size());
      hls::unit_saturations sat;
      for (int t = 0; t < tokens; ++t)
        hls::hadamard_fwht(x.data() + t * channels, out.data() + t * channels, m, log2, 9, wide ? 16 : 8,
                           sat);
      CAPTURE(point, m, log2_beats, wide);
      CHECK(bench.read(y, out.size() * (wide ? 2 : 1)) == tiles_of(out, channels, w, wide ? 2 : 1));
      CHECK(bench.counter("hadamard_fwht", "saturations") == sat.hadamard);
      CHECK(bench.counter("hadamard_fwht", "add_ops") == out.size() * u64(log2 + m - 1));
      CHECK(bench.counter("hadamard_fwht", "row_read_bits") == (m > 1 ? out.size() * 16 * u64(m) : 0));
      uint64_t delay = 0;
      for (int j = 0; j < log2_beats; ++j)
        delay += out.size() * u64(std::min(22 + log2 - log2_beats + j + 1, 29));
      CHECK(bench.counter("hadamard_fwht", "delay_bits") == delay);
    }
  }
}

TEST_CASE("hls_unit_device hls hadamard with pass requantises rows of any number of tiles",
          "[property][hls]") {
  const uint64_t seed = 102;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (const char* point : test::unit_points) {
    for (const int tiles : {1, 3, 5, 7, 8}) {
      device_bench bench(point);
      const int w = bench.word(), channels = tiles * w, tokens = pick(random, 1, 5);
      const bool wide = tiles == 5;
      const std::vector<int32_t> x = random_values(tokens * channels, 16, random);
      bench.load(0, tiles_of(x, channels, w, 2));
      bench.add(hls::hadamard_descriptor{.fence = true,
                                         .tokens = u16(tokens),
                                         .tiles = u16(tiles),
                                         .shift = 8,
                                         .wide = wide,
                                         .pass = true,
                                         .x = {0, u16(2 * tokens)},
                                         .y = {3000, u16((wide ? 2 : 1) * tokens)}});
      const uint64_t y = bench.store(3000, (wide ? 2 : 1) * tokens * tiles);
      REQUIRE(bench.run() == csr::status_done);
      std::vector<int32_t> out = x;
      hls::unit_saturations sat;
      for (int32_t& value : out) value = hls::requantise(value, 8, wide ? 16 : 8, sat);
      CAPTURE(point, tiles, wide);
      CHECK(bench.read(y, out.size() * (wide ? 2 : 1)) == tiles_of(out, channels, w, wide ? 2 : 1));
      CHECK(bench.counter("hadamard_fwht", "saturations") == sat.requantise);
      CHECK(bench.counter("hadamard_fwht", "add_ops") == 0);
      CHECK(bench.counter("hadamard_fwht", "delay_bits") == 0);
      CHECK(bench.counter("hadamard_fwht", "x_read_bits") == 16 * out.size());
      CHECK(bench.counter("hadamard_fwht", "y_write_bits") == out.size() * (wide ? 16 : 8));
    }
  }
}

TEST_CASE("hls_unit_device hls programs that would wait for ever are tool errors", "[unit][hls]") {
  const auto fails = [](auto descriptor) {
    device_bench bench("block-tiny");
    bench.add(descriptor);
    CHECK_THROWS_AS(bench.run(), tool_error);
  };
  hls::gemm_descriptor gemm{
      .tokens = 1, .tiles = 1, .beats = 1, .n = 4, .x = {}, .y = {}, .r = {}, .k_words = 1, .x_tokens = 1};
  fails(gemm);  // no open slot
  gemm.load_x = true;
  fails(gemm);  // no weights
  fails(hls::norm_descriptor{.tokens = 1, .tiles = 1, .eps_sum = 1, .x = {}, .y = {}});
  fails(hls::conv_descriptor{.tokens = 1, .tiles = 1, .width = 2, .x = {}, .u = {}});
  fails(hls::transfer_descriptor{.words = 1, .dram = uint64_t{1} << 30});
  fails(hls::params_descriptor{.memory = parameter_target::gather, .beats = 17});
  fails(hls::params_descriptor{
      .memory = parameter_target::index, .beats = 5, .n = 1, .index_bits = 2, .rows = 1});
}

}  // namespace scansim
