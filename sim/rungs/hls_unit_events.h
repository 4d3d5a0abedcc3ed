// Events of the units as closed forms of their descriptors (sim/UNITS.md; sim/PROGRAM.md, section 7).
// Contract: added to `counters`; saturations, stalls, the bits of the scratch and those of the DMA are
// counted where they happen. Legal descriptors.
#pragma once
#include "hls/units/unit_descriptor.h"
#include "sim/rungs/descriptor_events.h"
#include "sim/stream/machine_shape.h"

namespace scansim {

void count_unit_events(const hls::gemm_descriptor& d, const machine_shape& shape, counter_values& counters);
void count_unit_events(const hls::conv_descriptor& d, const machine_shape& shape, counter_values& counters);
void count_unit_events(const hls::norm_descriptor& d, const machine_shape& shape, counter_values& counters);
void count_unit_events(const hls::hadamard_descriptor& d, const machine_shape& shape,
                       counter_values& counters);

}  // namespace scansim
