// How a shell starts this program again as it was started: variables that choose its folders, then its name,
// or its path where a shell would not find it by the name. Contract: words are quoted; with the options of a
// command behind it, a line to copy into a shell in the same folder.
#pragma once
#include <string>

namespace scansim {

std::string invocation();

}  // namespace scansim
