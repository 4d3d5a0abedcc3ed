// Bins that are not asked for, each with a reason that somebody reviewed:
//   - bin: illegal/load.tokens@*          a bin of the model, or a pattern of fnmatch(3)
//     reason: a transfer has no tokens
// Contract: an entry that no bin has, or one of whose bins a run hits, is stale, which is for the caller to
// tell. Errors of the file: input_error.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "sim/bins/bin_model.h"

namespace scansim {

struct bin_exclusion {
  std::string bin, reason;
};

std::string default_bin_exclusions();  // tests/coverage/bin_exclusions.yaml of the data folder; "": not there

std::vector<bin_exclusion> read_bin_exclusions(const std::string& file);

struct stale_exclusion {
  std::string bin, why;  // as the file says it
};

struct excluded_bins {
  bin_set bins;
  std::vector<stale_exclusion> stale;
};

// `hit`: the bins of all runs, with the test.
excluded_bins exclude_bins(const std::vector<bin_exclusion>& exclusions, const std::vector<bin_group>& model,
                           const std::map<std::string, std::string>& hit);

}  // namespace scansim
