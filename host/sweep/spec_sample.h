// The part `sample` of a sweep file: which assignments of the space are points (sweep_points.h). Contract:
// the space is read already, since a list of points names its parameters; errors as spec_fields.
#pragma once
#include "host/sweep/spec_fields.h"

namespace scansim {

// `folder`: what the path of a list is relative to.
void read_sample(const spec_fields& fields, const YAML::Node& sample, const std::string& folder,
                 sweep_spec& spec);

}  // namespace scansim
