// `scansim sweep confirm` and `sweep run --confirm`: the front on rungs with values, row by row.
#pragma once
#include "host/cli/opened_sweep.h"

namespace scansim {

// Rows of the front, or of one point, that `rung` has not confirmed yet; prints all of them. Exit status.
int confirm_sweep(const opened_sweep& sweep, const std::string& folder, const std::string& rung,
                  const std::string& point = "");

}  // namespace scansim
