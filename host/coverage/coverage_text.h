// Coverage as text: a table by group, what is open, the ranked tests; a table alone in Markdown; a line a bin
// as CSV. Contract: made of the coverage alone.
#pragma once
#include <string>
#include <vector>

#include "host/coverage/bin_coverage.h"
#include "host/coverage/bin_ranking.h"

namespace scansim {

std::string coverage_table(const bin_coverage& coverage);
std::string coverage_text(const bin_coverage& coverage, const std::vector<ranked_test>& ranking);
std::string coverage_markdown(const bin_coverage& coverage);
std::string coverage_csv(const bin_coverage& coverage);  // bin;state;test

}  // namespace scansim
