// A random campaign inside a test: in ctest a third of it, or all of one that is cheap, always the same; with
// --rng-seed N of the test program all of it, drawn from N. tests/plans/nightly.yaml runs it so, a job a
// seed; the planted errors (tests/mutation) are shown to all of it too.
#pragma once
#include <catch2/catch.hpp>
#include <cstdint>

namespace scansim::test {

struct campaign {
  uint64_t seed;  // of this run
  int count;      // of calls or lists
};

// The part of a campaign that ctest runs.
enum class ctest_part { third, whole };

inline campaign campaign_of(uint64_t seed, int whole, ctest_part part = ctest_part::third) {
  const uint64_t drawn = Catch::rngSeed();  // 0: not given
  if (drawn == 0) return {seed, part == ctest_part::whole ? whole : (whole + 2) / 3};
  return {seed + 1'000'003 * drawn, whole};
}

}  // namespace scansim::test
