// unit_channels: what connects the sequencer, the dma and the scan with the units (sim/PROGRAM.md):
// command and job queues, parameter memories, staging buffers. Owned by the machine; the sequencer fills the
// queues, the dma the memories and buffers, units is the other side of all of them.
#pragma once
#include <array>

#include "hls/units/unit_descriptor.h"
#include "sim/mem/tile_buffer.h"
#include "sim/stream/machine_shape.h"
#include "sim/stream/parameter_rows.h"
#include "sim/stream/scratch_job.h"
#include "sim/stream/timed_fifo.h"
#include "sim/top/stream_taps.h"
#include "sim/unit_sizes.h"
#include "sim/units/hadamard_streams.h"
#include "sim/units/unit_streams.h"

namespace scansim {

struct unit_channels {
  explicit unit_channels(const machine_shape& shape);
  void reset();
  void close();
  // A params descriptor with clear; only when no unit uses the memory any more.
  void clear(const hls::params_descriptor& d);
  // Cycle from which all commands (scratch jobs) pushed so far have left; suspends until it is known.
  cycle_t commands_left();
  cycle_t jobs_left() { return std::max(reads.last_pop(), writes.last_pop()) + 1; }

  void listen(stream_taps& taps);

  // Commands and jobs; closed by the sequencer.
  timed_fifo<hls::gemm_descriptor> gemm;
  timed_fifo<conv_command> conv;
  timed_fifo<parameter_rows> conv_rows, norm_rows;
  timed_fifo<norm_command> norm;
  timed_fifo<hadamard_command> hadamard;
  timed_fifo<hls::params_descriptor> index;
  timed_fifo<scratch_job> reads, writes;

  parameter_memory& memory(hls::parameter_target target) { return memories[static_cast<size_t>(target)]; }
  std::array<parameter_memory, hls::num_parameter_targets>
      memories;  // number 1: positions, filled by index_load
  // Memories 0 and 1 as two slots each, while they are in use so: the sequencer says so with a clear, when
  // every command that was pushed before has left.
  struct row_slots {
    operand_buffer slots;
    bool on = false;
  };
  row_slots weight_slots, position_slots;
  operand_buffer index_beats, load;
  result_buffer store;
};

}  // namespace scansim
