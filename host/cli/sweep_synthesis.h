// `scansim sweep synthesise`: the front, or one point, as synthesis of its RTL counts it, beside what the
// area model says.
#pragma once
#include "host/cli/opened_sweep.h"

namespace scansim {

// Counts are kept in FOLDER/area/<id>.json and taken from there while the RTL is the same; prints all of
// them. Exit status: 1 where DSPs or block RAMs, which the model knows exactly, differ.
int synthesise_sweep(const opened_sweep& sweep, const std::string& folder, const std::string& point = "");

}  // namespace scansim
