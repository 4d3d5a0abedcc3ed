// Names that the program makes of a user's (a trace, a design point) and puts more behind. Contract: a name
// of at most `most` bytes stays; of a longer one its beginning stays, whole UTF-8 letters, and a digest of
// all of it stands behind, so two long names give two. Names alone, no paths.
#pragma once
#include <climits>
#include <string>

namespace scansim {

constexpr size_t longest_file_name = NAME_MAX;

std::string shortened_name(const std::string& name, size_t most);

}  // namespace scansim
