// What runs hit together, of all bins of the model. Contract: of each bin the first test in the order of the
// records that hit it; a record with a bin that the model has not is of another program (input_error).
#pragma once
#include <map>
#include <string>
#include <vector>

#include "host/coverage/bin_exclusions.h"
#include "sim/bins/bin_record.h"

namespace scansim {

struct covered_group {
  std::string name;
  size_t covered = 0, excluded = 0, asked = 0;  // asked: those of the model that are not excluded
  std::vector<std::string> open;                // asked for and not hit
};

struct bin_coverage {
  std::vector<covered_group> groups;         // of the model, in its order
  std::map<std::string, std::string> first;  // bin -> test
  excluded_bins excluded;
  size_t records = 0, tests = 0;
  size_t parameter_values_on_rtl = 0;  // of design_point; the others ran on systemc

  covered_group sum() const;
};

// `exclusions`: a file of bin_exclusions.h, empty: none.
bin_coverage cover(const std::vector<bin_record>& records, const std::string& exclusions);

}  // namespace scansim
