// parameter_unpack: rows of the conv and norm weight memories -> entries of conv1d_silu and rms_norm
// (sim/PROGRAM.md, section 2, parameter memories). Little-endian; bits beyond a field of the unit's port are
// dropped.
#pragma once
#include "sim/units/unit_streams.h"

namespace scansim {

void unpack_conv_row(const uint8_t* row, int lanes, conv_parameters& p);
void unpack_norm_row(const uint8_t* row, int lanes, norm_beat& w);

}  // namespace scansim
