// Launches the schedule that the configuration names.
#include "host/cuda/scan/launch_check.h"
#include "host/cuda/scan/selective_scan_launch.h"
#include "host/cuda/scan/selective_scan_schedules.h"

namespace scansim {

void launch_selective_scan(const scan_call& call, const scan_configuration& configuration, void* stream) {
  check_scan_sizes(call.sizes);
  const bool launched = configuration.schedule == scan_schedule::in_time
                            ? launch_selective_scan_serial(call, configuration, stream)
                            : launch_selective_scan_block(call, configuration, stream);
  if (!launched) throw std::invalid_argument("selective_scan: no kernel of this configuration and precision");
}

}  // namespace scansim
