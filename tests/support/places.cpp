#include "tests/support/places.h"

#include <cstdlib>

namespace scansim::test {

std::string source_dir() { return SCANSIM_SOURCE_DIR; }

std::string build_dir() { return SCANSIM_BINARY_DIR; }

std::string rtl_cache() {
  const char* chosen = std::getenv("SCANSIM_CACHE");
  return chosen != nullptr && *chosen != '\0' ? chosen : build_dir() + "/test-cache";
}

}  // namespace scansim::test
