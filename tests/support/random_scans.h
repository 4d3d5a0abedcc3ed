// Random scans for the driver's tests: traces of the generator in small shapes, and quantised scans of
// arbitrary integers (extremes included) under scales that are legal but not calibrated.
#pragma once
#include <random>

#include "host/quantise/calibrate.h"
#include "host/quantise/quantise.h"
#include "traces/generate.h"

namespace scansim::test {

inline int pick(std::mt19937_64& random, int low, int high) {
  return low + static_cast<int>(random() % static_cast<uint64_t>(high - low + 1));
}

inline bool coin(std::mt19937_64& random) { return (random() & 1) != 0; }

inline generate_request random_request(std::mt19937_64& random, int most_states) {
  generate_request r;
  r.batch = pick(random, 1, 3);
  r.groups = pick(random, 1, 3);
  r.channels = r.groups * pick(random, 1, 40);
  r.states = pick(random, 1, most_states);
  r.length = pick(random, 1, 70);
  r.seed = random();
  r.reverse = coin(random);
  r.delta_softplus = coin(random);
  r.with_d = coin(random);
  r.with_z = coin(random);
  r.with_delta_bias = coin(random);
  r.with_h0 = coin(random);
  return r;
}

// Integers over the whole width, far beyond what a calibrated trace holds: everything saturates somewhere.
inline quantised_scan random_integers(const generate_request& request, const hls::widths& w,
                                      std::mt19937_64& random) {
  const scan_tensors tensors = generate_scan(request);
  quantised_scan q = quantise(tensors, calibrate(tensors, w));
  const auto scramble = [&](auto& values, int bits) {
    for (auto& value : values) {
      const auto drawn = static_cast<int64_t>(random()) >> (64 - bits + pick(random, 0, 3));
      value = static_cast<std::remove_reference_t<decltype(value)>>(drawn);
    }
  };
  scramble(q.u, w.operand_bits);
  scramble(q.delta, w.operand_bits);
  scramble(q.a, w.operand_bits);
  scramble(q.b, w.operand_bits);
  scramble(q.c, w.operand_bits);
  scramble(q.z, w.operand_bits);
  scramble(q.d, 16);
  scramble(q.delta_bias, 16);
  scramble(q.h0, w.state_bits);
  return q;
}

}  // namespace scansim::test
