// The vector builds of the scan step against hls::lane_steps: same states, sums, saturations, whatever lanes,
// states and operands. A build whose instructions this processor lacks is left out, and says so.
#include "sim/scan/word_steps.h"

#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "sim/scan/word_steps_builds.h"

namespace scansim {
namespace {

template <class Operand, class State>
struct row_values {
  std::vector<uint32_t> dt2;
  std::vector<int32_t> du;
  std::vector<Operand> a, b, c;
  std::vector<State> h;
  std::vector<int64_t> sums;

  hls::step_row<Operand, State> row(int states, bool with_before) {
    return {static_cast<int>(dt2.size()),
            states,
            dt2.data(),
            du.data(),
            a.data(),
            b.data(),
            c.data(),
            h.data(),
            with_before ? sums.data() : nullptr,
            sums.data()};
  }
};

// Values as wide as w says, every third at an end of its range.
template <class Operand, class State>
row_values<Operand, State> random_row(int lanes, int states, const hls::widths& w, std::mt19937_64& random) {
  const auto draw = [&](int bits) {
    const int64_t high = (int64_t{1} << (bits - 1)) - 1, low = -high - 1;
    if (random() % 3 == 0) return random() % 2 ? low : high;
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  };
  row_values<Operand, State> v;
  for (int lane = 0; lane < lanes; ++lane) {
    v.dt2.push_back(static_cast<uint32_t>(draw(random() % 2 ? hls::dt2_bits : 11)) &
                    ((1u << hls::dt2_bits) - 1));
    v.du.push_back(static_cast<int32_t>(draw(w.du_bits())));
    v.sums.push_back(0);
    for (int n = 0; n < states; ++n) {
      v.a.push_back(static_cast<Operand>(draw(w.operand_bits)));
      v.h.push_back(static_cast<State>(draw(w.state_bits)));
    }
  }
  for (int n = 0; n < states; ++n) {
    v.b.push_back(static_cast<Operand>(draw(w.operand_bits)));
    v.c.push_back(static_cast<Operand>(draw(w.operand_bits)));
  }
  return v;
}

template <class Wide, class Operand, class State>
void compare_build(word_steps<Operand, State> steps, int elements, const hls::widths& w,
                   std::mt19937_64& random) {
  for (const int states : {1, 2, 4, 8, 16, 32, 48, 64}) {
    for (const int lanes : {1, 2, 3, 4, 8, 11, 16, 64}) {
      if (states % elements != 0 && (elements % states != 0 || lanes * states % elements != 0)) continue;
      const hls::scan_constants k(w, static_cast<int>(random() % 4));
      auto expected = random_row<Operand, State>(lanes, states, w, random), found = expected;
      uint64_t expected_count = 5, found_count = 5;
      for (const bool with_before :
           {false, true, true}) {  // each on the states and into the sums of the one before
        hls::lane_steps<Wide>()(expected.row(states, with_before), k, expected_count);
        steps(found.row(states, with_before), k, found_count);
      }
      CAPTURE(w.operand_bits, w.state_bits, w.exp_segments, states, lanes, elements, sizeof(Operand));
      REQUIRE(found.h == expected.h);
      REQUIRE(found.sums == expected.sums);
      REQUIRE(found_count == expected_count);
    }
  }
}

template <class Operand>
void compare_narrow(uint64_t seed) {
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20; ++i) {
    for (const int segments : {8, 16, 32, 64}) {
      const hls::widths w{8, 16, 16, segments};
      if (vector_unit_present())
        compare_build<int32_t, Operand, int16_t>(word_steps_avx2, avx2_elements, w, random);
      if (wide_vectors_present())
        compare_build<int32_t, Operand, int16_t>(word_steps_avx512, avx512_elements, w, random);
    }
  }
  if (!wide_vectors_present()) WARN("this processor has no AVX-512: that build is not compared");
}

template <class Operand, class State>
void compare_wide(std::vector<hls::widths> formats, uint64_t seed) {
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  if (!wide_vectors_present()) {
    WARN("this processor has no AVX-512: nothing is compared");
    return;
  }
  for (int i = 0; i < 10; ++i) {
    for (hls::widths w : formats) {
      for (const int segments : {8, 16, 32, 64}) {
        w.exp_segments = segments;
        compare_build<int64_t, Operand, State>(wide_word_steps_avx512<Operand, State>, wide_avx512_elements,
                                               w, random);
      }
    }
  }
}

TEST_CASE("scan_serial systemc steps words of 8-bit operands as states one by one", "[random][systemc]") {
  compare_narrow<int8_t>(1);
}

TEST_CASE("scan_serial hls steps words of widened operands as states one by one", "[random][hls]") {
  compare_narrow<int16_t>(2);
}

TEST_CASE("scan_serial systemc steps words of 16-bit operands as states one by one", "[random][systemc]") {
  compare_wide<int16_t, int16_t>({{16, 16, 16, 64}, {8, 16, 16, 64}}, 3);
}

TEST_CASE("scan_serial systemc steps words of wide states as states one by one", "[random][systemc]") {
  compare_wide<int8_t, int32_t>({{8, 17, 16, 64}, {8, 20, 16, 64}, {8, 24, 16, 64}, {8, 32, 16, 64}}, 4);
  compare_wide<int16_t, int32_t>({{16, 17, 16, 64}, {16, 24, 16, 64}, {16, 32, 16, 64}, {8, 32, 16, 64}}, 5);
}

TEST_CASE("scan_serial systemc takes words only where they divide a row", "[rules][systemc]") {
  if (!vector_unit_present()) return;
  CHECK(select_word_steps<int8_t>(16, 16) != nullptr);
  CHECK(select_word_steps<int8_t>(1, 48) != nullptr);
  CHECK(select_word_steps<int8_t>(2, 4) != nullptr);
  CHECK(select_word_steps<int8_t>(1, 4) == nullptr);
  CHECK(select_word_steps<int8_t>(16, 3) == nullptr);
  if (!wide_vectors_present()) return;
  CHECK(select_wide_word_steps<int16_t, int16_t>(16, 16) != nullptr);
  CHECK(select_wide_word_steps<int8_t, int32_t>(2, 4) != nullptr);
  CHECK(select_wide_word_steps<int16_t, int32_t>(1, 4) == nullptr);
}

}  // namespace
}  // namespace scansim
