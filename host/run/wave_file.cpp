#include "host/run/wave_file.h"

#include <unistd.h>

#include <filesystem>

namespace scansim {

wave_file::wave_file(const std::string& path, const run_observer& observer)
    : path_(path), observer_(observer) {
  if (!path.empty()) partial_ = path + ".partial-" + std::to_string(getpid());
}

wave_file::~wave_file() {
  if (path_.empty()) return;
  std::error_code ignored;
  if (observer_.stopping())
    std::filesystem::remove(partial_, ignored);
  else
    std::filesystem::rename(partial_, path_, ignored);
}

}  // namespace scansim
