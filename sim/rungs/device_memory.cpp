#include "sim/rungs/device_memory.h"

#include "models/configs/data_directory.h"
#include "sim/mem/port_log.h"

namespace scansim {

std::unique_ptr<memory_timing> make_memory(const design_point& point, const device_options& options) {
  auto timing =
      make_memory_timing(options.memory_model, {.axi_bytes = point.axi_bytes(),
                                                .clock_mhz = point.clock_mhz,
                                                .seed = options.seed,
                                                .parameter_dir = data_directory() + "/sim/mem/parameters"});
  if (options.port_log < 0) return timing;
  return logged_memory(std::move(timing), options.port_log);
}

}  // namespace scansim
