// "3/200" of --shard: the part of the work that a cluster's task has. input_error for anything else.
#pragma once
#include <string>

#include "host/sweep/sweep_run.h"

namespace scansim {

sweep_part part_in(const std::string& text);

}  // namespace scansim
