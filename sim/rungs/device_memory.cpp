#include "sim/rungs/device_memory.h"

#include "models/configs/data_directory.h"

namespace scansim {

std::unique_ptr<memory_timing> make_memory(const design_point& point, const device_options& options) {
  return make_memory_timing(options.memory_model,
                            {.axi_bytes = point.axi_bytes(),
                             .clock_mhz = point.clock_mhz,
                             .seed = options.seed,
                             .parameter_dir = data_directory() + "/sim/mem/parameters"});
}

}  // namespace scansim
