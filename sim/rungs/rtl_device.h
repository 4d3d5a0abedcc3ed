// The rtl rung behind the device interface: the Verilated machine of a design point (sim/cosim/rtl_build.h
// builds its library when the cache has none) on the same memory models as systemc. Contract: as device.h;
// every start sees a fresh memory model of the same seed. `progress` hears of the build and the run a few
// times a second and may throw to interrupt either. Choose make_rtl_device(point, options) of device.h where
// nobody waits.
#pragma once
#include <memory>

#include "sim/cosim/tool_process.h"
#include "sim/rungs/device.h"

namespace scansim {

// Throws tool_error if a tool is missing or fails, input_error for an unknown memory model.
std::unique_ptr<device> make_rtl_device(const design_point& point, const device_options& options,
                                        const progress_callback& progress);

}  // namespace scansim
