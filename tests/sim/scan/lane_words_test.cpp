// The vector builds of the lanes of delta_softplus and gate_silu against the hls leaf functions lane by lane:
// every output and every saturation, over random operands with the ends of their ranges and over every kind
// of shift.
#include "sim/scan/lane_words.h"

#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "hls/scan/quantise_shift.h"
#include "sim/scan/word_steps.h"

namespace scansim {
namespace {

class edge_values {
 public:
  explicit edge_values(uint64_t seed) : random_(seed) {}
  int64_t draw(int bits) {
    const int64_t high = (int64_t{1} << (bits - 1)) - 1;
    const uint64_t kind = random_() % 4;
    if (kind == 0) return random_() % 2 ? high : -high - 1;
    return std::uniform_int_distribution<int64_t>(-high - 1, high)(random_) >>
           (kind == 1 ? random_() % 16 : 0);
  }
  uint8_t shift(int most) { return static_cast<uint8_t>(random_() % (most + 1)); }
  bool flip() { return random_() % 2 != 0; }

 private:
  std::mt19937_64 random_;
};

hls::scan_shifts random_shifts(edge_values& values) {
  hls::scan_shifts s;
  s.delta = values.shift(31), s.bias = values.shift(31), s.z = values.shift(31), s.dt2 = values.shift(31);
  s.du = values.shift(31), s.skip = values.shift(31), s.v = values.shift(31), s.y = values.shift(31);
  s.quant = values.shift(15);
  return s;
}

void require_equal(const hls::saturation_counts& found, const hls::saturation_counts& expected) {
  REQUIRE(found.delta == expected.delta);
  REQUIRE(found.du == expected.du);
  REQUIRE(found.skip == expected.skip);
  REQUIRE(found.v == expected.v);
  REQUIRE(found.y == expected.y);
  REQUIRE(found.quant == expected.quant);
}

template <class Operand>
void compare_delta(int lanes, edge_values& values) {
  const hls::widths w{8 * static_cast<int>(sizeof(Operand)), 16, 16, 64};
  const hls::scan_shifts shifts = random_shifts(values);
  const bool softplus = values.flip(), plain = values.flip();
  const auto count = static_cast<size_t>(lanes);
  std::vector<Operand> u(count), delta(count);
  std::vector<int16_t> db(2 * count);
  for (Operand& x : u) x = static_cast<Operand>(values.draw(w.operand_bits));
  for (Operand& x : delta) x = static_cast<Operand>(values.draw(w.operand_bits));
  for (int16_t& x : db) x = static_cast<int16_t>(values.draw(16));
  std::vector<uint32_t> dt2(count);
  std::vector<int32_t> du(count);
  std::vector<int64_t> skip(count);
  hls::saturation_counts found, expected;
  delta_lanes_by_words<Operand>(
      {lanes, softplus, plain, u.data(), delta.data(), db.data(), dt2.data(), du.data(), skip.data()},
      lane_constants(shifts, w), found);
  for (size_t i = 0; i < count; ++i) {
    const hls::delta_result r =
        hls::delta_softplus(delta[i], u[i], db[2 * i], db[2 * i + 1], softplus, shifts, w, expected, plain);
    CAPTURE(i, softplus, plain, sizeof(Operand));
    REQUIRE(dt2[i] == r.dt2);
    REQUIRE(du[i] == r.du);
    REQUIRE(skip[i] == r.skip);
  }
  require_equal(found, expected);
}

template <class Operand, class Output>
void compare_gate(int lanes, edge_values& values) {
  const hls::widths w{8 * static_cast<int>(sizeof(Operand)), 16, 8 * static_cast<int>(sizeof(Output)), 64};
  const hls::scan_shifts shifts = random_shifts(values);
  const hls::gate_kind gate = hls::gate_of(values.flip(), values.flip());
  const auto count = static_cast<size_t>(lanes);
  std::vector<int64_t> acc(count), skip(count);
  std::vector<Operand> z(count);
  std::vector<Output> y(count);
  for (int64_t& x : acc) x = values.draw(w.acc_bits());
  for (int64_t& x : skip) x = values.draw(w.acc_bits());
  for (Operand& x : z) x = static_cast<Operand>(values.draw(w.operand_bits));
  hls::saturation_counts found, expected;
  gate_lanes_by_words<Operand, Output>({lanes, gate, acc.data(), skip.data(), z.data(), y.data()},
                                       lane_constants(shifts, w), found);
  for (size_t i = 0; i < count; ++i) {
    int32_t want =
        hls::gate_silu(acc[i], skip[i], gate == hls::gate_kind::none ? 0 : z[i], gate, shifts, w, expected);
    if (sizeof(Output) == 1) want = hls::quantise_shift(want, shifts.quant, expected);
    CAPTURE(i, sizeof(Operand), sizeof(Output));
    REQUIRE(y[i] == static_cast<Output>(want));
  }
  require_equal(found, expected);
}

TEST_CASE("delta_softplus systemc computes words of lanes as lanes one by one", "[random][systemc]") {
  if (!wide_vectors_present()) {
    WARN("this processor has no AVX-512: nothing is compared");
    return;
  }
  edge_values values(11);
  for (int i = 0; i < 4000; ++i) {
    compare_delta<int8_t>(8 << i % 4, values);
    compare_delta<int16_t>(8 << i % 4, values);
  }
}

TEST_CASE("gate_silu systemc computes words of lanes as lanes one by one", "[random][systemc]") {
  if (!wide_vectors_present()) {
    WARN("this processor has no AVX-512: nothing is compared");
    return;
  }
  edge_values values(12);
  for (int i = 0; i < 2000; ++i) {
    compare_gate<int8_t, int8_t>(8 << i % 4, values);
    compare_gate<int8_t, int16_t>(8 << i % 4, values);
    compare_gate<int16_t, int8_t>(8 << i % 4, values);
    compare_gate<int16_t, int16_t>(8 << i % 4, values);
  }
}

}  // namespace
}  // namespace scansim
