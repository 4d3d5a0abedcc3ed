// units: gemm from scratch words, memories and index bits to scratch words, against the definition and
// hls.
#include <bit>

#include "hls/gemm/nm_format.h"
#include "tests/sim/top/units_values.h"

namespace scansim::test {
namespace {

using hls::parameter_target;

// One gemm with its operands; slot order in the memories.
struct gemm_case {
  int tokens = 5, tiles = 2, k = 32, n = 4, m = 4, groups = 1;
  hls::gemm_epilogue_kind kind = hls::gemm_epilogue_kind::none;
  bool wide = false, has_bias = true, move_tokens = false;  // gather and scatter
  byte_vector x{}, r{}, weights{}, positions{}, shifts{}, bias{}, gather{}, scatter{}, ranks{};

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
  hls::unit_saturations sat;
  const int row = (tile * tokens + token) * word + lane;
  return hls::gemm_finish(acc, has_bias ? value_at<int32_t>(bias, 2 * channel) : 0,
                          {shifts[static_cast<size_t>(channel)],
                           static_cast<uint8_t>(has_bias ? bias[static_cast<size_t>(8 * channel + 4)] : 0)},
                          {kind, static_cast<uint8_t>(wide ? 16 : 8), 3}, value_at<int16_t>(r, row), sat);
}

constexpr int x_at = 100, r_at = 400, y_at = 800;

// Residuals lie in rows of two words per token, so r's index above is that of the scratch.
stream_trace run_gemm(const gemm_case& g, bool split_x) {
  units_bench bench(tiny_point());
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
    if (d.load_x) bench.read(scratch_target::gemm_x, region(x_at, g.k / word, g.tokens, g.tokens, 1), true);
    if (g.kind == hls::gemm_epilogue_kind::residual)
      bench.read(scratch_target::gemm_r,
                 in_mode(region(r_at + i * tiles * 2 * g.tokens, 2, 1, g.tokens, 2, tiles, 2 * g.tokens),
                         scratch_mode::double_));
    scratch_job out =
        in_mode(region(y_at + i * tiles * v * g.tokens, v, 1, g.tokens, v, tiles, v * g.tokens), mode);
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

TEST_CASE("units systemc gemm equals hls, dense: every epilogue and width of a result", "[block][systemc]") {
  using kind = hls::gemm_epilogue_kind;
  check_gemm({});
  check_gemm({.wide = true}, true);
  check_gemm({.has_bias = false});
  check_gemm({.kind = kind::silu}, true);
  check_gemm({.kind = kind::residual});
  check_gemm({.kind = kind::raw});
}

TEST_CASE("units systemc gemm equals hls, N:M through index_load, gathered and scattered",
          "[block][systemc]") {
  using kind = hls::gemm_epilogue_kind;
  check_gemm({.n = 2, .m = 4, .groups = 2, .wide = true});
  check_gemm({.k = 64, .n = 2, .m = 8, .groups = 2, .kind = kind::silu}, true);
  check_gemm({.n = 1, .m = 4, .groups = 4, .kind = kind::none, .move_tokens = true});
  check_gemm({.n = 3, .m = 16, .groups = 1, .kind = kind::none, .wide = true, .move_tokens = true});
  check_gemm({.n = 2, .m = 4, .groups = 2, .kind = kind::raw, .move_tokens = true}, true);
}

}  // namespace scansim::test
