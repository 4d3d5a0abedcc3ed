// scan_cases COUNT SEED: random channels of a few tokens under random widths and shifts, and what the headers
// of hls/ make of them, a JSON object a line: input and answer of second_reading.py. Operands are drawn over
// their whole width, a quarter of them at its ends.
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <random>

#include "hls/scan/gate_silu.h"
#include "hls/scan/quantise_shift.h"
#include "hls/scan/scan_serial.h"

namespace {

using namespace scansim;
using nlohmann::json;

class drawing {
 public:
  explicit drawing(uint64_t seed) : random_(seed) {}
  int between(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool coin() { return between(0, 1) == 1; }
  int64_t signed_bits(int bits) {
    const int64_t high = (int64_t{1} << (bits - 1)) - 1;
    if (between(0, 3) == 0) return coin() ? high : -high - 1;
    return std::uniform_int_distribution<int64_t>(-high - 1, high)(random_) >> between(0, bits - 1);
  }
  template <size_t N>
  int one_of(const int (&values)[N]) {
    return values[between(0, static_cast<int>(N) - 1)];
  }

 private:
  std::mt19937_64 random_;
};

hls::scan_shifts drawn_shifts(drawing& draw, int operand_bits) {
  const int wide = operand_bits - 8;
  const auto between = [&](int low, int high) { return static_cast<uint8_t>(draw.between(low, high)); };
  hls::scan_shifts s;
  s.delta = between(4, 16 + wide), s.bias = between(4, 22), s.z = between(4, 16 + wide);
  s.dt2 = between(12, 30), s.du = between(4, 20 + wide), s.skip = between(6, 26), s.v = between(0, 16 + wide);
  s.y = between(10, 28 + wide), s.quant = between(0, 9), s.align_a = between(0, 3);
  return s;
}

json shifts_json(const hls::scan_shifts& s) {
  return {{"delta", s.delta}, {"bias", s.bias}, {"z", s.z}, {"dt2", s.dt2},     {"du", s.du},
          {"skip", s.skip},   {"v", s.v},       {"y", s.y}, {"quant", s.quant}, {"align_a", s.align_a}};
}

constexpr int states = 3, tokens = 4;

// One channel; State and Wide as the machine has them at these widths.
template <class State, class Wide>
json answered(json c, const hls::widths& w, const hls::scan_shifts& shifts, drawing& draw) {
  const hls::scan_constants constants(w, shifts.align_a);
  hls::saturation_counts sat;
  int16_t a[states];
  State h[states];
  for (int n = 0; n < states; ++n) {
    a[n] = static_cast<int16_t>(draw.signed_bits(w.operand_bits));
    h[n] = static_cast<State>(draw.signed_bits(w.state_bits));
    c["a"].push_back(a[n]), c["h0"].push_back(h[n]);
  }
  const auto bias = static_cast<int32_t>(draw.signed_bits(16)),
             d = static_cast<int32_t>(draw.signed_bits(16));
  c["bias"] = bias, c["d"] = d;
  for (int t = 0; t < tokens; ++t) {
    const auto operand = [&] { return static_cast<int16_t>(draw.signed_bits(w.operand_bits)); };
    const int16_t u = operand(), delta = operand(), z = operand();
    int16_t b[states], readout[states];
    for (int n = 0; n < states; ++n) b[n] = operand(), readout[n] = operand();
    const auto step = hls::delta_softplus(delta, u, bias, d, c["softplus"], shifts, w, sat);
    const Wide acc = hls::scan_step<int16_t, State, Wide>(states, step.dt2, step.du, a, b, readout, h,
                                                          constants, sat.state);
    int32_t y = hls::gate_silu(acc, step.skip, z, hls::gate_of(c["has_z"]), shifts, w, sat);
    if (w.output_bits == 8) y = hls::quantise_shift(y, shifts.quant, sat);
    c["tokens"].push_back({{"u", u}, {"delta", delta}, {"z", z}, {"b", b}, {"c", readout}});
    c["y"].push_back(y);
  }
  for (const State value : h) c["h"].push_back(value);
  c["saturations"] = {{"delta", sat.delta}, {"du", sat.du}, {"skip", sat.skip},  {"state", sat.state},
                      {"v", sat.v},         {"y", sat.y},   {"quant", sat.quant}};
  return c;
}

json drawn_case(drawing& draw, uint64_t seed) {
  const hls::widths w{draw.one_of({8, 16}), draw.one_of({16, 16, 18, 24, 32}), draw.one_of({8, 16}),
                      draw.one_of({8, 16, 32, 64, 64})};
  const hls::scan_shifts shifts = drawn_shifts(draw, w.operand_bits);
  const json c = {{"seed", seed},
                  {"operand_bits", w.operand_bits},
                  {"state_bits", w.state_bits},
                  {"output_bits", w.output_bits},
                  {"exp_segments", w.exp_segments},
                  {"softplus", draw.coin()},
                  {"has_z", draw.coin()},
                  {"shifts", shifts_json(shifts)}};
  if (w.operand_bits == 8 && w.state_bits == 16) return answered<int16_t, int32_t>(c, w, shifts, draw);
  return w.state_bits == 16 ? answered<int16_t, int64_t>(c, w, shifts, draw)
                            : answered<int32_t, int64_t>(c, w, shifts, draw);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: scan_cases COUNT SEED\n", stderr);
    return 2;
  }
  const uint64_t seed = std::strtoull(argv[2], nullptr, 10);
  drawing draw(seed);
  for (int left = std::atoi(argv[1]); left > 0; --left) std::puts(drawn_case(draw, seed).dump().c_str());
}
