// What every driver does with a device, whatever it runs: make sure it is the machine of the design point,
// give it memory, start a list of descriptors and wait, add up the counters. Errors: tool_error, with the
// device's rung and the name of the machine's error code.
#pragma once
#include "sim/rungs/descriptor_events.h"
#include "sim/rungs/device.h"

namespace scansim {

void require_machine(device& machine, const design_point& point);  // ID, VERSION, MAP, PARAMETERS
void resize_memory(device& machine, size_t bytes);
double run_descriptors(device& machine, uint64_t address, size_t count);  // seconds of wall time
void add_counters(device& machine, counter_values& counters);

}  // namespace scansim
