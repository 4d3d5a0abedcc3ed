#include "sim/rungs/device_memory.h"

#include "models/configs/data_directory.h"
#include "sim/mem/port_log.h"

namespace scansim {

memory_parameters memory_parameters_of(const design_point& point, uint64_t seed) {
  return {.axi_bytes = point.axi_bytes(),
          .clock_mhz = point.clock_mhz,
          .seed = seed,
          .parameter_dir = memory_directory(),
          .set = point.memory_settings};
}

std::unique_ptr<memory_timing> make_memory(const design_point& point, const device_options& options) {
  auto timing = make_memory_timing(options.memory_model, memory_parameters_of(point, options.seed));
  if (options.port_log < 0) return timing;
  return logged_memory(std::move(timing), options.port_log);
}

}  // namespace scansim
