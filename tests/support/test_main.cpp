// The one translation unit that holds Catch2's main(). Verilated machines that a test builds go where those
// of all tests are, not into the user's cache.
#define CATCH_CONFIG_RUNNER
#include <stdlib.h>

#include <catch2/catch.hpp>

#include "tests/support/places.h"

int main(int argc, char** argv) {
  setenv("SCANSIM_CACHE", scansim::test::rtl_cache().c_str(), 1);
  return Catch::Session().run(argc, argv);
}
