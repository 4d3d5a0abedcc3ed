// This program and the data files that its tasks read, copied into the folder of their work under the hash of
// both: <folder>/program/<hash>/scansim and .../data. So neither a rebuild nor an edit of a design point
// reaches tasks that are waiting. Contract: a file appears whole or not at all, and what is there stays; two
// copies of the same are one.
#pragma once
#include <string>
#include <vector>

namespace scansim {

struct program_copy {
  std::string program, data;  // paths, below `folder`
};

// `data`: folders below the root of the data, with all that is in them.
program_copy copy_program(const std::string& folder, const std::vector<std::string>& data);

}  // namespace scansim
