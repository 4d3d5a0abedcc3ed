// The wave file of a rung (FST), which Verilator's own writer fills. Contract: it is made beside its place
// before the first rung runs, so that a place that takes no file is found then; it takes its name at
// finish(), or when the object goes, however the run ended (a failed run is the one to look at), but not when
// the caller is stopping, and not when it is incomplete. A disk that fills under it costs the waves alone:
// that writer looks at no error, and the pages that it maps are served from memory then (lost_pages.h).
#pragma once
#include <memory>
#include <string>

#include "host/run/lost_pages.h"
#include "host/run/run_observer.h"
#include "traces/temporary_file.h"

namespace scansim {

class wave_file {
 public:
  wave_file(const std::string& path, const run_observer& observer);  // empty path: no waves
  ~wave_file();
  wave_file(const wave_file&) = delete;
  wave_file& operator=(const wave_file&) = delete;

  bool wanted() const { return !path_.empty(); }
  // For the writer, from now to finish(); empty: no waves.
  std::string begin();
  // After the writer has closed it. Returns why there is no wave file, empty if there is.
  std::string finish();
  void drop();  // nothing is in them

 private:
  std::string why_incomplete() const;

  std::string path_;
  const run_observer& observer_;
  std::unique_ptr<temporary_file> partial_;
  std::unique_ptr<temporary_path> hierarchy_;  // the writer's second file
  std::unique_ptr<lost_pages> pages_;
};

}  // namespace scansim
