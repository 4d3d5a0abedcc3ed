// What ran, in one line: revision of the program, then the first digits of the digests of the data folder, of
// the RTL and of the Verilated machine, and what of them is not as it was when the program was built. Choose
// the JSON for whole digests.
#pragma once
#include <string>

#include "host/report/run_result.h"

namespace scansim {

std::string sources_text(const run_result& result);

}  // namespace scansim
