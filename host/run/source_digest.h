// What a run was made of beside the program: the data folder (design points, cost tables, datasheets, memory
// models, the harness of the rtl rung) and the RTL, as digests, against those that the program was built
// beside. Digest of a folder: SHA-256 over one line "<sha256>  <path>" for every file, by path; the build
// writes the same (host/report/source_digest.cmake). Contract: no file is changed; a folder that is not there
// has the digest of none.
#pragma once
#include <string>

#include "host/report/run_result.h"

namespace scansim {

std::string data_sha256(const std::string& root);
std::string rtl_sha256(const std::string& root);

// Of the data folder that is in use, without the library.
run_sources sources_here();

}  // namespace scansim
