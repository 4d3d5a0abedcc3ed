// `scansim sweep why`: what bounds a point, and what a step in each parameter would change.
#pragma once
#include "host/cli/opened_sweep.h"

namespace scansim {

std::string why_text(const opened_sweep& sweep, const sweep_point& point);

}  // namespace scansim
