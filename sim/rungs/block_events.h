// What the blocks of the scan count (sim/README.md, section 4; sim/SETS.md, section 4), as amounts of rows,
// beats and tokens: the one statement of the events of a row and of a beat on rungs without time. Internal to
// sim/rungs.
#pragma once
#include "hls/scan/gate_silu.h"
#include "sim/rungs/descriptor_events.h"

namespace scansim {

class block_events {
 public:
  block_events(const design_point& point, counter_values& counters)
      : counters_(counters),
        lanes_(counted(point.num_lanes)),
        pes_(counted(point.num_pe())),
        operand_bits_(counted(point.operand_bits)),
        output_bits_(counted(point.output_bits)),
        state_bits_(pes_ * counted(point.state_bits)),
        stored_bits_(pes_ * 8 * counted(point.state_bytes())) {}

  void tokens(uint64_t count) { add<counter_index("scan_tokens", "tokens")>(count); }
  void list_entries(uint64_t count) { add<counter_index("scan_tokens", "list_read_bits")>(32 * count); }
  void resets(uint64_t count) { add<counter_index("scan_tokens", "resets")>(count); }
  void holds(uint64_t count) { add<counter_index("scan_tokens", "holds")>(count); }

  // A plain drive does without the product dt u.
  void delta_rows(uint64_t rows, bool plain_drive = false) {
    const uint64_t channels = rows * lanes_;
    add<counter_index("delta_softplus", "softplus_ops")>(channels);
    add<counter_index("delta_softplus", "mac_delta")>((plain_drive ? 2 : 3) * channels);
    add<counter_index("delta_softplus", "buffer_read_bits")>(2 * channels * operand_bits_);
    add<counter_index("delta_softplus", "param_read_bits")>(32 * channels);
  }

  // So many states of every lane, those that live.
  void scan_states(uint64_t states) {
    add<counter_index("scan_serial", "state_updates")>(states * lanes_);
    add<counter_index("scan_serial", "exp_ops")>(states * lanes_);
    add<counter_index("scan_serial", "param_read_bits")>(states * lanes_ * operand_bits_);
    add<counter_index("scan_serial", "bc_read_bits")>(2 * states * operand_bits_);
  }
  // Where the states of so many beats come from and go to.
  void from_slots(uint64_t beats) {
    add<counter_index("scan_serial", "slot_read_bits")>(beats * state_bits_);
  }
  void to_slots(uint64_t beats) { add<counter_index("scan_serial", "slot_write_bits")>(beats * state_bits_); }
  void from_memory(uint64_t beats) {
    add<counter_index("scan_serial", "state_sram_read_bits")>(beats * state_bits_);
  }
  void to_memory(uint64_t beats) {
    add<counter_index("scan_serial", "state_sram_write_bits")>(beats * state_bits_);
  }
  void from_h0(uint64_t beats) {
    add<counter_index("scan_serial", "buffer_read_bits")>(beats * stored_bits_);
  }
  void to_h_last(uint64_t beats) {
    add<counter_index("scan_serial", "buffer_write_bits")>(beats * stored_bits_);
  }

  void gate_rows(uint64_t rows, hls::gate_kind kind) {
    const uint64_t channels = rows * lanes_;
    add<counter_index("gate_silu", "mac_gate")>(kind == hls::gate_kind::silu ? 2 * channels : channels);
    add<counter_index("gate_silu", "buffer_write_bits")>(channels * output_bits_);
    if (kind == hls::gate_kind::silu) add<counter_index("gate_silu", "silu_ops")>(channels);
    if (kind != hls::gate_kind::none)
      add<counter_index("gate_silu", "buffer_read_bits")>(channels * operand_bits_);
  }
  // Of the rows above those whose row of y had a value.
  void added_rows(uint64_t rows) {
    add<counter_index("gate_silu", "y_add_ops")>(rows * lanes_);
    add<counter_index("gate_silu", "buffer_read_bits")>(rows * lanes_ * output_bits_);
  }
  void muted_rows(uint64_t rows) { add<counter_index("gate_silu", "muted_rows")>(rows); }

 private:
  template <size_t Index>
  void add(uint64_t amount) {
    static_assert(Index < num_counters, "no counter of that name");
    counters_[Index] += amount;
  }

  counter_values& counters_;
  uint64_t lanes_, pes_, operand_bits_, output_bits_, state_bits_, stored_bits_;
};

}  // namespace scansim
