// Makes the fences of a program as early as its data allow: `newer` of a fenced descriptor becomes the number
// of writes pushed behind the last one that it reads (sim/PROGRAM.md, section 3). Contract: descriptors in
// the encoded list are legal; without a fence nothing changes. A scatter counts as a write of every word.
#pragma once
#include <cstdint>
#include <vector>

#include "sim/stream/machine_shape.h"

namespace scansim {

// `words`: descriptors one behind the other, 32 words each.
void tighten_fences(std::vector<uint32_t>& words, const machine_shape& shape);

}  // namespace scansim
