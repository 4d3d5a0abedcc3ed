// An exclusive lock between processes on one file, held for the life of the object (flock). Contract:
// released by the system when the process ends in any way, so a killed holder never blocks the next; the file
// itself stays, unless its holder removes it: who waited then waits for the one that is there next.
#pragma once
#include <memory>
#include <string>

#include "sim/cosim/tool_process.h"

namespace scansim {

class file_lock {
 public:
  // Waits; `progress` (none: the system wakes it) is called with `waiting` about ten times a second meanwhile
  // and may throw. Throws tool_error if the file cannot be made.
  file_lock(const std::string& path, const std::string& waiting, const progress_callback& progress);
  // Nothing where another process holds it.
  static std::unique_ptr<file_lock> if_free(const std::string& path);
  ~file_lock();
  file_lock(const file_lock&) = delete;
  file_lock& operator=(const file_lock&) = delete;

 private:
  explicit file_lock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_ = -1;
};

}  // namespace scansim
