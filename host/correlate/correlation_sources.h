// The files of a folder (and those below it) that say something of a call: profiles and results. Contract:
// every *.json is one of them or a correlation of before, else input_error with file and what was found, so
// that none is passed over in silence; a file that is no JSON is passed over and named. No profile and no
// result is an error too.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/gpu_profile/profile_store.h"

namespace scansim {

struct result_source {
  std::string path;
  nlohmann::json page;  // result_page.h
};

struct correlation_sources {
  std::vector<stored_profile> profiles;  // by path
  std::vector<result_source> results;
  std::vector<std::string> passed_over;
};

inline constexpr const char* correlation_schema = "scansim-gpu-correlation";

// `result`: one more, unless it is in the folder anyway; empty: none.
correlation_sources read_correlation_sources(const std::string& folder, const std::string& result);

}  // namespace scansim
