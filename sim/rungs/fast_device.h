// fast_device: the machine of the rung `systemc` without SystemC and without values: its blocks' processes
// are fibers, and they compute times and counts alone. Cycles and every counter but those of saturations are
// those of `systemc`, whose code computes them; tens of times faster, in this process.
// Contract: device.h. The image is read for descriptors, lists and the row counts of 4-bit weights, and
// never written: outputs are not there. A start runs to its end. Choose it where time is asked for (sweeps);
// it says nothing about values.
#pragma once
#include "sim/cosim/tool_process.h"
#include "sim/rungs/device.h"

namespace scansim {

std::unique_ptr<device> make_fast_device(const design_point& point, const device_options& options,
                                         const progress_callback& progress);

}  // namespace scansim
