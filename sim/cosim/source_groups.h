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

struct group_request {
  std::string
      user_source;  // a path as seen from the folder; it goes into the first group, which make links whole
  bool with_waves = false;
  bool counts = false;  // for coverage
  bool cached =
      true;  // a compiler cache has Verilator's own files from other machines; else waves join them too
};

// Writes the groups into `folder`, that of Verilator's output for ssm_top, and gives the arguments of make
// that put them in the place of the sources. Throws tool_error when a group cannot be written.
std::vector<std::string> group_sources(const std::string& folder, const group_request& request);

}  // namespace scansim
