// The scans of a scan_sets call as scan_part.h judges them: what y is without them, and ref with each fault
// planted: those of a scan in all sets at once, and each set left out. Contract as of scan_trials.h; a long
// call is tried on its first channels, one that cannot be cut so has no trial.
#pragma once
#include <optional>

#include "host/operators/scan_part.h"
#include "models/ref/scan_sets_ref.h"
#include "traces/calls/scan_sets.h"

namespace scansim {

// By their names in a trace: y, h_last.0, ...
std::vector<named_reals> outputs_of(scan_sets_output out);

scan_share share_of(const scan_sets_call& call);
std::optional<scan_trial> try_faults(const scan_sets_call& call);

}  // namespace scansim
