// Why a run of the synthesis tool, or of npm that installs it, failed: the first cause in its log, one line.
// Contract: the first "ERROR:" of Yosys or of yosys.mjs; else the first error that JavaScript names
// ("RangeError:
// ..."); else the first line that complains; of npm the first line that is no code or number. A log without a
// word says so, with the signal that ended the tool where there was one.
#pragma once
#include <string>

namespace scansim {

// `status` as run_child_process gives it.
std::string synthesis_failure(const std::string& log, int status);
std::string npm_failure(const std::string& log, int status);

}  // namespace scansim
