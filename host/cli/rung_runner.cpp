#include "host/cli/rung_runner.h"

#include <unistd.h>

#include <filesystem>

#include "host/cli/interruption.h"
#include "sim/rungs/rtl_device.h"

namespace scansim {

std::unique_ptr<device> make_rung_device(const std::string& rung, const design_point& point,
                                         const device_options& options, const progress_callback& progress) {
  if (rung == "hls") return make_hls_device(point);
  if (rung == "systemc") return make_systemc_device(point, options);
  if (rung == "rtl") return make_rtl_device(point, options, progress);
  throw std::invalid_argument("no device for rung " + rung);
}

bool has_time(const std::string& rung) { return rung == "systemc" || rung == "rtl"; }

event_counters named_counters(std::span<const uint64_t, num_counters> values, const design_point& point) {
  event_counters named;
  const size_t count = point.has_units() ? num_counters : first_unit_counter;
  for (size_t i = 0; i < count; ++i)
    named[std::string(counter_names[i].block)][std::string(counter_names[i].event)] = values[i];
  return named;
}

wave_file::wave_file(const std::string& path) : path_(path) {
  if (!path.empty()) partial_ = path + ".partial-" + std::to_string(getpid());
}

wave_file::~wave_file() {
  if (path_.empty()) return;
  std::error_code ignored;
  try {
    throw_if_interrupted();
    std::filesystem::rename(partial_, path_, ignored);
  } catch (const interrupted&) {
    std::filesystem::remove(partial_, ignored);
  }
}

}  // namespace scansim
