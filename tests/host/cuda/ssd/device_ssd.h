// Runs the SSD kernels on the device: host pointers in, host pointers out.
#pragma once
#include <string>

#include "host/cuda/ssd/gpu_ssd_update.h"

namespace scansim {

std::string why_no_ssd_device();  // "" if there is one
void device_ssd(const gpu_ssd& host_call);
void device_ssd_update(const ssd_update& host_call);

}  // namespace scansim
