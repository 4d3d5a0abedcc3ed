// One source as rows: a profile with its model, the machine's rungs and the GPU of a result. Contract: pure,
// but for the datasheets; a file that names no call, or a trace without checksum, is input_error.
#pragma once
#include <string>
#include <vector>

#include "host/correlate/correlation_sources.h"
#include "host/correlate/gpu_correlation.h"
#include "host/gpu_profile/gpu_datasheet.h"

namespace scansim {

// The datasheet that names this device (gpu_datasheet.h, cuda_names); else the fallback, if there is one.
class known_devices {
 public:
  known_devices(const std::string& folder, const std::string& fallback);
  const gpu_datasheet* find(const std::string& device) const;

 private:
  std::vector<gpu_datasheet> sheets_;
  std::optional<gpu_datasheet> fallback_;
};

// The measured row.
correlation_row row_of_profile(const stored_profile& stored, const known_devices& devices);
// The times of the kernels that the profile's call was made of, each launched by itself: rows of their own,
// which have no model and count in no fit.
std::vector<correlation_row> rows_of_steps(const stored_profile& stored);
// What a datasheet makes of the profile's call; absent without datasheet or work.
std::optional<correlation_row> modelled_row(const stored_profile& stored, const known_devices& devices);
// Machine rungs with time, those of equal cycles as one; and the GPU, whatever its label.
std::vector<correlation_row> rows_of_result(const result_source& result);

}  // namespace scansim
