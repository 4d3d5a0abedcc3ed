// What a selective_scan trace of the wrong shapes or names probably is: tensors of another layout, A_log in
// place of A, names of another call. Contract: text for a message that is an error anyway, "" without a
// guess; it decides nothing.
#pragma once
#include <string>
#include <vector>

#include "traces/calls/call.h"
#include "traces/scan_tensors.h"

namespace scansim {

std::string guess_scan_layout(const named_shapes& shapes);
// What is legal and yet probably not meant.
std::vector<std::string> scan_notes(const scan_tensors& scan);
// A tensor that selective_scan does not have.
std::string guess_scan_name(const std::string& name);

}  // namespace scansim
