// The order of tokens against its formula: every kind of map, steps of any sign, snakes, lists, segments.
#include "hls/scan/scan_tokens.h"

#include <catch2/catch.hpp>
#include <random>

#include "hls/scan/set_descriptor.h"
#include "tests/support/token_rows.h"

using namespace scansim;

namespace {

class drawn_walk {
 public:
  explicit drawn_walk(uint64_t seed) : random_(seed) {}

  int between(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<uint64_t>(high - low + 1));
  }
  bool coin() { return between(0, 1) == 1; }

  test::walk_fields fields() {
    test::walk_fields w;
    w.positions = coin() ? between(1, 20) : between(1, 600);
    w.map_u = between(0, 4), w.map_p = between(0, 4), w.map_out = between(0, 4);
    w.log2_segment = coin() ? 0 : between(1, 6);
    w.first_segment = coin() ? 0 : between(0, 40);
    w.base = between(0, 65535);
    w.n0 = between(1, 9), w.n1 = between(1, 9);
    w.s0 = step(), w.s1 = step(), w.s2 = step();
    w.snake = coin();
    return w;
  }
  std::vector<uint32_t> list(int positions) {
    std::vector<uint32_t> entries(static_cast<size_t>(positions));
    for (uint32_t& entry : entries) entry = static_cast<uint32_t>(random_());  // bits beyond 26 too
    return entries;
  }

 private:
  int step() { return coin() ? between(-3, 3) : between(-32768, 32767); }
  std::mt19937_64 random_;
};

hls::token_walk walk_of(const test::walk_fields& w, bool has_list) {
  hls::set_descriptor d;
  d.positions = static_cast<uint16_t>(w.positions), d.has_list = has_list, d.snake = w.snake;
  d.map_u = static_cast<uint8_t>(w.map_u), d.map_p = static_cast<uint8_t>(w.map_p);
  d.map_out = static_cast<uint8_t>(w.map_out), d.log2_segment = static_cast<uint8_t>(w.log2_segment);
  d.first_segment = static_cast<uint16_t>(w.first_segment), d.base = static_cast<uint16_t>(w.base);
  d.n0 = static_cast<uint16_t>(w.n0), d.n1 = static_cast<uint16_t>(w.n1), d.s0 = static_cast<int16_t>(w.s0);
  d.s1 = static_cast<int16_t>(w.s1), d.s2 = static_cast<int16_t>(w.s2);
  return d.walk();
}

}  // namespace

TEST_CASE("scan_tokens hls every position has the rows and tags of its formula", "[leaf][hls]") {
  const uint64_t seed = std::random_device()();
  INFO("seed " << seed);
  drawn_walk draw(seed);
  int seen[5] = {}, snakes = 0, planes = 0;
  for (int i = 0; i < 3000; ++i) {
    const test::walk_fields w = draw.fields();
    const bool has_list = w.map_u > 2 || w.map_p > 2 || w.map_out > 2 || draw.coin();
    const std::vector<uint32_t> list = has_list ? draw.list(w.positions) : std::vector<uint32_t>{};
    hls::token_stream stream(walk_of(w, has_list));
    ++seen[w.map_u], ++seen[w.map_p], ++seen[w.map_out];
    snakes += w.snake && w.map_u == 2 && w.positions > w.n0;
    planes += w.map_u == 2 && w.positions > w.n0 * w.n1;
    CAPTURE(i, w.positions, w.map_u, w.map_p, w.map_out, w.log2_segment, w.first_segment, w.base, w.n0, w.n1,
            w.s0, w.s1, w.s2, w.snake, has_list);
    int position = 0;
    bool same = true;
    for (const test::token_row& want : test::token_rows(w, list)) {
      const hls::scan_token got = stream.next(has_list ? list[static_cast<size_t>(position)] : ~0U);
      same &= got.row_u == want.u && got.row_p == want.p && got.row_out == want.out;
      same &= got.reset == want.reset && got.hold == want.hold && got.mute == want.mute;
      same &= got.first == (position == 0) && got.last == (position + 1 == w.positions);
      ++position;
    }
    CHECK(same);
  }
  for (const int count : seen) CHECK(count > 1000);
  CHECK(snakes > 100);
  CHECK(planes > 100);
}

TEST_CASE("scan_tokens hls a cross of a picture of 3 x 4 is four walks", "[leaf][hls]") {
  const auto rows_of = [](hls::token_walk walk) {
    std::vector<int> rows;
    hls::token_stream stream(walk);
    for (int i = 0; i < walk.positions; ++i) rows.push_back(stream.next(0).row_u);
    return rows;
  };
  using enum hls::token_map;
  const hls::token_affine columns{.base = 0, .n0 = 3, .n1 = 4, .s0 = 4, .s1 = 1};
  const hls::token_affine snake{.base = 11, .n0 = 4, .n1 = 3, .s0 = -1, .s1 = -4, .snake = true};
  CHECK(rows_of({.positions = 4, .u = forward, .affine = {}}) == std::vector{0, 1, 2, 3});
  CHECK(rows_of({.positions = 4, .u = reverse, .affine = {}}) == std::vector{3, 2, 1, 0});
  CHECK(rows_of({.positions = 12, .u = affine, .affine = columns}) ==
        std::vector{0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11});
  CHECK(rows_of({.positions = 12, .u = affine, .affine = snake}) ==
        std::vector{11, 10, 9, 8, 4, 5, 6, 7, 3, 2, 1, 0});
}
