// This program and the data files that `sweep work` reads, copied into a sweep's folder under the hash of
// both: <folder>/program/<hash>/scansim and .../data. So neither a rebuild nor an edit of a design point
// reaches tasks that are waiting. Contract: a file appears whole or not at all, and what is there stays; two
// copies of the same are one.
#pragma once
#include <string>

namespace scansim {

struct program_copy {
  std::string program, data;  // paths, below `folder`
};

program_copy copy_program(const std::string& folder);

}  // namespace scansim
