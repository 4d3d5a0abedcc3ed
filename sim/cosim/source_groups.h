// Joins the many sources that Verilator writes into few: each is `#include` of some of them, so that the
// headers are read once a group (a fifth to a third of a compilation). Contract: every source is in one
// group; what runs in every cycle is apart from what runs once or when waves are written (constructors,
// declarations of signals, dumps), which is large and compiled cheaply; groups are of about equal size, two
// at least where that is worth a second compiler. It builds nothing: make does, told by the variables that it
// returns.
#pragma once
#include <string>
#include <vector>

namespace scansim {

// Writes the groups into `folder`, that of Verilator's output for ssm_top, with `user_source` (a path as seen
// from there) in the first, which make links whole; and gives the arguments of make that put the groups in
// the place of the sources; with waves their writer, of Verilator's own files, is in a group too. Throws
// tool_error when a group cannot be written.
std::vector<std::string> group_sources(const std::string& folder, const std::string& user_source,
                                       bool with_waves);

}  // namespace scansim
