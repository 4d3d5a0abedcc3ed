// `scansim trace calibrate`: chooses the power-of-two scales of a trace for a design point's widths and
// writes the trace with them beside its tensors. compare and run use the scales they find and calibrate only
// where there are none. Contract: everything else in the file and scales of other widths are kept as they
// are; scales of the same widths are replaced.
#pragma once
#include <string>

namespace scansim {

struct calibrate_options {
  std::string trace, config, out;
};

// Returns the exit status. Errors: input_error for a malformed trace, design point or path.
int calibrate_trace(const calibrate_options& options);

}  // namespace scansim
