// machine: the blocks of one design point, connected, and the run control around them (sim/README.md;
// the units, where the design point has them: sim/PROGRAM.md).
//   run(desc_addr, count, image, memory)  executes descriptors from cycle 0 and returns cycles, counters and
//   error code
// Contract: the host runs this machine and nothing else; any number of runs, one after the other. Parameter
// memories keep their rows from run to run; queues, counters and times start anew. `memory` is the timing of
// one run: a new instance for each. A shape without values: the same cycles and counters but those of
// saturations, which read 0; the image is read where times depend on it (descriptors, lists, row counts of
// 4-bit weights) and never written. Throws tool_error when the run hangs or a burst leaves the image; the
// machine is then unusable. schedule_noise (process.h) varies the order of processes, which must not change
// anything.
#pragma once
#include "hls/map/csr_map.h"
#include "sim/mem/dma_burst.h"
#include "sim/scan/delta_softplus.h"
#include "sim/scan/gate_silu.h"
#include "sim/scan/scan_serial.h"
#include "sim/scan/scan_tokens.h"
#include "sim/top/machine_activity.h"
#include "sim/top/sequencer.h"
#include "sim/top/stream_taps.h"
#include "sim/top/units.h"

namespace scansim {

struct machine_run {
  cycle_t cycles = 0;
  csr::error_code error = csr::error_code::none;
  counter_values counters{};
};

class machine {
 public:
  // `vectorised`: use AVX2 where present; the results are the same.
  machine(process_host& host, const machine_shape& shape, bool vectorised = true);

  machine_run run(uint64_t first_descriptor, uint32_t count, std::span<uint8_t> image, memory_timing& memory);

  // What happens in the runs to come, but for the port, which is the memory's; nullptr: no more. `to` starts
  // anew with every run, in its window.
  void keep(machine_activity* to);

  // From now on `to` hears of every beat of the streams between the blocks.
  void listen(stream_listener& to);

  // Asked in front of every chunk of the runs to come; nullptr: nobody.
  void watch(chunk_watch* watch) { sequencer_.watch(watch); }
  // Where a scan stands that was told to, in the middle of a run: all that its times to come depend on, but
  // for the resident rows (once a row was used, its time is past for good) and the units.
  void append_state(const hls::scan_descriptor& d, time_state& to) const;
  // As if the run ended after so many cycles.
  counter_values counters_at(cycle_t cycles);
  // Tiles of the run: commanded; those that every block and the dma are done with.
  int64_t tiles_commanded() const { return delta_commands_.pushed(); }
  int64_t tiles_done() const;

 private:
  const block_process* beside(const block_process& block) const;
  operand_buffer buffer(int slots, int64_t max_bytes) const;
  template <class Visit>
  void each_block(Visit visit);
  void reset_channels();
  std::string waiting_blocks();
  void begin_activity();
  void finish_activity(cycle_t cycles);

  machine_shape shape_;
  process_host& host_;
  timed_fifo<fetched_descriptor> descriptors_;
  timed_fifo<dma_job> jobs_;
  timed_fifo<tile_command> token_commands_, delta_commands_, scan_commands_, gate_commands_;
  timed_fifo<hls::scan_token> tokens_;
  timed_fifo<dt_row> dt_;
  timed_fifo<skip_row> skip_;
  timed_fifo<lane_values> acc_;
  operand_buffer u_, delta_, z_, b_, c_, h0_;
  parameter_memory a_, db_;
  // While scans have sets (sim/SETS.md, section 3), the same memories in another use, and that of lists.
  operand_buffer set_a_, set_db_;
  parameter_memory set_b_, set_c_, list_;
  result_buffer y_, ht_;
  time_line tile_releases_;
  unit_channels block_;
  sequencer sequencer_;
  dma_burst dma_;
  scan_tokens scan_tokens_;
  delta_softplus delta_softplus_;
  scan_serial scan_serial_;
  gate_silu gate_silu_;
  units units_;
  std::unique_ptr<stream_taps> taps_;
  machine_activity* activity_ = nullptr;
  queue_pops pops_;  // while somebody keeps the activity
  std::vector<descriptor_load> loads_;
};

}  // namespace scansim
