// The launchers of the two schedules, each in its own device file. Contract: false if no kernel of the
// schedule has this configuration and precision; nothing is launched then. Callers use launch_selective_scan.
#pragma once
#include "host/cuda/scan/scan_call.h"

namespace scansim {

bool launch_selective_scan_serial(const scan_call& call, const scan_configuration& configuration,
                                  void* stream);
bool launch_selective_scan_block(const scan_call& call, const scan_configuration& configuration,
                                 void* stream);

}  // namespace scansim
