// units: values of the units but the gemm through the scratch memory against hls, with late operands
// and in every order of processes.
#include "hls/units/conv1d_silu.h"
#include "hls/units/hadamard_fwht.h"
#include "hls/units/rms_norm.h"
#include "tests/sim/top/units_values.h"

namespace scansim::test {

using hls::parameter_target;

TEST_CASE("units systemc conv equals hls, with state in and out, forwards and backwards",
          "[block][systemc]") {
  constexpr int tiles = 3, tokens = 7, width = 4, shift_out = 2;
  constexpr int conv_x_at = 0, s_at = 200, u_at = 300, h_at = 400;
  for (const bool reverse : {false, true}) {
    const uint64_t seed = 7200;
    INFO("seed " << seed << ", reverse " << reverse);
    generator random(seed);
    const byte_vector x = random_bytes(tiles * tokens * word, random);
    const byte_vector s = random_bytes(tiles * 3 * word, random);
    byte_vector p;
    for (int channel = 0; channel < tiles * word; ++channel) {
      append(p, static_cast<uint32_t>(random()));
      append(p, static_cast<int32_t>(random() % 2001) - 1000);
      append(p, static_cast<uint16_t>(5 | (random() % 16) << 8));  // shift, align
      p.resize(p.size() + 6);
    }
    const stream_trace trace = run_in_every_order([&] {
      units_bench bench(tiny_point());
      bench.parameters(parameter_target::conv, p, tiles, 100);
      bench.load(conv_x_at, x);
      bench.load(s_at, s);
      bench.command(conv_command{tiles, tokens, width, shift_out, true, true, true},
                    parameter_rows{0, tiles});
      bench.read(scratch_target::conv_s, in_mode(region(s_at, 3 * tiles, 1), scratch_mode::triple), true);
      const int first = reverse ? tokens - 1 : 0, step = reverse ? -1 : 1;
      bench.read(scratch_target::conv_x, region(conv_x_at + first, tiles, tokens, tokens, step));
      bench.write(scratch_source::conv_u, region(u_at + first, tiles, tokens, tokens, step));
      bench.write(scratch_source::conv_h, in_mode(region(h_at, 3 * tiles, 1), scratch_mode::triple));
      bench.store(u_at, tiles * tokens);
      bench.store(h_at, tiles * 3);
      return bench.run();
    });
    const byte_vector found = stored_bytes(trace);
    int different = 0;
    for (int channel = 0; channel < tiles * word; ++channel) {
      const int tile = channel / word, lane = channel % word;
      int8_t state[3], w[width], line[tokens], u[tokens];
      for (int a = 0; a < 3; ++a) state[2 - a] = s8(s, (3 * tile + a) * word + lane);
      for (int a = 0; a < width; ++a) w[width - 1 - a] = s8(p, channel * 16 + a);
      const auto at = [&](int t) { return (tile * tokens + (reverse ? tokens - 1 - t : t)) * word + lane; };
      for (int t = 0; t < tokens; ++t) line[t] = s8(x, at(t));
      hls::unit_saturations sat;
      hls::conv1d_silu_channel(
          line, tokens, 1, w, width, value_at<int32_t>(p, channel * 4 + 1),
          {p[static_cast<size_t>(channel * 16 + 8)], p[static_cast<size_t>(channel * 16 + 9)]}, true,
          shift_out, state, u, sat);
      for (int t = 0; t < tokens; ++t) different += s8(found, at(t)) != u[t];
      for (int a = 0; a < 3; ++a)
        different += s8(found, (piece_words + 3 * tile + a) * word + lane) != state[2 - a];
    }
    CHECK(different == 0);
  }
}

// s16 of 2 words per (tile, token), pitch 2 tokens.
constexpr int rows_tiles = 4, rows_tokens = 6, rows_pitch = 2 * rows_tokens, rows_out = 500;
int row_value_at(int token, int channel) {
  return channel / word * rows_pitch * half + token * word + channel % word;
}
scratch_job row_words(int address) { return region(address, 2, 1, rows_tiles, rows_pitch, rows_tokens, 2); }
scratch_job row_pairs(int address) {
  return in_mode(region(address, rows_tiles, rows_tokens, rows_tokens, 1), scratch_mode::pair);
}

TEST_CASE("units systemc norm equals hls: rows of s16 in, words of bytes out", "[block][systemc]") {
  constexpr int channels = rows_tiles * word, shift = 6;
  const uint64_t seed = 7300;
  INFO("seed " << seed);
  generator random(seed);
  byte_vector x, w;
  for (int i = 0; i < rows_tokens * channels; ++i) append(x, static_cast<int16_t>(random() % 4001 - 2000));
  for (int i = 0; i < channels; ++i) append(w, static_cast<int16_t>(random() % 8001 - 4000));
  const byte_vector found = stored_bytes(run_in_every_order([&] {
    units_bench bench(tiny_point());
    bench.parameters(parameter_target::norm, w, 2 * rows_tiles, 50);
    bench.load(0, x);
    bench.command(norm_command{rows_tokens, 2 * rows_tiles, 1000, shift}, parameter_rows{0, 2 * rows_tiles});
    bench.read(scratch_target::norm_x, row_words(0), true);
    bench.write(scratch_source::norm, row_pairs(rows_out));
    bench.store(rows_out, rows_tiles * rows_tokens);
    return bench.run();
  }));
  int different = 0;
  for (int token = 0; token < rows_tokens; ++token) {
    int16_t row[channels], weight[channels];
    int8_t y[channels];
    for (int i = 0; i < channels; ++i) {
      row[i] = value_at<int16_t>(x, row_value_at(token, i));
      weight[i] = value_at<int16_t>(w, i);
    }
    hls::unit_saturations sat;
    hls::rms_norm(row, weight, channels, 1000, shift, y, sat);
    for (int i = 0; i < channels; ++i)
      different += s8(found, (i / word * rows_tokens + token) * word + i % word) != y[i];
  }
  CHECK(different == 0);
}

TEST_CASE("units systemc hadamard equals hls, results of 8 and 16 bits", "[block][systemc]") {
  constexpr int channels = rows_tiles * word, shift = 5;
  const uint64_t seed = 7400;
  INFO("seed " << seed);
  generator random(seed);
  byte_vector x;
  for (int i = 0; i < rows_tokens * channels; ++i) append(x, static_cast<int16_t>(random() % 1001 - 500));
  for (const bool wide : {false, true}) {
    const byte_vector found = stored_bytes(run_in_every_order([&] {
      units_bench bench(tiny_point());
      bench.load(0, x);
      bench.command(bench.channels.hadamard,
                    hadamard_command{rows_tokens, 1, 3, shift, wide ? 16 : 8, false});
      bench.read(scratch_target::hadamard_x, row_words(0), true);
      bench.write(scratch_source::hadamard, wide ? row_words(rows_out) : row_pairs(rows_out));
      bench.store(rows_out, rows_tiles * rows_tokens * (wide ? 2 : 1));
      return bench.run();
    }));
    int different = 0;
    for (int token = 0; token < rows_tokens; ++token) {
      int32_t row[channels];
      for (int i = 0; i < channels; ++i) row[i] = value_at<int16_t>(x, row_value_at(token, i));
      hls::unit_saturations sat;
      hls::hadamard_fwht(row, row, 1, 6, shift, wide ? 16 : 8, sat);
      for (int i = 0; i < channels; ++i)
        different += (wide ? value_at<int16_t>(found, row_value_at(token, i))
                           : s8(found, (i / word * rows_tokens + token) * word + i % word)) != row[i];
    }
    CHECK(different == 0);
  }
}

TEST_CASE("units systemc hands B and C over as halves of a shared tile, y back to the scratch",
          "[block][systemc]") {
  constexpr int tokens = 5;
  generator random(7500);
  const byte_vector shared = random_bytes(tokens * word, random), y = random_bytes(4 * word, random);
  const stream_trace trace = run_in_every_order([&] {
    units_bench bench(tiny_point());
    bench.load(20, shared);
    bench.read(scratch_target::b, in_mode(region(20, tokens, 1), scratch_mode::half_low), true);
    bench.read(scratch_target::c, in_mode(region(20, tokens, 1), scratch_mode::half_high));
    bench.write(scratch_source::scan_y, region(40, 4, 1));
    bench.store(40, 4);
    bench.scan = [&] {
      std::memcpy(bench.y.bytes(), y.data(), y.size());
      bench.y.complete(static_cast<int64_t>(y.size()), 33);
      bench.note(bench.b.open().bytes(), (tokens + 1) / 2 * word);
      bench.note(bench.c.open().bytes(), (tokens + 1) / 2 * word);
      bench.note(bench.y.place_time());
    };
    return bench.run();
  });
  byte_vector b((tokens + 1) / 2 * word), c(b.size());
  for (size_t token = 0; token < tokens; ++token) {
    std::memcpy(b.data() + token * half, shared.data() + token * word, half);
    std::memcpy(c.data() + token * half, shared.data() + token * word + half, half);
  }
  CHECK(trace.outputs.at(1).entries.at(0) == words_of(b.data(), static_cast<int64_t>(b.size())));
  CHECK(trace.outputs.at(1).entries.at(1) == words_of(c.data(), static_cast<int64_t>(c.size())));
  byte_vector stored = stored_bytes(trace);
  stored.resize(y.size());
  CHECK(stored == y);
  CHECK(trace.outputs.at(0).seen.at(0) == 33 + 3 + 1 + 1 + 3 + 2);  // steps 33..36, landing 37, issues 38..41
}

TEST_CASE("units systemc reports a job that waits for more than its unit sends", "[block][systemc]") {
  CHECK_THROWS_WITH(forked_trace([] {
                      units_bench bench(tiny_point());
                      bench.write(scratch_source::conv_u, region(0, 1, 1));
                      return bench.run();
                    }),
                    Catch::Contains("waits for more than its unit sends"));
  CHECK_THROWS_WITH(forked_trace([] {
                      units_bench bench(tiny_point());
                      bench.command(conv_command{1, 1, 2, 0, false, false, false}, parameter_rows{0, 1});
                      return bench.run();
                    }),
                    Catch::Contains("hangs: conv_feed conv1d_silu"));
}

}  // namespace scansim::test
