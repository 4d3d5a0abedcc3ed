// The program of a whole Mamba layer from its sizes: every weight, scale and activation is zero, y is rotated
// where its size has a Hadamard matrix in whole words. Contract: as host/program/compile/layer_program.h.
#pragma once
#include "host/network/network_operator.h"
#include "host/program/program.h"
#include "models/configs/design_point.h"

namespace scansim {

program timed_layer_of(const operator_shape& shape, const design_point& point);

}  // namespace scansim
