// The operators whose calls a trace can hold, one line each in call_list.cpp; nothing else lists them. The
// first is what `trace generate` makes unless told otherwise.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "traces/calls/call.h"

namespace scansim {

using call_kinds = std::span<const call_kind* const>;

call_kinds call_list();

// "gemm", ... in the order of the list.
std::vector<std::string> call_names(call_kinds kinds = call_list());

}  // namespace scansim
