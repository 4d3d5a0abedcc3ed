// A folder that only this run uses and that goes with it; those of runs that were killed go first
// (rtl_cache.h says which). Errors: tool_error when it cannot be made.
#pragma once
#include <filesystem>
#include <string>

#include "sim/cosim/rtl_cache.h"
#include "traces/input_error.h"

namespace scansim {

class passing_folder {
 public:
  passing_folder(const std::filesystem::path& parent, const std::string& stem)
      : path_(parent / build_folder_name(stem)) {
    remove_abandoned(parent, stem);
    std::error_code failed;
    if (!std::filesystem::create_directories(path_, failed))
      throw tool_error(parent.string() + ": no folder can be made in it: " +
                       (failed ? failed.message() : std::string("it is there")));
  }
  ~passing_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  passing_folder(const passing_folder&) = delete;
  passing_folder& operator=(const passing_folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace scansim
