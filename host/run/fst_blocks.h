// Whether an FST file is whole: one header, value changes, geometry and hierarchy, every block as long as it
// says and the last one ending where the file does. A block is one byte of type and a big-endian 64-bit
// length that counts itself and the body. Contract: reads the blocks' heads alone, so a body is not looked
// at; a file that cannot be read is not whole.
#pragma once
#include <string>

namespace scansim {

bool is_whole_fst(const std::string& path);

}  // namespace scansim
