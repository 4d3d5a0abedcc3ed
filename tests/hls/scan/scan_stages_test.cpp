// Every stage of the scan apart, against its formula in long double: 2^20 random integers each, every result
// within its bound, and no gain and no offset of all of them together. A stage that is a little wrong is
// found here before a trace has to show it.
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "hls/nonlin/pwl_bounds.h"
#include "hls/scan/add_output.h"
#include "hls/scan/delta_softplus.h"
#include "hls/scan/gate_silu.h"
#include "hls/scan/scan_serial.h"

using namespace scansim::hls;

namespace {
using real = long double;
constexpr int draws = 1 << 20;
constexpr widths base{8, 16, 16, 64};

// What all results of a stage say together: the line of least squares of got on want, and its offset, in last
// places.
struct gathered {
  real square = 0, product = 0, off = 0, most = 0;
  void add(real got, real want, real bound) {
    square += want * want, product += want * (got - want), off += got - want;
    most = std::max(most, std::fabs(got - want) / bound);
  }
  real gain() const { return product / square; }
  real mean() const { return off / draws; }
};

class drawn {
 public:
  explicit drawn(unsigned seed) : random_(seed) {}
  int32_t of_bits(int bits) {  // signed
    return static_cast<int32_t>(static_cast<int64_t>(random_()) >> (64 - bits));
  }
  uint32_t below(uint32_t end) { return static_cast<uint32_t>(random_() % end); }

 private:
  std::mt19937_64 random_;
};

real scaled(real value, int bits) { return std::ldexp(value, bits); }

constexpr real straight = 5e-5L, centred = 0.02L;  // gain; mean in last places
}  // namespace

TEST_CASE("scan stages hls dt2, du and skip are within their bounds, without gain or offset", "[leaf][hls]") {
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  drawn draw(seed);
  constexpr int frac_delta = 5, frac_bias = 12, frac_u = 4, frac_dt2 = 18, frac_du = 12, frac_d = 16,
                frac_skip = 12;
  scan_shifts sh;
  sh.delta = shift_bias - (x_frac - frac_delta), sh.bias = shift_bias - (x_frac - frac_bias);
  sh.dt2 = dt_frac + log2e_frac - frac_dt2, sh.du = dt_frac + frac_u - frac_du;
  sh.skip = shift_bias - (frac_skip - frac_d - frac_u);
  saturation_counts cut;
  gathered dt2, du, skip;
  for (int i = 0; i < draws; ++i) {
    const int32_t delta = draw.of_bits(8), bias = draw.of_bits(14), u = draw.of_bits(8), d = draw.of_bits(12);
    const delta_result got = delta_softplus(delta, u, bias, d, true, sh, base, cut);
    const real x = scaled(delta, -frac_delta) + scaled(bias, -frac_bias);
    const real dt = std::log1p(std::exp(x)), of_table = softplus_bound(static_cast<double>(x));
    const real log2e = 1 / std::log(real{2});
    dt2.add(got.dt2, scaled(dt * log2e, frac_dt2), 0.5L + scaled((of_table + 5e-6L * dt) * log2e, frac_dt2));
    du.add(got.du, scaled(dt * u, frac_du - frac_u), 0.5L + scaled(of_table * std::abs(u), frac_du - frac_u));
    skip.add(static_cast<real>(got.skip), scaled(real(d) * u, frac_skip - frac_d - frac_u), 0.5L);
  }
  CHECK(cut.delta + cut.du + cut.skip == 0);
  for (const gathered& one : {dt2, du, skip}) {
    CHECK(one.most <= 1);
    CHECK(std::fabs(one.gain()) < straight);
  }
  CHECK(std::fabs(skip.mean()) < centred);
}

TEST_CASE("scan stages hls a plain drive is u, a linear gate z, each rounded once", "[leaf][hls]") {
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  drawn draw(seed);
  const int operand_bits = GENERATE(8, 16);
  hls::widths w = base;
  w.operand_bits = operand_bits;
  constexpr int frac_u = 4, frac_du = 3, frac_v = 9, frac_y = 2;
  const int frac_z = operand_bits - 4, frac_gate = frac_z + 17 - operand_bits;
  scan_shifts sh;
  sh.delta = shift_bias - 7, sh.bias = shift_bias, sh.dt2 = 25, sh.skip = 20;
  sh.du = dt_frac + frac_u - frac_du;
  sh.v = 0, sh.y = static_cast<uint8_t>(frac_v + frac_gate - frac_y);
  sh.z = static_cast<uint8_t>(draw.below(20));
  saturation_counts cut;
  for (int i = 0; i < draws; ++i) {
    const int32_t delta = draw.of_bits(operand_bits), u = draw.of_bits(operand_bits),
                  z = draw.of_bits(operand_bits);
    const delta_result got = delta_softplus(delta, u, 0, 1, true, sh, w, cut, true);
    const delta_result stepped = delta_softplus(delta, u, 0, 1, true, sh, w, cut);
    REQUIRE(got.du == std::floor(scaled(u, frac_du - frac_u) + 0.5L));
    REQUIRE((got.dt2 == stepped.dt2 && got.skip == stepped.skip));
    const int64_t acc = draw.of_bits(18), skip = draw.of_bits(18);
    const real v = scaled(real(acc) + skip, -frac_v), want = scaled(v * scaled(z, -frac_z), frac_y);
    const real most = (1 << (y_bits - 1)) - 1;
    REQUIRE(gate_silu(acc, skip, z, gate_kind::linear, sh, w, cut) ==
            std::clamp(std::floor(want + 0.5L), -most - 1, most));
  }
}

TEST_CASE("scan stages hls the new state is within its bound, without gain or offset", "[leaf][hls]") {
  const unsigned seed = std::random_device()();
  const int align = GENERATE(0, 1, 2, 3);
  INFO("seed " << seed << ", align " << align);
  drawn draw(seed);
  const scan_constants constants(base, align);
  uint64_t cut = 0;
  gathered state;
  for (int i = 0; i < draws; ++i) {
    const auto a = static_cast<int16_t>(-static_cast<int32_t>(draw.below(129)));
    const auto b = static_cast<int16_t>(draw.of_bits(8)), c = int16_t{1};
    const uint32_t dt2 = draw.below(1u << (3 + draw.below(22)));
    const int32_t du = draw.of_bits(14);
    auto h = static_cast<int16_t>(draw.of_bits(15));
    const real e = scaled(real(dt2) * -a, 2 * align - base.exponent_frac()), decay = std::exp2(-e);
    const real want = decay * h + scaled(real(du) * b, -base.drive_guard());
    const real of_decay =
        decay_bound(std::min(static_cast<double>(e) + 1e-5, 16.0), 64) + 1.4e-6L + (e > 16 ? 2e-5L : 0);
    const real bound = 0.5L + scaled(1, -base.state_guard()) + of_decay * std::abs(h);
    scan_step<int16_t, int16_t, int32_t>(1, dt2, du, &a, &b, &c, &h, constants, cut);
    state.add(h, want, bound);
  }
  CHECK(cut == 0);
  CHECK(state.most <= 1);
  CHECK(std::fabs(state.gain()) < straight);
  CHECK(std::fabs(state.mean()) < centred);
}

TEST_CASE("scan stages hls the gated output is within its bound, without gain or offset", "[leaf][hls]") {
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  drawn draw(seed);
  constexpr int frac_z = 4, gate_bits_up = 16 - (8 - 1);
  scan_shifts sh;
  sh.z = shift_bias - (x_frac - frac_z), sh.v = 4, sh.y = 19;
  saturation_counts cut;
  gathered output;
  for (int i = 0; i < draws; ++i) {
    const int64_t acc = draw.of_bits(20), skip = draw.of_bits(20);
    const int32_t z = draw.of_bits(8);
    const real v = scaled(real(acc) + skip, -sh.v), sigmoid = 1 / (1 + std::exp(-scaled(z, -frac_z)));
    const real gate = scaled(z * sigmoid, gate_bits_up),
               gate_error = scaled(std::abs(z) * sigmoid_bound, gate_bits_up) + 0.5L;
    const real bound =
        0.5L + scaled(0.5L * (std::fabs(gate) + gate_error) + std::fabs(v) * gate_error, -sh.y);
    output.add(gate_silu(acc, skip, z, gate_kind::silu, sh, base, cut), scaled(v * gate, -sh.y), bound);
  }
  CHECK(cut.v + cut.y == 0);
  CHECK(output.most <= 1);
  CHECK(std::fabs(output.gain()) < straight);
  CHECK(std::fabs(output.mean()) < centred);
}

TEST_CASE("scan stages hls outputs of several scans add up to what the format holds", "[leaf][hls]") {
  for (int bits : {8, 16}) {
    const int32_t end = 1 << (bits - 1), step = bits == 8 ? 1 : 37;
    for (int32_t y = -end; y < end; y += step)
      for (int32_t more = -end; more < end; more += step) {
        const int32_t sum = y + more, want = sum >= end ? end - 1 : sum < -end ? -end : sum;
        if (add_output(y, more, bits) != want) FAIL(y << " + " << more << " at " << bits << " bits");
      }
  }
}
