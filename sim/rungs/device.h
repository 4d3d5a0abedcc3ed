// The one interface between the host driver and every rung that executes descriptors (hls, systemc, fast,
// analytic, rtl): a byte image of memory, 32-bit CSRs (sim/README.md, section 6) and a wait. The driver is
// unchanged whatever stands behind it. Contract: resize_memory before the first start; write_csr(CONTROL, 1)
// starts; wait_done returns when STATUS.done is set; counters keep their values until the next start. Throws
// tool_error when the machine hangs or its tool fails.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "models/configs/design_point.h"
#include "sim/cosim/rtl_kind.h"
#include "sim/mem/memory_timing.h"
#include "sim/switching/operand_switching.h"

namespace scansim {

inline constexpr uint64_t wave_step = 2;  // ps: one for each edge of the clock

// Cycles of the run, both included: those of every start one behind the other, as the report counts them.
struct cycle_window {
  uint64_t first = 0, last = UINT64_MAX;
  bool operator==(const cycle_window&) const = default;
};

// What a device was compiled to, and by which version of the rung's tool.
struct device_library {
  std::string sha256, tool_version;
};

// Of a run whose time was not simulated as a whole (analytic_device.h): chunks that were, of all.
struct simulated_part {
  uint64_t chunks = 0, of = 0;
};

class device {
 public:
  virtual ~device() = default;
  virtual std::string rung() const = 0;  // its name in the table of rungs
  virtual void resize_memory(size_t bytes) = 0;
  virtual std::span<uint8_t> memory() = 0;
  virtual void write_csr(uint32_t address, uint32_t value) = 0;
  virtual uint32_t read_csr(uint32_t address) = 0;
  virtual void wait_done() = 0;
  // What the memory model counted in the last run; empty: there is none.
  virtual memory_counters memory_events() const { return {}; }
  // How operands switched in the last run, where that was asked for; empty: not counted.
  virtual std::vector<switching_count> switching() const { return {}; }
  // nullopt: it is part of the program.
  virtual std::optional<device_library> library() const { return std::nullopt; }
  // How much of the last run was simulated; nullopt: a rung that always simulates all of it.
  virtual std::optional<simulated_part> simulated() const { return std::nullopt; }
  // The time in its waves of cycle 0 of the latest start, if the device has waves; a cycle is wave_step.
  virtual std::optional<uint64_t> wave_time() const { return std::nullopt; }
};

// What a device keeps of what happens in it (activity_log.h).
struct activity_request {
  int log = -1;              // descriptor of an activity_log, -1: keeps nothing
  cycle_window window;       // these cycles of the run
  int64_t most = INT64_MAX;  // events, and those that show that there are more
};

struct device_options {
  std::string memory_model = "ideal";  // one of memory_model_names()
  uint64_t seed = 1;                   // of the random memory model, and of registers that start at random
  std::string wave_path = "";          // rtl only: FST file, empty = no waves
  cycle_window waves = {};             // the cycles that it has
  bool waves_ready = false;  // rtl only: the library that can write them and show streams, without a file too
  uint64_t most_cycles = UINT64_MAX;   // rtl only: of a start; one that takes longer hangs (tool_error)
  std::optional<rtl_kind> build = {};  // rtl only; nullopt: what the environment says
  int port_log = -1;                   // rungs with time: descriptor of a port_log, -1: none
  int stream_log = -1;                 // of a rung that shows its streams (rung.h): a stream_log, -1: none
  activity_request activity = {};      // rungs that have it (rung.h)
  bool switching = false;              // rungs that count how operands switch (rung.h)
};

// hls has no time: its cycles and stall counters read 0, its saturation and event counters are exact.
std::unique_ptr<device> make_hls_device(const design_point& point, bool switching = false);
std::unique_ptr<device> make_systemc_device(const design_point& point, const device_options& options);
std::unique_ptr<device> make_rtl_device(const design_point& point, const device_options& options);

}  // namespace scansim
