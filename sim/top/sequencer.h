// sequencer: descriptors -> tile commands and dma jobs, one push or load per cycle (sim/README.md,
// section 4.1). Walks chunks, then tiles; write jobs follow their tile by NB - 1 tiles (the lag queue), so
// that the next reads are not held up behind a tile that is still being computed. The order of pushes is a
// function of the descriptors alone. An illegal descriptor ends the walk after what was pushed before it;
// error() tells which field. DESC_COUNT 0 is taken as 1.
#pragma once
#include <array>
#include <systemc>

#include "sim/csr_map.h"
#include "sim/mem/tile_buffer.h"
#include "sim/stream/machine_shape.h"
#include "sim/stream/stall_counters.h"
#include "sim/stream/tile_command.h"
#include "sim/stream/timed_fifo.h"

namespace scansim {

class sequencer : public sc_core::sc_module {
 public:
  struct ports {
    timed_fifo<fetched_descriptor>& descriptors;
    timed_fifo<dma_job>& jobs;
    timed_fifo<tile_command>& delta_commands;
    timed_fifo<tile_command>& scan_commands;
    timed_fifo<tile_command>& gate_commands;
    time_line& tile_releases;
    parameter_memory& a;
    parameter_memory& db;
  };

  SC_HAS_PROCESS(sequencer);
  sequencer(sc_core::sc_module_name name, const machine_shape& shape, const ports& connected);

  void begin(uint64_t first_descriptor, uint32_t count, sc_core::sc_event& start);
  bool finished() const { return finished_; }
  csr::error_code error() const { return error_; }
  // The cycle of the last push or load.
  cycle_t last_push() const { return last_push_; }
  void report(cycle_t cycles, counter_values& counters);

 private:
  struct write_jobs {
    dma_job ht, y;
    bool has_ht;
  };
  struct chunk_position {
    uint32_t index;  // in the order of processing
    int tokens;
    uint64_t u, bc, y;  // byte offsets of the chunk from the first one
  };

  void process();
  void walk();
  hls::scan_descriptor load_descriptor();
  void run_descriptor(const hls::scan_descriptor& d);
  void run_tile(const hls::scan_descriptor& d, const chunk_position& chunk, int tile);
  void push_command(const tile_command& command);
  void push_reads(const hls::scan_descriptor& d, const chunk_position& chunk, int tile,
                  const tile_command& command);
  write_jobs writes_of(const hls::scan_descriptor& d, const chunk_position& chunk, int tile,
                       const tile_command& command) const;
  void push_read(job_kind kind, uint64_t address, int64_t bytes, int rows = 0);
  void push_job(const dma_job& job);
  void push_oldest_writes();
  uint64_t tile_offset(int tile, int64_t bytes_of_full_tile) const;

  static constexpr size_t lag_places = 16;  // > tile_buffers

  machine_shape shape_;
  ports ports_;
  uint64_t first_descriptor_ = 0;
  uint32_t count_ = 0;
  sc_core::sc_event* start_ = nullptr;

  std::array<write_jobs, lag_places> lag_{};
  uint64_t lag_pushed_ = 0, lag_popped_ = 0;
  int64_t tiles_ = 0;
  stall_counters stalls_;
  cycle_t last_push_ = 0;
  csr::error_code error_ = csr::error_code::none;
  bool finished_ = true;
};

}  // namespace scansim
