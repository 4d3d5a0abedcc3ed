// What the machines of one test and one set of parameters hit, as a file: JSON with the test, the parameters
// and the names of the bins. Contract: a file is whole or not there; a further machine of that test adds its
// bins to it, under a lock, so that any number of processes may write and a folder has as many records as
// there are tests and machines, however often they run. A run that cannot write is what it was. Errors of
// reading: input_error with the file.
#pragma once
#include <optional>

#include "hls/map/parameter_map.h"
#include "sim/bins/bin_model.h"

namespace scansim {

struct bin_record {
  std::string test;
  machine_parameters point;
  bin_set bins;
  bin_set inside = {};  // bins of groups that no table lists: those that the machine itself tells of
};

// Where a record goes, and of which test: $SCANSIM_BINS and $SCANSIM_BINS_TEST (default: the program's name).
// nullopt: nobody asked.
struct bin_place {
  std::string folder, test;
};
inline constexpr const char *bins_variable = "SCANSIM_BINS", *bins_test_variable = "SCANSIM_BINS_TEST";
std::optional<bin_place> bin_place_of_environment();

// Adds to the record of that test and machine. Errors: tool_error, input_error of a record that is none.
void write_bin_record(const std::string& folder, const bin_record& record);

// Every record below the folder, by test and then by file.
std::vector<bin_record> read_bin_records(const std::string& folder);

}  // namespace scansim
