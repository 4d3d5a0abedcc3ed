// block_units: values of every unit through the scratch memory against hls, with late operands and in every
// order of processes.
#include <catch2/catch.hpp>
#include <cstring>

#include "hls/block/conv1d_silu.h"
#include "hls/block/hadamard_fwht.h"
#include "hls/block/rms_norm.h"
#include "hls/gemm/nm_format.h"
#include "tests/sim/block_bench.h"

namespace scansim::test {
namespace {

using hls::parameter_target;
using generator = std::mt19937_64;

constexpr int word = 16, half = 8;  // of the point below

design_point tiny_point() { return load_design_point("block-tiny", SCANSIM_SOURCE_DIR "/models/configs"); }

byte_vector random_bytes(size_t size, generator& random) {
  byte_vector bytes(size);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
  return bytes;
}
int8_t s8(const byte_vector& bytes, int at) { return static_cast<int8_t>(bytes.at(static_cast<size_t>(at))); }
template <class T>
T value_at(const byte_vector& bytes, int at) {
  T value;
  std::memcpy(&value, bytes.data() + at * static_cast<int>(sizeof value), sizeof value);
  return value;
}
template <class T>
void append(byte_vector& bytes, T value) {
  const auto* first = reinterpret_cast<const uint8_t*>(&value);
  bytes.insert(bytes.end(), first, first + sizeof value);
}
// The trace must not depend on the order of processes.
stream_trace run_in_every_order(const std::function<stream_trace()>& body) {
  const stream_trace trace = forked_trace(body);
  for (uint64_t seed : {11, 12, 13}) {
    const stream_trace other = forked_trace([&] {
      schedule_noise::seed(seed);
      return body();
    });
    REQUIRE(other.outputs.at(0).seen == trace.outputs.at(0).seen);
    REQUIRE(other.outputs.at(0).entries == trace.outputs.at(0).entries);
    REQUIRE(other.counters == trace.counters);
  }
  return trace;
}
scratch_job region(int address, int n0, int s0, int n1 = 1, int s1 = 0, int n2 = 1, int s2 = 0) {
  return {.base = static_cast<uint16_t>(address), .n0 = n0, .s0 = s0, .n1 = n1, .s1 = s1, .n2 = n2, .s2 = s2};
}
scratch_job in_mode(scratch_job job, scratch_mode mode) {
  job.mode = mode;
  return job;
}

// One gemm with its operands; slot order in the memories.
struct gemm_case {
  int tokens = 5, tiles = 2, k = 32, n = 4, m = 4, groups = 1;
  hls::gemm_epilogue_kind kind = hls::gemm_epilogue_kind::none;
  bool wide = false, has_bias = true, move_tokens = false;  // gather and scatter
  byte_vector x, r, weights, positions, shifts, bias, gather, scatter, ranks;

  int beats() const { return k / (groups * m); }
  int depth() const { return 4; }
  int rows() const { return tiles * beats(); }
  // Bytes of a value that leaves.
  int bytes() const {
    if (kind == hls::gemm_epilogue_kind::raw) return 4;
    return kind == hls::gemm_epilogue_kind::residual || wide ? 2 : 1;
  }
  int32_t output(int tile, int token, int lane) const;
};

void fill(gemm_case& g, generator& random) {
  const auto bytes = [&](int count) { return random_bytes(static_cast<size_t>(count), random); };
  g.x = bytes(g.k * g.tokens);  // k word, token
  g.r = bytes(g.tiles * g.tokens * word * 2);
  g.weights = bytes(g.rows() * word * g.depth());
  g.positions.assign(g.weights.size(), 0);
  for (int i = 0; i < g.tiles * word; ++i) {
    g.shifts.push_back(static_cast<uint8_t>(random() % 12));
    append(g.bias, static_cast<int32_t>(random() % 200001) - 100000);
    append(g.bias, static_cast<uint32_t>(random() % 24));  // align, zeros
  }
  for (int i = 0; i < g.tokens; ++i) g.scatter.push_back(static_cast<uint8_t>(g.tokens - 1 - i));
  for (int i = 0; i < g.tokens; ++i) g.gather.push_back(static_cast<uint8_t>((i * 2) % g.tokens));
  if (g.n == g.m) return;
  const int bits = hls::nm_index_bits(g.n, g.m);
  int at = 0;
  for (int row = 0; row < g.rows(); ++row)
    for (int group = 0; group < g.groups; ++group)
      for (int lane = 0; lane < word; ++lane) {
        const auto rank = static_cast<uint32_t>(random() % hls::binomial(g.m, g.n));
        uint8_t p[hls::max_nm_group] = {};
        hls::nm_unrank(rank, g.n, g.m, p);
        for (int i = 0; i < g.n; ++i)
          g.positions[static_cast<size_t>((row * word + lane) * g.depth() + i * g.groups + group)] = p[i];
        for (int bit = 0; bit < bits; ++bit, ++at) {
          if (at % (8 * word) == 0) g.ranks.resize(g.ranks.size() + word);
          g.ranks[static_cast<size_t>(at / 8)] |= static_cast<uint8_t>((rank >> bit & 1) << (at % 8));
        }
      }
}

// The definition: slot s takes x[g M + position] of group g = s mod Gb.
int32_t gemm_case::output(int tile, int token, int lane) const {
  int32_t acc = 0;
  for (int beat = 0; beat < beats(); ++beat)
    for (int slot = 0; slot < n * groups; ++slot) {
      const int group = slot % groups, i = slot / groups;
      const int at = ((tile * beats() + beat) * word + lane) * depth() + slot;
      const int position = n == m ? i : positions[static_cast<size_t>(at)];
      const int channel = (beat * groups + group) * m + position;
      acc += s8(x, (channel / word * tokens + token) * word + channel % word) * s8(weights, at);
    }
  const int channel = tile * word + lane;
  hls::block_saturations sat;
  const int row = (tile * tokens + token) * word + lane;
  return hls::gemm_finish(acc, has_bias ? value_at<int32_t>(bias, 2 * channel) : 0,
                          {shifts[static_cast<size_t>(channel)],
                           static_cast<uint8_t>(has_bias ? bias[static_cast<size_t>(8 * channel + 4)] : 0)},
                          {kind, static_cast<uint8_t>(wide ? 16 : 8), 3}, value_at<int16_t>(r, row), sat);
}

constexpr int x_at = 100, r_at = 400, y_at = 800;

// Residuals lie in rows of two words per token, so r's index above is that of the scratch.
stream_trace run_gemm(const gemm_case& g, bool split_x) {
  block_bench bench(tiny_point());
  bench.parameters(parameter_target::weights, g.weights, g.rows(), 60);
  bench.parameters(parameter_target::shifts, g.shifts, g.tiles, 30);
  bench.parameters(parameter_target::bias, g.bias, g.tiles, 90);
  bench.parameters(parameter_target::gather, g.gather, g.tokens, 70);
  bench.parameters(parameter_target::scatter, g.scatter, g.tokens, 140);
  bench.load(x_at, g.x, 5);
  bench.load(r_at, g.r);
  if (g.n < g.m) {
    bench.command(
        bench.channels.index,
        hls::params_descriptor{.memory = parameter_target::index,
                               .n = static_cast<uint8_t>(g.n),
                               .log2_m = static_cast<uint8_t>(std::countr_zero(unsigned(g.m)) - 2),
                               .log2_groups = static_cast<uint8_t>(std::countr_zero(unsigned(g.groups))),
                               .index_bits = static_cast<uint8_t>(hls::nm_index_bits(g.n, g.m)),
                               .rows = static_cast<uint16_t>(g.rows())});
    bench.index_bits(g.ranks, 20);
  }
  hls::gemm_descriptor d;
  d.load_x = true;
  d.gather = d.scatter = g.move_tokens;
  d.tokens = d.x_tokens = static_cast<uint16_t>(g.tokens);
  d.beats = static_cast<uint16_t>(g.beats());
  d.n = static_cast<uint8_t>(g.n);
  d.log2_m = static_cast<uint8_t>(std::countr_zero(unsigned(g.m)) - 2);
  d.log2_groups = static_cast<uint8_t>(std::countr_zero(unsigned(g.groups)));
  d.kind = static_cast<uint8_t>(g.kind);
  d.shift_out = 3;
  d.wide = g.wide;
  d.has_bias = g.has_bias;
  d.k_words = static_cast<uint16_t>(g.k / word);
  // One command for all tiles, or one per tile on the same x.
  const int commands = split_x ? g.tiles : 1, tiles = g.tiles / commands, v = g.bytes();
  const scratch_mode mode = v == 4   ? scratch_mode::quad
                            : v == 2 ? scratch_mode::double_
                                     : scratch_mode::single;
  for (int i = 0; i < commands; ++i) {
    d.tiles = static_cast<uint16_t>(tiles);
    d.load_x = i == 0;
    d.release_x = i + 1 == commands;
    d.w_row = d.pos_row = static_cast<uint16_t>(i * tiles * g.beats());
    d.shift_row = d.bias_row = static_cast<uint16_t>(i * tiles);
    bench.command(bench.channels.gemm, d);
    if (d.load_x) bench.read(scratch_target::gemm_x, region(x_at, g.tokens, 1, g.k / word, g.tokens), true);
    if (g.kind == hls::gemm_epilogue_kind::residual)
      bench.read(scratch_target::gemm_r,
                 in_mode(region(r_at + i * tiles * 2 * g.tokens, 2 * g.tokens, 1, tiles, 2 * g.tokens),
                         scratch_mode::double_));
    scratch_job out =
        in_mode(region(y_at + i * tiles * v * g.tokens, v * g.tokens, 1, tiles, v * g.tokens), mode);
    out.scatter = g.move_tokens;
    bench.write(scratch_source::gemm, out);
  }
  bench.store(y_at, v * g.tokens * g.tiles);
  return bench.run();
}

void check_gemm(gemm_case g, bool split_x = false) {
  const uint64_t seed = 7100 + static_cast<uint64_t>(g.kind) * 10 + static_cast<uint64_t>(g.n);
  INFO("seed " << seed << ", kind " << static_cast<int>(g.kind) << ", " << g.n << ":" << g.m);
  generator random(seed);
  fill(g, random);
  const byte_vector y = stored_bytes(run_in_every_order([&] { return run_gemm(g, split_x); }));
  const int v = g.bytes();
  int different = 0;
  for (int tile = 0; tile < g.tiles; ++tile)
    for (int token = 0; token < g.tokens; ++token)
      for (int lane = 0; lane < word; ++lane) {
        const int from = g.move_tokens ? g.gather[static_cast<size_t>(token)] : token;
        const int to = g.move_tokens ? g.scatter[static_cast<size_t>(token)] : token;
        const int at = (tile * g.tokens + to) * word + lane;
        const int32_t expected = g.output(tile, from, lane);
        const int32_t found = v == 4   ? value_at<int32_t>(y, at)
                              : v == 2 ? value_at<int16_t>(y, at)
                                       : value_at<int8_t>(y, at);
        different += found != expected;
      }
  CHECK(different == 0);
}

}  // namespace

TEST_CASE("block_units systemc gemm equals hls, dense: every epilogue and width of a result",
          "[block][systemc]") {
  using kind = hls::gemm_epilogue_kind;
  check_gemm({});
  check_gemm({.wide = true}, true);
  check_gemm({.has_bias = false});
  check_gemm({.kind = kind::silu}, true);
  check_gemm({.kind = kind::residual});
  check_gemm({.kind = kind::raw});
}

TEST_CASE("block_units systemc gemm equals hls, N:M through index_load, gathered and scattered",
          "[block][systemc]") {
  using kind = hls::gemm_epilogue_kind;
  check_gemm({.n = 2, .m = 4, .groups = 2, .wide = true});
  check_gemm({.k = 64, .n = 2, .m = 8, .groups = 2, .kind = kind::silu}, true);
  check_gemm({.n = 1, .m = 4, .groups = 4, .kind = kind::none, .move_tokens = true});
  check_gemm({.n = 3, .m = 16, .groups = 1, .kind = kind::none, .wide = true, .move_tokens = true});
  check_gemm({.n = 2, .m = 4, .groups = 2, .kind = kind::raw, .move_tokens = true}, true);
}

TEST_CASE("block_units systemc conv equals hls, with state in and out, forwards and backwards",
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
      block_bench bench(tiny_point());
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
      hls::block_saturations sat;
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

TEST_CASE("block_units systemc norm equals hls: rows of s16 in, words of bytes out", "[block][systemc]") {
  constexpr int channels = rows_tiles * word, shift = 6;
  const uint64_t seed = 7300;
  INFO("seed " << seed);
  generator random(seed);
  byte_vector x, w;
  for (int i = 0; i < rows_tokens * channels; ++i) append(x, static_cast<int16_t>(random() % 4001 - 2000));
  for (int i = 0; i < channels; ++i) append(w, static_cast<int16_t>(random() % 8001 - 4000));
  const byte_vector found = stored_bytes(run_in_every_order([&] {
    block_bench bench(tiny_point());
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
    hls::block_saturations sat;
    hls::rms_norm(row, weight, channels, 1000, shift, y, sat);
    for (int i = 0; i < channels; ++i)
      different += s8(found, (i / word * rows_tokens + token) * word + i % word) != y[i];
  }
  CHECK(different == 0);
}

TEST_CASE("block_units systemc hadamard equals hls, results of 8 and 16 bits", "[block][systemc]") {
  constexpr int channels = rows_tiles * word, shift = 5;
  const uint64_t seed = 7400;
  INFO("seed " << seed);
  generator random(seed);
  byte_vector x;
  for (int i = 0; i < rows_tokens * channels; ++i) append(x, static_cast<int16_t>(random() % 1001 - 500));
  for (const bool wide : {false, true}) {
    const byte_vector found = stored_bytes(run_in_every_order([&] {
      block_bench bench(tiny_point());
      bench.load(0, x);
      bench.command(bench.channels.hadamard, hadamard_command{rows_tokens, 1, 3, shift, wide ? 16 : 8});
      bench.read(scratch_target::hadamard_x, row_words(0), true);
      bench.write(scratch_source::hadamard, wide ? row_words(rows_out) : row_pairs(rows_out));
      bench.store(rows_out, rows_tiles * rows_tokens * (wide ? 2 : 1));
      return bench.run();
    }));
    int different = 0;
    for (int token = 0; token < rows_tokens; ++token) {
      int32_t row[channels];
      for (int i = 0; i < channels; ++i) row[i] = value_at<int16_t>(x, row_value_at(token, i));
      hls::block_saturations sat;
      hls::hadamard_fwht(row, row, 1, 6, shift, wide ? 16 : 8, sat);
      for (int i = 0; i < channels; ++i)
        different += (wide ? value_at<int16_t>(found, row_value_at(token, i))
                           : s8(found, (i / word * rows_tokens + token) * word + i % word)) != row[i];
    }
    CHECK(different == 0);
  }
}

TEST_CASE("block_units systemc hands B and C over as halves of a shared tile, y back to the scratch",
          "[block][systemc]") {
  constexpr int tokens = 5;
  generator random(7500);
  const byte_vector shared = random_bytes(tokens * word, random), y = random_bytes(4 * word, random);
  const stream_trace trace = run_in_every_order([&] {
    block_bench bench(tiny_point());
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

TEST_CASE("block_units systemc reports a job that waits for more than its unit sends", "[block][systemc]") {
  CHECK_THROWS_WITH(forked_trace([] {
                      block_bench bench(tiny_point());
                      bench.write(scratch_source::conv_u, region(0, 1, 1));
                      return bench.run();
                    }),
                    Catch::Contains("waits for more than its unit sends"));
  CHECK_THROWS_WITH(forked_trace([] {
                      block_bench bench(tiny_point());
                      bench.command(conv_command{1, 1, 2, 0, false, false, false}, parameter_rows{0, 1});
                      return bench.run();
                    }),
                    Catch::Contains("hangs: conv_feed conv1d_silu"));
}

}  // namespace scansim::test
