// The line of hls on ref: a gain that every sequence has is seen, one that a single token has may be chance.
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "host/operators/scan_errors.h"

namespace scansim {
namespace {

// C.h and y of a call whose machine is off by `gain` in each token, all its channels alike.
scan_lines lines_with(const std::vector<double>& gain, int64_t batch, int64_t channels, int64_t length) {
  quantised_scan scan;
  scan.shape = {batch, channels, 8, 1, length};
  std::mt19937_64 random(5);
  std::normal_distribution<double> normal;
  std::vector<double> want, got;
  for (int64_t b = 0; b < batch; ++b)
    for (int64_t c = 0; c < channels; ++c)
      for (int64_t t = 0; t < length; ++t) {
        want.push_back(normal(random));
        got.push_back(want.back() * (1 + gain[static_cast<size_t>(b * length + t) % gain.size()]));
      }
  return lines_of(got, want, got, want, scan);
}

// Of `trials` calls whose errors are chance alone, how many are not straight. `tail`: deviation of the
// logarithm of the values, which makes a few of them decide.
int false_alarms(int trials, size_t channels, size_t length, double tail) {
  std::mt19937_64 random(channels * 100 + length);
  std::normal_distribution<double> normal;
  int alarms = 0;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<double> want, got;
    for (size_t i = 0; i < channels * length; ++i) {
      want.push_back(1000 * normal(random) * std::exp(tail * normal(random)));
      got.push_back(want.back() + normal(random));
    }
    const error_line line = error_line_of(got, want, length);
    alarms += !slope_kept(line) || !mean_kept(line);
  }
  return alarms;
}

}  // namespace

TEST_CASE("scan_lines an error that the channels of one token share is no gain yet", "[operators]") {
  const double gain = 2 * slope_bar;
  CHECK(lines_with({gain}, 1, 64, 1).straight());  // a B and a C: who knows
  CHECK_FALSE(lines_with({gain}, 40, 64, 1).straight());
  CHECK_FALSE(lines_with({gain}, 1, 64, 40).straight());
  // By chance, up and down: as much as its spread says.
  std::vector<double> chance;
  std::mt19937_64 random(9);
  std::normal_distribution<double> normal;
  for (int i = 0; i < 40; ++i) chance.push_back(5 * slope_bar * normal(random));
  CHECK(lines_with(chance, 40, 64, 1).straight());
}

TEST_CASE("scan_lines chance in a call of few channels is no gain", "[operators]") {
  for (const double tail : {0.0, 1.0})
    for (const size_t channels : {2, 3, 4, 6, 8, 16, 64}) {
      CAPTURE(tail, channels);
      CHECK(false_alarms(2000, channels, 12, tail) <= 4);  // 0.25 expected where the bar itself is nothing
    }
}

TEST_CASE("scan_lines a gain that every channel has is seen from a dozen channels on", "[operators]") {
  std::mt19937_64 random(11);
  std::normal_distribution<double> normal;
  for (const double gain : {0.0, 3e-3}) {
    std::vector<double> want, got;
    for (int i = 0; i < 12 * 100; ++i) {
      want.push_back(1000 * normal(random));
      got.push_back(want.back() * (1 + gain) + normal(random));
    }
    CHECK(slope_kept(error_line_of(got, want, 100)) == (gain == 0));
  }
}

}  // namespace scansim
