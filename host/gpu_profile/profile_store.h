// Recorded profiles under a folder, found by the trace's SHA-256 and the precision. Contract: every *.json
// below the folder is a valid profile, or the input_error of the first that is not, by path, comes through: a
// record that cannot be read is never passed over. No folder: no profiles. Results are ordered by device
// name, then path; records of one trace on several devices are all given, and pick_profile chooses.
#pragma once
#include <string>
#include <vector>

#include "host/cuda/scan/scan_call.h"
#include "host/gpu_profile/gpu_profile.h"

namespace scansim {

struct stored_profile {
  std::string path;
  gpu_profile profile;
};

// `precision` as in the profile: "fp32". A profile without the metric time tells nothing to compare and is
// left out, as is one whose precision is "unknown".
std::vector<stored_profile> find_profiles(const std::string& folder, const std::string& trace_sha256,
                                          const std::string& precision);

// The one whose device name contains `device` (letter case ignored); of several, or for an empty name, the
// first, what the recorder wrote before imports. nullptr if none fits.
const stored_profile* pick_profile(const std::vector<stored_profile>& found, const std::string& device);

struct recorded_outputs {
  std::vector<float> y, h_last;  // of ssd final_states; may be empty
};
// The outputs beside the profile, which must name them. Throws input_error if the file is absent, its
// checksum is another, or it belongs to another trace.
recorded_outputs load_recorded_outputs(const stored_profile& stored);

}  // namespace scansim
