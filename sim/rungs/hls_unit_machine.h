// The units of the hls rung: executes descriptors 2..8 of sim/PROGRAM.md, and the scans of such a
// machine, in program order, each completely before the next.
// Contract: start() before a run, finish() behind it; scratch, parameter memories and kept states outlive
// both. Events and saturations are added to the counters. Descriptors are legal (sim/unit_check.h). A
// program for which the machine would wait for ever, or an address outside DRAM, is a tool_error.
#pragma once
#include <deque>

#include "sim/rungs/hls_unit_gemm.h"
#include "sim/rungs/hls_unit_scan.h"
#include "sim/rungs/hls_unit_states.h"

namespace scansim {

class hls_unit_machine {
 public:
  // switching: told of every operation; nullptr: of none.
  explicit hls_unit_machine(const design_point& point, operand_switching* switching = nullptr);

  void start();
  void finish() const;
  void run(const uint32_t (&words)[hls::descriptor_words], std::span<uint8_t> dram, counter_values& counters);
  void run_scan(const hls::scan_descriptor& d, std::span<uint8_t> dram, const hls::scan_machine& machine,
                narrow_memories& memories, counter_values& counters, hls::saturation_counts& saturations);
  void run_sets(const set_scan& scan, std::span<uint8_t> dram, const hls::scan_machine& machine,
                narrow_memories& memories, counter_values& counters, hls::saturation_counts& saturations);

 private:
  struct context {
    std::span<uint8_t> dram;
    counter_values& counters;
  };
  void execute(const hls::transfer_descriptor& d, const context& to);
  void execute(const hls::params_descriptor& d, const context& to);
  void execute(const hls::gemm_descriptor& d, const context& to);
  void execute(const hls::conv_descriptor& d, const context& to);
  void execute(const hls::norm_descriptor& d, const context& to);
  void execute(const hls::hadamard_descriptor& d, const context& to);
  void load_x(const hls::gemm_descriptor& d, const context& to);
  local_scan_site site_of(std::span<uint8_t> dram, const hls::scan_machine& machine,
                          narrow_memories& memories, counter_values& counters);
  // The DRAM bytes of a transfer in pieces of at most 64 beats (`pieces`), or in one job.
  std::span<uint8_t> transfer(bool write, uint64_t address, int beats, bool pieces, const context& to) const;

  const design_point point_;
  machine_shape shape_;
  hls_unit_scratch scratch_;
  hls_unit_params params_;
  hls_unit_states states_;
  std::deque<gemm_slot> x_slots_;  // loaded and not released
  std::deque<uint8_t> z_words_;    // of to_z gemms, for the next scans with z_gemm
};

}  // namespace scansim
