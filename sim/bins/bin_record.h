// What one machine hit, as a file of its own: JSON with the test that ran it, its parameters and the names of
// the bins. Contract: a file appears whole or not at all, under a name that nothing has; a run that cannot
// write it is what it was. Errors of reading: input_error with the file.
#pragma once
#include <optional>

#include "hls/map/parameter_map.h"
#include "sim/bins/bin_model.h"

namespace scansim {

struct bin_record {
  std::string test;
  machine_parameters point;
  bin_set bins;
};

// Where a record goes, and of which test: $SCANSIM_BINS and $SCANSIM_BINS_TEST (default: the program's name).
// nullopt: nobody asked.
struct bin_place {
  std::string folder, test;
};
inline constexpr const char *bins_variable = "SCANSIM_BINS", *bins_test_variable = "SCANSIM_BINS_TEST";
std::optional<bin_place> bin_place_of_environment();

void write_bin_record(const std::string& folder, const bin_record& record);

// Every record below the folder, by test and then by file.
std::vector<bin_record> read_bin_records(const std::string& folder);

}  // namespace scansim
