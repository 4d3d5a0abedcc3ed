// The machine's counters in CSR order (sim/README.md, section 5): the one list of their names. The name of a
// counter is also its key in the energy cost tables and in every report.
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
});

inline constexpr size_t num_counters = counter_names.size();

// Index of a counter; num_counters when there is none of that name (a compile-time use then fails to index).
constexpr size_t counter_index(std::string_view block, std::string_view event) {
  for (size_t i = 0; i < num_counters; ++i)
    if (counter_names[i].block == block && counter_names[i].event == event) return i;
  return num_counters;
}

}  // namespace scansim
