// compile_options: which of the programs that compute a mamba_block a call becomes; other operators have one.
// Every one of them has the same values.
#pragma once
#include <compare>

namespace scansim {

struct compile_options {
  bool fused = true;     // nothing between its operators goes to memory
  bool z_first = false;  // z is projected with x and waits in the scratch; else beside the scan where it can
  auto operator<=>(const compile_options&) const = default;
};

}  // namespace scansim
