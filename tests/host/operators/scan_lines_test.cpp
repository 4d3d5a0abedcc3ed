// The line of hls on ref: a gain that every sequence has is seen, one that a single token has may be chance.
#include <catch2/catch.hpp>
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

}  // namespace scansim
