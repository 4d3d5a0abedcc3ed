// The machine's counters in CSR order (sim/README.md, section 5; sim/PROGRAM.md, section 7): the one list of
// their names. The name of a counter is also its key in the energy cost tables and in every report. Those of
// the units, from first_unit_counter on, are 0 on a machine without them.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace scansim {

struct counter_name {
  std::string_view block;
  std::string_view event;
};

inline constexpr auto counter_names = std::to_array<counter_name>({
    {"machine", "cycles"},
    {"sequencer", "busy"},
    {"sequencer", "wait_in"},
    {"sequencer", "wait_out"},
    {"sequencer", "idle"},
    {"dma", "busy"},
    {"dma", "wait_in"},
    {"dma", "wait_out"},
    {"dma", "idle"},
    {"dma", "dram_read_bytes"},
    {"dma", "dram_write_bytes"},
    {"dma", "buffer_write_bits"},
    {"dma", "buffer_read_bits"},
    {"dma", "read_bursts"},
    {"dma", "write_bursts"},
    {"delta_softplus", "busy"},
    {"delta_softplus", "wait_in"},
    {"delta_softplus", "wait_out"},
    {"delta_softplus", "idle"},
    {"delta_softplus", "softplus_ops"},
    {"delta_softplus", "mac_delta"},
    {"delta_softplus", "buffer_read_bits"},
    {"delta_softplus", "param_read_bits"},
    {"delta_softplus", "saturations_delta"},
    {"delta_softplus", "saturations_du"},
    {"delta_softplus", "saturations_skip"},
    {"scan_serial", "busy"},
    {"scan_serial", "wait_in"},
    {"scan_serial", "wait_out"},
    {"scan_serial", "idle"},
    {"scan_serial", "state_updates"},
    {"scan_serial", "exp_ops"},
    {"scan_serial", "param_read_bits"},
    {"scan_serial", "bc_read_bits"},
    {"scan_serial", "slot_read_bits"},
    {"scan_serial", "slot_write_bits"},
    {"scan_serial", "state_sram_read_bits"},
    {"scan_serial", "state_sram_write_bits"},
    {"scan_serial", "buffer_read_bits"},
    {"scan_serial", "buffer_write_bits"},
    {"scan_serial", "saturations_state"},
    {"gate_silu", "busy"},
    {"gate_silu", "wait_in"},
    {"gate_silu", "wait_out"},
    {"gate_silu", "idle"},
    {"gate_silu", "silu_ops"},
    {"gate_silu", "mac_gate"},
    {"gate_silu", "buffer_read_bits"},
    {"gate_silu", "buffer_write_bits"},
    {"gate_silu", "saturations_v"},
    {"gate_silu", "saturations_y"},
    {"gate_silu", "saturations_quant"},
    {"scratch_read", "busy"},
    {"scratch_read", "wait_in"},
    {"scratch_read", "wait_out"},
    {"scratch_read", "idle"},
    {"scratch_read", "scratch_read_bits"},
    {"scratch_write", "busy"},
    {"scratch_write", "wait_in"},
    {"scratch_write", "wait_out"},
    {"scratch_write", "idle"},
    {"scratch_write", "scratch_write_bits"},
    {"scratch_write", "z_write_bits"},
    {"index_unrank", "busy"},
    {"index_unrank", "wait_in"},
    {"index_unrank", "wait_out"},
    {"index_unrank", "idle"},
    {"index_unrank", "unranks"},
    {"index_unrank", "index_bits"},
    {"gemm_nm", "busy"},
    {"gemm_nm", "wait_in"},
    {"gemm_nm", "wait_out"},
    {"gemm_nm", "idle"},
    {"gemm_nm", "macs"},
    {"gemm_nm", "mac_slots"},
    {"gemm_nm", "outputs"},
    {"gemm_nm", "silu_ops"},
    {"gemm_nm", "x_read_bits"},
    {"gemm_nm", "w_read_bits"},
    {"gemm_nm", "p_read_bits"},
    {"gemm_nm", "r_read_bits"},
    {"gemm_nm", "y_write_bits"},
    {"gemm_nm", "saturations"},
    {"conv1d_silu", "busy"},
    {"conv1d_silu", "wait_in"},
    {"conv1d_silu", "wait_out"},
    {"conv1d_silu", "idle"},
    {"conv1d_silu", "macs"},
    {"conv1d_silu", "outputs"},
    {"conv1d_silu", "silu_ops"},
    {"conv1d_silu", "x_read_bits"},
    {"conv1d_silu", "u_write_bits"},
    {"conv1d_silu", "p_read_bits"},
    {"conv1d_silu", "p_memory_read_bits"},
    {"conv1d_silu", "s_read_bits"},
    {"conv1d_silu", "state_memory_read_bits"},
    {"conv1d_silu", "state_memory_write_bits"},
    {"conv1d_silu", "h_write_bits"},
    {"conv1d_silu", "saturations"},
    {"rms_norm", "busy"},
    {"rms_norm", "wait_in"},
    {"rms_norm", "wait_out"},
    {"rms_norm", "idle"},
    {"rms_norm", "macs"},
    {"rms_norm", "x_read_bits"},
    {"rms_norm", "row_write_bits"},
    {"rms_norm", "rsqrt_ops"},
    {"rms_norm", "scale_ops"},
    {"rms_norm", "row_read_bits"},
    {"rms_norm", "w_read_bits"},
    {"rms_norm", "w_memory_read_bits"},
    {"rms_norm", "y_write_bits"},
    {"rms_norm", "saturations"},
    {"hadamard_fwht", "busy"},
    {"hadamard_fwht", "wait_in"},
    {"hadamard_fwht", "wait_out"},
    {"hadamard_fwht", "idle"},
    {"hadamard_fwht", "add_ops"},
    {"hadamard_fwht", "x_read_bits"},
    {"hadamard_fwht", "row_write_bits"},
    {"hadamard_fwht", "row_read_bits"},
    {"hadamard_fwht", "delay_bits"},
    {"hadamard_fwht", "y_write_bits"},
    {"hadamard_fwht", "saturations"},
    {"weight_load", "expansions"},
});

inline constexpr size_t num_counters = counter_names.size();

// Index of a counter; num_counters when there is none of that name (a compile-time use then fails to index).
constexpr size_t counter_index(std::string_view block, std::string_view event) {
  for (size_t i = 0; i < num_counters; ++i)
    if (counter_names[i].block == block && counter_names[i].event == event) return i;
  return num_counters;
}

// Cycles and stalls: what rungs without time do not have.
constexpr bool is_time_counter(std::string_view event) {
  return event == "cycles" || event == "busy" || event == "wait_in" || event == "wait_out" || event == "idle";
}

inline constexpr size_t first_unit_counter = counter_index("scratch_read", "busy");

}  // namespace scansim
