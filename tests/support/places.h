// Where the tests find the repository and the build folder. One compiled file holds both paths: as macros on
// every command line they would make each test a stranger to a compiler cache that another checkout filled.
#pragma once
#include <string>

namespace scansim::test {

std::string source_dir();  // root of the repository
std::string build_dir();   // root of the build folder
std::string
rtl_cache();  // of Verilated libraries, shared by all tests: $SCANSIM_CACHE, else in the build folder

}  // namespace scansim::test
