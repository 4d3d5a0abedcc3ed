// The vector builds of the scan step against hls::lane_steps: same states, sums, saturations, whatever lanes,
// states and operands. A build whose instructions this processor lacks is left out, and says so.
#include "sim/scan/word_steps.h"

#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "sim/scan/word_steps_builds.h"

namespace scansim {
namespace {

template <class Operand>
struct row_values {
  std::vector<uint32_t> dt2;
  std::vector<int32_t> du;
  std::vector<Operand> a, b, c;
  std::vector<int16_t> h;
  std::vector<int64_t> sums;

  hls::step_row<Operand, int16_t> row(int states, bool with_before) {
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

// Every third value at an end of its range.
template <class Operand>
row_values<Operand> random_row(int lanes, int states, std::mt19937_64& random) {
  const auto draw = [&](int64_t low, int64_t high) {
    if (random() % 3 == 0) return random() % 2 ? low : high;
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  };
  row_values<Operand> v;
  for (int lane = 0; lane < lanes; ++lane) {
    v.dt2.push_back(static_cast<uint32_t>(draw(0, random() % 2 ? (1 << hls::dt2_bits) - 1 : 1 << 10)));
    v.du.push_back(static_cast<int32_t>(draw(-(1 << 23), (1 << 23) - 1)));
    v.sums.push_back(0);
    for (int n = 0; n < states; ++n) {
      v.a.push_back(static_cast<Operand>(draw(-128, 127)));
      v.h.push_back(static_cast<int16_t>(draw(-32768, 32767)));
    }
  }
  for (int n = 0; n < states; ++n) {
    v.b.push_back(static_cast<Operand>(draw(-128, 127)));
    v.c.push_back(static_cast<Operand>(draw(-128, 127)));
  }
  return v;
}

template <class Operand>
void compare_builds(word_steps<Operand> steps, int elements, std::mt19937_64& random) {
  for (const int segments : {8, 16, 32, 64}) {
    for (const int states : {1, 2, 4, 8, 16, 32, 48, 64}) {
      for (const int lanes : {1, 2, 3, 4, 8, 11, 16, 64}) {
        if (states % elements != 0 && lanes * states % elements != 0) continue;
        const hls::scan_constants k(hls::widths{8, 16, 16, segments}, static_cast<int>(random() % 4));
        row_values<Operand> expected = random_row<Operand>(lanes, states, random), found = expected;
        uint64_t expected_count = 5, found_count = 5;
        for (const bool with_before :
             {false, true, true}) {  // each on the states and into the sums of the one before
          hls::lane_steps<int32_t>()(expected.row(states, with_before), k, expected_count);
          steps(found.row(states, with_before), k, found_count);
        }
        CAPTURE(segments, states, lanes, elements, sizeof(Operand));
        REQUIRE(found.h == expected.h);
        REQUIRE(found.sums == expected.sums);
        REQUIRE(found_count == expected_count);
      }
    }
  }
}

template <class Operand>
void compare_all(uint64_t seed) {
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20; ++i) {
    if (vector_unit_present()) compare_builds<Operand>(word_steps_avx2, avx2_elements, random);
    if (wide_vectors_present()) compare_builds<Operand>(word_steps_avx512, avx512_elements, random);
  }
  if (!wide_vectors_present()) WARN("this processor has no AVX-512: that build is not compared");
}

TEST_CASE("scan_serial systemc steps words of 8-bit operands as states one by one", "[random][systemc]") {
  compare_all<int8_t>(1);
}

TEST_CASE("scan_serial hls steps words of widened operands as states one by one", "[random][hls]") {
  compare_all<int16_t>(2);
}

TEST_CASE("scan_serial systemc takes words only where they divide a row", "[rules][systemc]") {
  if (!vector_unit_present()) return;
  CHECK(select_word_steps<int8_t>(16, 16) != nullptr);
  CHECK(select_word_steps<int8_t>(1, 48) != nullptr);
  CHECK(select_word_steps<int8_t>(2, 4) != nullptr);
  CHECK(select_word_steps<int8_t>(1, 4) == nullptr);
  CHECK(select_word_steps<int8_t>(16, 3) == nullptr);
}

}  // namespace
}  // namespace scansim
