// The tests that are worth most: the one that hits most bins, then the one that adds most to it, and so on
// until nothing is added. Contract: greedy, so the set is small and not always the smallest; among equals the
// first name.
#pragma once
#include <string>
#include <vector>

#include "sim/bins/bin_record.h"

namespace scansim {

struct ranked_test {
  std::string test;
  size_t adds = 0, together = 0;  // bins
};

std::vector<ranked_test> ranked_tests(const std::vector<bin_record>& records);

}  // namespace scansim
