// Energy of one call from a window of back-to-back launches: E = (board energy over the window) / calls, idle
// included; E - idle power x window / calls, idle subtracted. The board's energy counter where there is one,
// else power samples integrated by the trapezoid rule; `source` says which. The counter steps every 20 to 100
// ms: the window begins and ends at a step, to 2 ms. Contract: idle power is that of two successive windows
// of a second that agree to 2 %, as the board's reading lags and its clocks fall slowly; absent if none do
// within 10 s, or if the board tells neither energy nor power.
#pragma once
#include <optional>

#include "host/cuda/measure/host_clock.h"
#include "host/cuda/measure/launch_timing.h"
#include "host/gpu_profile/gpu_profile.h"

namespace scansim {

// Watts, with the device doing nothing.
std::optional<double> idle_power_w(gpu_device& device, const host_clock& clock);

// `call_us` is about how long one call takes; it sizes the batches between two looks at the board.
std::optional<profile_energy> measure_energy(gpu_device& device, rotating_kernel& kernel, double call_us,
                                             double idle_w, double window_s, const host_clock& clock);

}  // namespace scansim
