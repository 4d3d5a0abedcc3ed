// The machine's counters in CSR order (sim/README.md, section 5; sim/PROGRAM.md, section 7): the one list of
// their names. The name of a counter is also its key in the energy cost tables and in every report; those of
// the units, from scratch_read.busy on, are 0 on a machine without them, and those of sets (counts_sets) on
// one without sets. rtl/top/ssm_map_pkg.sv has the same order as named indices. Contract: the counters of a
// block stand together, its four stalls first where it has them.
//   time   cycles and stalls: what rungs without time do not have
//   event  work done and traffic: follows from the descriptors alone
//   data   saturations: depend on values
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "hls/map/parameter_map.h"

namespace scansim {

enum class counter_class : uint8_t { time, event, data };

struct counter_name {
  std::string_view block;
  std::string_view event;
  counter_class kind;
};

inline constexpr auto counter_names = [] {
  using enum counter_class;
  return std::to_array<counter_name>({
      {"machine", "cycles", time},
      {"sequencer", "busy", time},
      {"sequencer", "wait_in", time},
      {"sequencer", "wait_out", time},
      {"sequencer", "idle", time},
      {"dma", "busy", time},
      {"dma", "wait_in", time},
      {"dma", "wait_out", time},
      {"dma", "idle", time},
      {"dma", "dram_read_bytes", event},
      {"dma", "dram_write_bytes", event},
      {"dma", "buffer_write_bits", event},
      {"dma", "buffer_read_bits", event},
      {"dma", "read_bursts", event},
      {"dma", "write_bursts", event},
      {"scan_tokens", "busy", time},
      {"scan_tokens", "wait_in", time},
      {"scan_tokens", "wait_out", time},
      {"scan_tokens", "idle", time},
      {"scan_tokens", "tokens", event},
      {"scan_tokens", "list_read_bits", event},
      {"scan_tokens", "resets", event},
      {"scan_tokens", "holds", event},
      {"delta_softplus", "busy", time},
      {"delta_softplus", "wait_in", time},
      {"delta_softplus", "wait_out", time},
      {"delta_softplus", "idle", time},
      {"delta_softplus", "softplus_ops", event},
      {"delta_softplus", "mac_delta", event},
      {"delta_softplus", "buffer_read_bits", event},
      {"delta_softplus", "param_read_bits", event},
      {"delta_softplus", "saturations_delta", data},
      {"delta_softplus", "saturations_du", data},
      {"delta_softplus", "saturations_skip", data},
      {"scan_serial", "busy", time},
      {"scan_serial", "wait_in", time},
      {"scan_serial", "wait_out", time},
      {"scan_serial", "idle", time},
      {"scan_serial", "state_updates", event},
      {"scan_serial", "exp_ops", event},
      {"scan_serial", "param_read_bits", event},
      {"scan_serial", "bc_read_bits", event},
      {"scan_serial", "slot_read_bits", event},
      {"scan_serial", "slot_write_bits", event},
      {"scan_serial", "state_sram_read_bits", event},
      {"scan_serial", "state_sram_write_bits", event},
      {"scan_serial", "buffer_read_bits", event},
      {"scan_serial", "buffer_write_bits", event},
      {"scan_serial", "saturations_state", data},
      {"gate_silu", "busy", time},
      {"gate_silu", "wait_in", time},
      {"gate_silu", "wait_out", time},
      {"gate_silu", "idle", time},
      {"gate_silu", "silu_ops", event},
      {"gate_silu", "mac_gate", event},
      {"gate_silu", "buffer_read_bits", event},
      {"gate_silu", "buffer_write_bits", event},
      {"gate_silu", "y_add_ops", event},
      {"gate_silu", "muted_rows", event},
      {"gate_silu", "saturations_v", data},
      {"gate_silu", "saturations_y", data},
      {"gate_silu", "saturations_quant", data},
      {"scratch_read", "busy", time},
      {"scratch_read", "wait_in", time},
      {"scratch_read", "wait_out", time},
      {"scratch_read", "idle", time},
      {"scratch_read", "scratch_read_bits", event},
      {"scratch_write", "busy", time},
      {"scratch_write", "wait_in", time},
      {"scratch_write", "wait_out", time},
      {"scratch_write", "idle", time},
      {"scratch_write", "scratch_write_bits", event},
      {"scratch_write", "z_write_bits", event},
      {"index_unrank", "busy", time},
      {"index_unrank", "wait_in", time},
      {"index_unrank", "wait_out", time},
      {"index_unrank", "idle", time},
      {"index_unrank", "unranks", event},
      {"index_unrank", "index_bits", event},
      {"gemm_nm", "busy", time},
      {"gemm_nm", "wait_in", time},
      {"gemm_nm", "wait_out", time},
      {"gemm_nm", "idle", time},
      {"gemm_nm", "macs", event},
      {"gemm_nm", "mac_slots", event},
      {"gemm_nm", "outputs", event},
      {"gemm_nm", "silu_ops", event},
      {"gemm_nm", "x_read_bits", event},
      {"gemm_nm", "w_read_bits", event},
      {"gemm_nm", "p_read_bits", event},
      {"gemm_nm", "r_read_bits", event},
      {"gemm_nm", "y_write_bits", event},
      {"gemm_nm", "saturations", data},
      {"conv1d_silu", "busy", time},
      {"conv1d_silu", "wait_in", time},
      {"conv1d_silu", "wait_out", time},
      {"conv1d_silu", "idle", time},
      {"conv1d_silu", "macs", event},
      {"conv1d_silu", "outputs", event},
      {"conv1d_silu", "silu_ops", event},
      {"conv1d_silu", "x_read_bits", event},
      {"conv1d_silu", "u_write_bits", event},
      {"conv1d_silu", "p_read_bits", event},
      {"conv1d_silu", "p_memory_read_bits", event},
      {"conv1d_silu", "s_read_bits", event},
      {"conv1d_silu", "state_memory_read_bits", event},
      {"conv1d_silu", "state_memory_write_bits", event},
      {"conv1d_silu", "h_write_bits", event},
      {"conv1d_silu", "saturations", data},
      {"rms_norm", "busy", time},
      {"rms_norm", "wait_in", time},
      {"rms_norm", "wait_out", time},
      {"rms_norm", "idle", time},
      {"rms_norm", "macs", event},
      {"rms_norm", "x_read_bits", event},
      {"rms_norm", "row_write_bits", event},
      {"rms_norm", "rsqrt_ops", event},
      {"rms_norm", "scale_ops", event},
      {"rms_norm", "row_read_bits", event},
      {"rms_norm", "w_read_bits", event},
      {"rms_norm", "w_memory_read_bits", event},
      {"rms_norm", "y_write_bits", event},
      {"rms_norm", "saturations", data},
      {"hadamard_fwht", "busy", time},
      {"hadamard_fwht", "wait_in", time},
      {"hadamard_fwht", "wait_out", time},
      {"hadamard_fwht", "idle", time},
      {"hadamard_fwht", "add_ops", event},
      {"hadamard_fwht", "x_read_bits", event},
      {"hadamard_fwht", "row_write_bits", event},
      {"hadamard_fwht", "row_read_bits", event},
      {"hadamard_fwht", "delay_bits", event},
      {"hadamard_fwht", "y_write_bits", event},
      {"hadamard_fwht", "saturations", data},
      {"weight_load", "expansions", event},
  });
}();

inline constexpr size_t num_counters = counter_names.size();

// Index of a counter; num_counters when there is none of that name (a compile-time use then fails to index).
constexpr size_t counter_index(std::string_view block, std::string_view event) {
  for (size_t i = 0; i < num_counters; ++i)
    if (counter_names[i].block == block && counter_names[i].event == event) return i;
  return num_counters;
}

constexpr counter_class class_of_counter(size_t index) { return counter_names[index].kind; }

inline constexpr size_t first_unit_counter = counter_index("scratch_read", "busy");

// What only machines with sets count.
constexpr bool counts_sets(size_t index) {
  const counter_name& of = counter_names[index];
  return of.block == "scan_tokens" || of.event == "y_add_ops" || of.event == "muted_rows";
}

// Whether a machine has it; else it reads 0.
constexpr bool has_counter(const machine_parameters& of, size_t index) {
  return index >= first_unit_counter ? of.gemm_depth > 0 : of.max_sets > 0 || !counts_sets(index);
}

}  // namespace scansim
