// Files that a run leaves behind. Contract: a file appears whole or not at all (written beside its place,
// then renamed); a name that the program chose is never that of an existing file, a name that the user chose
// is replaced.
#pragma once
#include <string>

namespace scansim {

// Errors: tool_error if the folder does not exist or the disk refuses; the old file, if any, stays.
void write_file_atomically(const std::string& path, const std::string& text);

// <directory>/<stem>-<number><extension> with the first number that is free, reserved by creating an empty
// file, so that two runs at once get two names. Makes the directory. Errors: tool_error.
std::string reserve_output_path(const std::string& directory, const std::string& stem,
                                const std::string& extension);

}  // namespace scansim
