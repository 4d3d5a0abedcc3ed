// The least share of the bins that runs have to hit, of all of them or of one group, and what is missing to
// it. Contract: excluded bins do not count; a group without bins that are asked for is met.
#pragma once
#include <string>
#include <vector>

#include "host/coverage/bin_coverage.h"

namespace scansim {

struct coverage_floor {
  std::string group;  // of the model, "": all together
  double percent = 0;
};

// "70" or "illegal=100". Errors: input_error of the command line's `option`.
coverage_floor coverage_floor_of(const std::string& option, const std::string& text);

// One line with each floor that is not met and the first bins that are open; "": all are met.
std::string missing_text(const bin_coverage& coverage, const std::vector<coverage_floor>& floors);

}  // namespace scansim
