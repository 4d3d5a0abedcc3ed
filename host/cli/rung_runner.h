// Runs a quantised scan on one of the integer rungs (hls, systemc, rtl) through the one driver, and the waves
// that the rtl rung leaves. Contract: one systemc run object per process (SystemC elaborates once). The time
// to build the rtl library is apart from the time to run it.
#pragma once
#include <memory>
#include <span>
#include <string>

#include "host/cli/progress_display.h"
#include "host/driver/scan_result.h"
#include "models/energy/energy_report.h"
#include "sim/counters.h"
#include "sim/rungs/device.h"

namespace scansim {

// Throws input_error or tool_error as the factories of device.h.
std::unique_ptr<device> make_rung_device(const std::string& rung, const design_point& point,
                                         const device_options& options, const progress_callback& progress);

bool has_time(const std::string& rung);  // systemc and rtl

// By block and event; those of the units only where the design point has them.
event_counters named_counters(std::span<const uint64_t, num_counters> values, const design_point& point);

// A wave file takes its name when the object goes, however the run ended (a failed run is the one to look
// at), but not when the user interrupted it.
class wave_file {
 public:
  explicit wave_file(const std::string& path);  // empty: no waves
  ~wave_file();
  wave_file(const wave_file&) = delete;
  wave_file& operator=(const wave_file&) = delete;
  const std::string& partial_path() const { return partial_; }

 private:
  std::string path_, partial_;
};

}  // namespace scansim
