#include <catch2/catch.hpp>

#include "hls/gemm/gemm_nm.h"
#include "hls/gemm/nm_format.h"
#include "hls/gemm/weight_w4.h"
#include "tests/sim/rungs/device_bench.h"

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

// An N:M weight matrix: values and positions, and the same with its zeros; or of 4 bits.
struct weights {
  int outputs, k, n, m;
  bool w4;
  std::vector<int8_t> values;       // [output][group][i]
  std::vector<uint8_t> positions;   // the same
  std::vector<int8_t> dense;        // [output][k], multiplied out
  std::vector<uint8_t> multiplier;  // [output][128 k]

  weights(int outputs_, int k_, int n_, int m_, bool w4_, std::mt19937_64& random)
      : outputs(outputs_), k(k_), n(n_), m(m_), w4(w4_), dense(size(outputs_ * k_), 0) {
    for (int i = 0; i < outputs * multipliers(); ++i)
      multiplier.push_back(static_cast<uint8_t>(pick(random, 1, 16)));
    for (int group = 0; group < outputs * k / m; ++group) {
      std::vector<uint8_t> all(size(m));
      for (int i = 0; i < m; ++i) all[size(i)] = static_cast<uint8_t>(i);
      std::shuffle(all.begin(), all.end(), random);
      std::sort(all.begin(), all.begin() + n);
      for (int i = 0; i < n; ++i) {
        values.push_back(static_cast<int8_t>(w4 ? pick(random, -8, 7) : pick(random, -128, 127)));
        positions.push_back(all[size(i)]);
        const int at = group * m + all[size(i)],
                  scale = multiplier[size(at / k * multipliers() + at % k / 128)];
        dense[size(at)] = static_cast<int8_t>(w4 ? values.back() * scale : values.back());
      }
    }
  }
  int groups() const { return k / m; }
  int multipliers() const { return (k + 127) / 128; }  // of an output

  // Rows of the weight memory: [tile][beat][lane][slot].
  std::vector<uint8_t> rows(int w, int depth, int beat_groups) const {
    std::vector<uint8_t> out;
    for (int row = 0; row < outputs / w * (groups() / beat_groups); ++row) {
      std::vector<uint8_t> bytes(size(w * depth), 0x55);  // unused slots carry anything
      const int beats = groups() / beat_groups;
      for (int lane = 0; lane < w; ++lane)
        for (int g = 0; g < beat_groups; ++g)
          for (int i = 0; i < n; ++i)
            bytes[size(lane * depth + i * beat_groups + g)] = static_cast<uint8_t>(
                values[at(row / beats * w + lane, row % beats * beat_groups + g) + size(i)]);
      out.insert(out.end(), bytes.begin(), bytes.end());
    }
    return out;
  }
  // The same rows of 4 bits, multipliers in front of every 128 k of a tile.
  std::vector<uint8_t> w4_beats(int w, int depth, int beat_groups) const {
    const std::vector<uint8_t> s8 = rows(w, depth, beat_groups);
    const int beats = groups() / beat_groups, group_rows = 128 / (m * beat_groups);
    std::vector<uint8_t> out;
    for (int row = 0; row < outputs / w * beats; ++row) {
      const int beat = row % beats;
      if (beat % group_rows == 0) {
        const size_t first = out.size();
        for (int lane = 0; lane < w; ++lane)
          out.push_back(multiplier[size((row / beats * w + lane) * multipliers() + beat / group_rows)]);
        hls::set_w4_rows(out.data() + first, std::min(group_rows, beats - beat));
      }
      for (int at = row * w * depth; at < (row + 1) * w * depth; at += 2)
        out.push_back(static_cast<uint8_t>((s8[size(at)] & 15) | (s8[size(at + 1)] & 15) << 4));
    }
    return out;
  }
  // The bit stream of the ranks, whole beats of w bytes.
  std::vector<uint8_t> index_stream(int w, int beat_groups) const {
    const int bits = hls::nm_index_bits(n, m), beats = groups() / beat_groups;
    std::vector<bool> stream;
    for (int row = 0; row < outputs / w * beats; ++row)
      for (int g = 0; g < beat_groups; ++g)
        for (int lane = 0; lane < w; ++lane) {
          const size_t first = at(row / beats * w + lane, row % beats * beat_groups + g);
          const uint32_t rank = hls::nm_rank(positions.data() + first, n);
          for (int b = 0; b < bits; ++b) stream.push_back((rank >> b & 1u) != 0);
        }
    const size_t beat_bits = size(8 * w);
    std::vector<uint8_t> out((stream.size() + beat_bits - 1) / beat_bits * size(w), 0);
    for (size_t b = 0; b < stream.size(); ++b)
      if (stream[b]) out[b / 8] = static_cast<uint8_t>(out[b / 8] | 1u << b % 8);
    return out;
  }

 private:
  size_t at(int output, int group) const { return size((output * groups() + group) * n); }
};

// What a gemm needs beside its weights, per output.
struct finishing {
  std::vector<int32_t> bias;
  std::vector<hls::gemm_channel> channels;

  finishing(int outputs, std::mt19937_64& random) {
    for (int i = 0; i < outputs; ++i) {
      bias.push_back(pick(random, -100000, 100000));
      channels.push_back(
          {static_cast<uint8_t>(pick(random, 6, 14)), static_cast<uint8_t>(pick(random, 18, 24))});
    }
  }
  std::vector<uint8_t> shifts() const {
    std::vector<uint8_t> out;
    for (const hls::gemm_channel& c : channels) out.push_back(c.shift);
    return out;
  }
  std::vector<uint8_t> bias_rows() const {
    std::vector<uint8_t> out;
    for (size_t i = 0; i < bias.size(); ++i) {
      const std::vector<uint8_t> value = bytes_of(std::vector<int32_t>{bias[i]});
      out.insert(out.end(), value.begin(), value.end());
      out.insert(out.end(), {channels[i].align, 0, 0, 0});
    }
    return out;
  }
};

// One gemm from scratch 0 to scratch 4096 of the bench, residual at 2048.
struct gemm_case {
  int tokens, x_tokens, tiles, k_words;
  hls::gemm_epilogue epilogue;
  bool has_bias, gather, scatter;
};

struct gemm_run {
  hls::gemm_descriptor d;
  std::vector<uint8_t> y, want;
  uint64_t saturations;
};

int row_bytes(const hls::gemm_epilogue& e) {
  using enum hls::gemm_epilogue_kind;
  return e.kind == raw ? 4 : e.kind == residual ? 2 : e.kind == none ? e.output_bits / 8 : 1;
}

constexpr int x_at = 5, r_at = 2048, y_at = 4096;

// Runs `m` on the bench and computes the same with dense weights by calls of hls.
gemm_run run_gemm_case(device_bench& bench, const gemm_case& c, const weights& m, std::mt19937_64& random) {
  const int w = bench.word(), k = c.k_words * w, outputs = c.tiles * w, depth = bench.point.gemm_depth;
  int groups = 1;
  while (2 * groups * m.n <= depth && 2 * groups * m.m <= w) groups *= 2;
  const std::vector<int32_t> x = random_values(c.x_tokens * k, 8, random);
  const std::vector<int32_t> r = random_values(c.tokens * outputs, 16, random);
  const finishing f(outputs, random);
  std::vector<uint8_t> source(size(c.tokens)), to(size(c.tokens));
  for (int t = 0; t < c.tokens; ++t) {
    source[size(t)] = static_cast<uint8_t>(c.gather ? pick(random, 0, c.x_tokens - 1) : t);
    to[size(t)] = static_cast<uint8_t>(c.scatter ? (t * 7 + 3) % (8 * c.tokens) : t);
  }
  const int v = row_bytes(c.epilogue), pitch = 8 * c.tokens * v;
  gemm_run run;
  run.d = {.fence = true,
           .load_x = true,
           .release_x = true,
           .gather = c.gather,
           .scatter = c.scatter,
           .tokens = u16(c.tokens),
           .tiles = u16(c.tiles),
           .beats = u16(m.groups() / groups),
           .n = static_cast<uint8_t>(m.n),
           .log2_m = static_cast<uint8_t>(m.m == 4   ? 0
                                          : m.m == 8 ? 1
                                                     : 2),
           .log2_groups = static_cast<uint8_t>(std::countr_zero(static_cast<unsigned>(groups))),
           .kind = static_cast<uint8_t>(c.epilogue.kind),
           .shift_out = c.epilogue.shift_out,
           .wide = c.epilogue.output_bits == 16,
           .has_bias = c.has_bias,
           .x = {u16(x_at), u16(c.x_tokens + 1)},
           .y = {u16(y_at), u16(pitch)},
           .r = {u16(r_at), u16(2 * c.tokens)},
           .k_words = u16(c.k_words),
           .x_tokens = u16(c.x_tokens),
           .y_step = u16(v)};
  // x with a pitch of one word more than its tokens.
  for (int tile = 0; tile < c.k_words; ++tile) {
    std::vector<int32_t> part;
    for (int t = 0; t < c.x_tokens; ++t)
      for (int i = 0; i < w; ++i) part.push_back(x[size(t * k + tile * w + i)]);
    bench.load(x_at + tile * (c.x_tokens + 1), bytes_of(part, 1));
  }
  bench.load(r_at, tiles_of(r, outputs, w, 2));
  if (m.w4) {
    const std::vector<uint8_t> beats = m.w4_beats(w, depth, groups);
    bench.add(hls::params_descriptor{.clear = true,
                                     .w4 = true,
                                     .memory = parameter_target::weights,
                                     .beats = u16(static_cast<int>(beats.size()) / w),
                                     .dram = bench.place(beats)});
  } else {
    bench.params(parameter_target::weights, m.rows(w, depth, groups));
  }
  if (m.n < m.m) {
    const std::vector<uint8_t> index = m.index_stream(w, groups);
    bench.add(hls::params_descriptor{.clear = true,
                                     .memory = parameter_target::index,
                                     .beats = u16(static_cast<int>(index.size()) / w),
                                     .n = run.d.n,
                                     .log2_m = run.d.log2_m,
                                     .log2_groups = run.d.log2_groups,
                                     .index_bits = static_cast<uint8_t>(hls::nm_index_bits(m.n, m.m)),
                                     .rows = u16(c.tiles * run.d.beats),
                                     .dram = bench.place(index)});
  }
  bench.params(parameter_target::shifts, f.shifts());
  bench.params(parameter_target::bias, f.bias_rows());
  bench.params(parameter_target::gather, source);
  bench.params(parameter_target::scatter, to);
  bench.add(run.d);
  const int words = (c.tiles - 1) * pitch + 8 * c.tokens * v;
  const uint64_t out = bench.store(y_at, words);
  REQUIRE(bench.run() == csr::status_done);
  const std::vector<uint8_t> y = bench.read(out, size(words * w));

  std::vector<int8_t> rows;
  for (const int32_t value : x) rows.push_back(static_cast<int8_t>(value));
  hls::unit_saturations sat;
  for (int tile = 0; tile < c.tiles; ++tile) {
    for (int t = 0; t < c.tokens; ++t) {
      std::vector<int32_t> values;
      for (int lane = 0; lane < w; ++lane) {
        const int o = tile * w + lane;
        const int32_t acc = hls::dot_dense(rows.data() + source[size(t)] * k, m.dense.data() + o * k, k);
        hls::gemm_channel channel = f.channels[size(o)];
        if (!c.has_bias) channel.align = 0;
        values.push_back(hls::gemm_finish(acc, c.has_bias ? f.bias[size(o)] : 0, channel, c.epilogue,
                                          r[size(t * outputs + o)], sat));
      }
      const std::vector<uint8_t> want = bytes_of(values, size(v));
      run.want.insert(run.want.end(), want.begin(), want.end());
      const auto got = y.begin() + (tile * pitch + v * to[size(t)]) * w;
      run.y.insert(run.y.end(), got, got + v * w);
    }
  }
  run.saturations = sat.requantise;
  return run;
}

void check_gemm_counters(device_bench& bench, const gemm_run& run, bool w4) {
  const hls::gemm_descriptor& d = run.d;
  const uint64_t w = u64(bench.word()), outputs = uint64_t{d.tokens} * d.tiles, beats = outputs * d.beats;
  const uint64_t m = uint64_t{4} << d.log2_m, groups = uint64_t{1} << d.log2_groups;
  const uint64_t position = d.n == m ? 0 : u64(d.log2_m) + 2;
  const bool residual = d.kind == 2;
  const uint64_t v = run.y.size() / (outputs * w);
  CHECK(bench.counter("gemm_nm", "macs") == beats * w * d.n * groups);
  CHECK(bench.counter("gemm_nm", "mac_slots") == beats * w * u64(bench.point.gemm_depth));
  CHECK(bench.counter("gemm_nm", "outputs") == outputs * w);
  CHECK(bench.counter("gemm_nm", "silu_ops") == (d.kind == 1 ? outputs * w : 0));
  CHECK(bench.counter("gemm_nm", "x_read_bits") == beats * 8 * groups * m);
  CHECK(bench.counter("gemm_nm", "w_read_bits") == beats * w * d.n * groups * (8 + position));
  CHECK(bench.counter("gemm_nm", "p_read_bits") == d.tiles * w * 43);
  CHECK(bench.counter("gemm_nm", "r_read_bits") == (residual ? outputs * w * 16 : 0));
  CHECK(bench.counter("gemm_nm", "y_write_bits") == outputs * w * 8 * v);
  CHECK(bench.counter("gemm_nm", "saturations") == run.saturations);
  CHECK(bench.counter("weight_load", "expansions") ==
        (w4 ? uint64_t{d.tiles} * d.beats * w * u64(bench.point.gemm_depth) : 0));
  const uint64_t ranks = d.n == m ? 0 : uint64_t{d.tiles} * d.beats * groups * w;
  CHECK(bench.counter("index_unrank", "unranks") == ranks);
  CHECK(bench.counter("index_unrank", "index_bits") ==
        ranks * u64(hls::nm_index_bits(d.n, static_cast<int>(m))));
}

}  // namespace

TEST_CASE("hls_unit_device hls gemm of every kind equals the dense product by hls calls", "[property][hls]") {
  const uint64_t seed = 2024;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  using enum hls::gemm_epilogue_kind;
  const hls::gemm_epilogue epilogues[] = {
      {none, 8, 0}, {none, 16, 0}, {silu, 8, 5}, {residual, 8, 0}, {raw, 8, 0}};
  constexpr int patterns[][2] = {{4, 4}, {1, 4}, {2, 4}, {2, 8}, {4, 8}, {3, 8}, {4, 16}, {1, 16}};
  for (int bench_number = 0; bench_number < 4; ++bench_number) {
    const char* point = test::unit_points[bench_number % 2];
    const bool w4 = bench_number >= 2;
    device_bench bench(point);
    for (int i = 0; i < (w4 ? 24 : 40); ++i) {
      const int* pattern = patterns[i % 8];
      const gemm_case c{
          pick(random, 1, 9), pick(random, 9, 12),        pick(random, 1, 3), pick(random, 1, w4 ? 9 : 3),
          epilogues[i % 5],   (i & 1) != 0 || i % 5 == 2, (i & 2) != 0,       (i & 4) != 0};
      const weights m(c.tiles * bench.word(), c.k_words * bench.word(), pattern[0], pattern[1], w4, random);
      CAPTURE(point, w4, i, pattern[0], pattern[1], c.tokens, c.tiles, c.k_words);
      const gemm_run run = run_gemm_case(bench, c, m, random);
      CHECK(run.y == run.want);
      check_gemm_counters(bench, run, w4);
      const uint64_t v = u64(row_bytes(c.epilogue));
      const uint64_t read = u64(c.x_tokens * c.k_words) +
                            (c.epilogue.kind == residual ? u64(2 * c.tokens * c.tiles) : 0) +
                            u64((c.tiles - 1) * 8 * c.tokens + 8 * c.tokens) * v;  // x, r and the store
      CHECK(bench.counter("scratch_read", "scratch_read_bits") == read * 8 * u64(bench.word()));
    }
  }
}

TEST_CASE("hls_unit_device hls the input slot stays until a gemm releases it", "[unit][hls]") {
  std::mt19937_64 random(12);
  device_bench bench("block-tiny");
  const size_t w = 16;
  bench.load(0, test::random_bytes(2 * w, random));
  bench.load(100, test::random_bytes(2 * w, random));
  bench.params(parameter_target::weights, test::random_bytes(4 * w * 4, random));
  bench.params(parameter_target::shifts, std::vector<uint8_t>(w, 6));
  hls::gemm_descriptor d{.load_x = true,
                         .tokens = 2,
                         .tiles = 1,
                         .beats = 4,
                         .n = 4,
                         .x = {0, 2},
                         .y = {200, 2},
                         .r = {},
                         .k_words = 1,
                         .x_tokens = 2};
  bench.add(d);
  d.load_x = false, d.release_x = true, d.y.address = 202;
  bench.add(d);
  d.load_x = true, d.x.address = 100, d.y.address = 204;
  bench.add(d);
  const uint64_t y = bench.store(200, 6);
  REQUIRE(bench.run() == csr::status_done);
  CHECK(bench.read(y, 2 * w) == bench.read(y + 2 * w, 2 * w));
  CHECK(bench.read(y, 2 * w) != bench.read(y + 4 * w, 2 * w));
  // Three descriptors of work, x twice.
  CHECK(bench.counter("scratch_read", "scratch_read_bits") == 8 * w * (2 + 2 + 6));
}

}  // namespace scansim
