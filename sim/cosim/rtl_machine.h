// The Verilated machine in time: reset, AXI4-Lite accesses with real handshakes, and a run against a memory
// model.
//   one cycle = memory drives R and B; settle; memory answers AR, AW, W and master pins are sampled; clock
//   edge
// Contract: cycle 0 of the memory model is the cycle after the handshake of the start write; every start
// begins with a fresh model, so a run depends on descriptors, memory and seed only. A request on the memory
// port while no run is active, and any breach of AXI or of a contract that rtl/checks.f checks inside, is a
// tool_error with cycle and signal. It knows no descriptors: the driver does.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "sim/cosim/rtl_library.h"
#include "sim/cosim/tool_process.h"
#include "sim/mem/axi_memory_port.h"
#include "sim/mem/memory_timing.h"

namespace scansim {

class rtl_machine {
 public:
  using memory_maker = std::function<std::unique_ptr<memory_timing>()>;

  // Loads the library, resets the machine. `wave_path` empty: no waves; `windowed`: they have nothing but
  // what record_cycles asks for. `seed`: of what registers hold before reset (rtl_kind::randinit). Throws
  // tool_error.
  rtl_machine(const std::string& library_path, int axi_bytes, memory_maker make_memory,
              const std::string& wave_path, bool windowed = false, uint64_t seed = 1,
              const axi_limits& limits = {});

  // The bytes at `base` upwards; must stay valid until the next call.
  void set_memory(std::span<uint8_t> image, uint64_t base = 0) { image_ = image, base_ = base; }

  // Eight cycles of reset, in the middle of a run or not: the run and what it had open on the memory port are
  // forgotten.
  void reset();

  // One access each, as many cycles as the machine takes. Throws tool_error on an error response or no
  // answer.
  void write_csr(uint32_t address, uint32_t value);
  uint32_t read_csr(uint32_t address);

  // Cycles until STATUS.busy is 0. `progress` gets one line about every 50 ms and may throw.
  void run_until_idle(const progress_callback& progress = {});

  memory_counters memory_events() const { return timing_ ? timing_->counters() : memory_counters{}; }
  uint64_t ticks() const { return ticks_; }  // clock cycles since creation, reset and CSR accesses included
  uint64_t start_tick() const { return start_tick_; }  // of cycle 0 of the latest start

  // Of a start: one that takes longer is a machine that hangs (tool_error).
  void limit_cycles(uint64_t most) { most_cycles_ = most; }

  // Of a library for timelines: called in every cycle of the starts to come.
  using activity_callback = std::function<void(const scansim_rtl_activity&)>;
  void show(activity_callback to) { show_ = std::move(to); }

  // Of a library that shows its streams: called at each of their beats in the starts to come, with its cycle.
  using beat_callback = std::function<void(const scansim_rtl_beat&, cycle_t cycle)>;
  void listen(beat_callback to) { beat_ = std::move(to); }

  // Of a library for coverage: what was covered since creation, in the format of verilator_coverage.
  void write_coverage(const std::string& path);

  // Of a library with checks: bins that machines of it have, and whether one has hit them (rtl_bins_abi.h).
  using bin_visitor = std::function<void(const std::string& bin, bool hit)>;
  void each_bin(const bin_visitor& visit) const;

  // Of a windowed machine: these cycles of the next start, both included.
  void record_cycles(cycle_t first, cycle_t last);

 private:
  struct handle_deleter {
    scansim_rtl_destroy_fn* destroy;
    void operator()(scansim_rtl* rtl) const { destroy(rtl); }
  };

  void start_run();
  void tick();
  void tick_memory();
  void record_if_wanted();
  void show_cycle();
  void clock_and_listen();
  void expect_silent_port() const;
  void check_response(const char* channel, uint32_t address, uint8_t response) const;
  [[noreturn]] void no_answer(const char* channel, uint32_t address) const;

  rtl_library library_;
  size_t axi_bytes_;
  axi_limits limits_;
  memory_maker make_memory_;
  std::unique_ptr<scansim_rtl, handle_deleter> rtl_;
  std::span<uint8_t> image_;
  uint64_t base_ = 0;
  std::unique_ptr<memory_timing> timing_;
  std::unique_ptr<axi_memory_port> port_;  // null: no run is active
  cycle_t cycle_ = 0;                      // of the run
  cycle_t last_transfer_ = 0;              // cycle of the latest handshake on the memory port
  uint64_t ticks_ = 0, start_tick_ = 0;
  uint64_t most_cycles_ = UINT64_MAX;
  bool windowed_, recording_ = true;  // waves
  cycle_t first_recorded_ = 0, last_recorded_ = -1;
  scansim_rtl_inputs in_{};
  scansim_rtl_outputs out_{};
  scansim_rtl_readies readies_{};
  activity_callback show_;  // empty: nobody looks
  beat_callback beat_;      // likewise
};

}  // namespace scansim
