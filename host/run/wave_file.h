// The wave file of a rung, under another name until the rung is over. Contract: it takes its name when the
// object goes, however the run ended (a failed run is the one to look at), but not when the caller is
// stopping: then it goes too.
#pragma once
#include <string>

#include "host/run/run_observer.h"

namespace scansim {

class wave_file {
 public:
  wave_file(const std::string& path, const run_observer& observer);  // empty path: no waves
  ~wave_file();
  wave_file(const wave_file&) = delete;
  wave_file& operator=(const wave_file&) = delete;
  const std::string& partial_path() const { return partial_; }

 private:
  std::string path_, partial_;
  const run_observer& observer_;
};

}  // namespace scansim
