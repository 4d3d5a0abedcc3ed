// The parameter memories of the hls rung (sim/PROGRAM.md, sections 2 and 5): rows appended beat by beat until
// cleared, resident over starts. The index memory takes ranks and keeps positions (hls/gemm/nm_format.h), the
// weight memory takes 4-bit weights and keeps s8 ones (sim/weight_groups.h).
// With `slots` weights and positions are what one descriptor
// after the other loads, at most two at a time.
// Contract: row() and list() give what is loaded; asking for more, for which the machine would wait for ever,
// and loading more than a memory holds are a tool_error.
#pragma once
#include <array>
#include <deque>
#include <span>
#include <vector>

#include "hls/units/unit_descriptor.h"
#include "sim/rungs/descriptor_events.h"
#include "sim/stream/machine_shape.h"

namespace scansim {

class hls_unit_params {
 public:
  explicit hls_unit_params(const machine_shape& shape);

  // `beats`: the bytes of the descriptor's beats. Counts unranks, index bits and expansions.
  void load(const hls::params_descriptor& d, std::span<const uint8_t> beats, counter_values& counters);

  std::span<const uint8_t> row(hls::parameter_target target, int row) const;
  // Memories in slots: those that were filled first and not given back are, of weights and, of an N:M
  // product, positions.
  void release_slots(bool positions);
  // The first `entries` entries of the gather or scatter list.
  std::span<const uint8_t> list(hls::parameter_target target, int entries) const;

 private:
  struct memory {
    size_t row_bytes, rows;
    std::vector<uint8_t> bytes;  // loaded so far
    bool in_slots = false;       // then of each slot in use:
    std::deque<std::vector<uint8_t>> slots = {};
  };

  void clear(const hls::params_descriptor& d);
  void append(hls::parameter_target target, std::span<const uint8_t> bytes);
  static void fill_slot(memory& m, std::span<const uint8_t> rows);
  void append_expanded_rows(std::span<const uint8_t> beats, counter_values& counters);
  void append_positions(const hls::params_descriptor& d, std::span<const uint8_t> beats,
                        counter_values& counters);

  int lanes_, depth_;
  std::array<memory, hls::num_parameter_targets> memories_;
};

}  // namespace scansim
