// Import of `ncu --csv --page raw`: lines of the tool ("==PROF== ...") and of the program before the header
// are passed over; then a header row, a units row (its ID is empty) and one row per kernel launch. Result:
// one profile with origin "ncu", every metric in a canonical unit (ncu_units.h) with its aggregation: the
// tool's rollup over the hardware's units, then the median over the launches, whose extremes are low and
// high. Contract: one kernel, launched with one grid and block size: several names need `kernel`, a regular
// expression that leaves one. Every column must be known (ncu_columns.h), have a unit or be dimensionless by
// its name, and hold finite numbers, or it is named in `skip`; a column without any value in the chosen
// launches is left out. All else is one input_error naming the column. Times of ncu are of serialised,
// clock-locked replays.
#pragma once
#include <string>
#include <vector>

#include "host/gpu_profile/gpu_profile.h"

namespace scansim {

struct ncu_choice {
  std::string kernel;             // regular expression; empty: the file has one kernel
  std::vector<std::string> skip;  // columns left out on purpose, by exact name
  char decimal_mark = 0;          // of every number; 0: as its cells tell
};

// Leaves profile.created, trace and kernel.precision for the caller ("unknown").
gpu_profile import_ncu_csv(const std::string& path, const ncu_choice& choice);
// The same of text; `file` names it in errors.
gpu_profile ncu_profile_from_text(const std::string& text, const std::string& file, const ncu_choice& choice);

}  // namespace scansim
