// sequencer: descriptors -> tile commands and dma jobs, one push or load per cycle (sim/README.md,
// section 4.1). Walks chunks, then tiles; write jobs follow their tile by NB - 1 tiles (the lag queue), so
// that the next reads are not held up behind a tile that is still being computed. The order of pushes is a
// function of the descriptors alone. An illegal descriptor ends the walk after what was pushed before it;
// error() tells which field. DESC_COUNT 0 is taken as 1. Descriptors of the units push what
// unit_walk.h says (sim/PROGRAM.md, section 3), behind the write jobs that still wait.
#pragma once
#include <array>

#include "hls/map/csr_map.h"
#include "sim/descriptor_check.h"
#include "sim/mem/tile_buffer.h"
#include "sim/set_check.h"
#include "sim/stream/block_process.h"
#include "sim/stream/machine_shape.h"
#include "sim/stream/tile_command.h"
#include "sim/stream/timed_fifo.h"
#include "sim/top/descriptor_span.h"
#include "sim/top/unit_channels.h"
#include "sim/top/unit_walk.h"

namespace scansim {

// Asked in front of every chunk: how many to go on by, from the coming one, as if they were not in the
// descriptor. The last one stays.
class chunk_watch {
 public:
  virtual ~chunk_watch() = default;
  virtual uint32_t left_out(const hls::scan_descriptor& d, uint32_t chunk) = 0;
};

class sequencer : public block_process, private block_sink {
 public:
  struct ports {
    timed_fifo<fetched_descriptor>& descriptors;
    timed_fifo<dma_job>& jobs;
    timed_fifo<tile_command>& token_commands;
    timed_fifo<tile_command>& delta_commands;
    timed_fifo<tile_command>& scan_commands;
    timed_fifo<tile_command>& gate_commands;
    time_line& tile_releases;
    parameter_memory& a;
    parameter_memory& db;
    parameter_memory& set_b;
    parameter_memory& set_c;
    parameter_memory& list;
    unit_channels& block;
  };

  sequencer(std::string name, const machine_shape& shape, const ports& connected);

  void begin(uint64_t first_descriptor, uint32_t count);
  csr::error_code error() const { return error_; }
  // The cycle of the last push or load.
  cycle_t last_push() const { return last_push_; }
  block_counters counters(cycle_t cycles);

  // The queues that it fills, in the order of descriptor_span.h.
  template <class Visit>
  void each_queue(Visit visit) {
    const auto all_of = [&](auto&... queues) { (visit(queues), ...); };
    unit_channels& units = ports_.block;
    all_of(ports_.jobs, ports_.token_commands, ports_.delta_commands, ports_.scan_commands,
           ports_.gate_commands, units.gemm, units.conv, units.norm, units.hadamard, units.index, units.reads,
           units.writes);
  }
  std::array<int64_t, num_command_queues> pushed();
  void watch(chunk_watch* watch) { watch_ = watch; }
  // From the next run on; nullptr: no more.
  void keep_loads(std::vector<descriptor_load>* all) { loads_ = all; }

 private:
  struct write_jobs {
    dma_job ht, y;
    bool has_ht, has_y;
  };
  struct chunk_position {
    uint32_t index;  // in the order of processing
    int tokens;
    uint64_t u, bc, y;  // byte offsets of the chunk from the first one
  };

  void process();
  void walk();
  fetched_descriptor load_descriptor(uint32_t behind);
  bool is_record(const fetched_descriptor& fetched) const;
  csr::error_code check(const fetched_descriptor& fetched, uint32_t behind);
  void clear_memories(const fetched_descriptor& fetched);
  void run_descriptor(const hls::scan_descriptor& d);
  void run_sets(const hls::scan_descriptor& d);
  void push_set_reads(const hls::scan_descriptor& d, const hls::set_descriptor& set, int tile,
                      const tile_command& command);
  void push_set_writes(const hls::scan_descriptor& d, const hls::set_descriptor& set, int tile,
                       const tile_command& command);
  void push_set_read(job_kind kind, uint64_t address, int64_t bytes, int64_t rows);
  void push_set_operands(const hls::scan_descriptor& d, job_kind kind, uint64_t address, int64_t bytes,
                         int64_t rows);
  void push_due_writes();
  void run_tile(const hls::scan_descriptor& d, const chunk_position& chunk, int tile);
  void push_command(const tile_command& command);
  void push_reads(const hls::scan_descriptor& d, const chunk_position& chunk, int tile,
                  const tile_command& command);
  write_jobs writes_of(const hls::scan_descriptor& d, const chunk_position& chunk, int tile,
                       const tile_command& command) const;
  void push_operands(const hls::scan_descriptor& d, job_kind kind, uint64_t address, int64_t bytes,
                     int tokens);
  void push_scratch_operands(const hls::scan_descriptor& d, job_kind kind, uint64_t address, int64_t bytes,
                             int tokens);
  scratch_job scratch_operands(job_kind kind, uint64_t address, int64_t bytes, int passes, int tokens) const;
  void push_read(job_kind kind, uint64_t address, int64_t bytes, int rows = 0);
  void push_job(const dma_job& job);
  void push_oldest_writes();
  uint64_t tile_offset(int tile, int64_t bytes_of_full_tile) const;

  template <class T>
  void push_to(timed_fifo<T>& fifo, const T& entry) {
    const cycle_t push = stalls_.issue(0, 0, fifo.credit_time());
    fifo.back() = entry;
    fifo.push(push + 1);
  }
  template <class T>
  void push_to_both(timed_fifo<T>& unit, const T& entry, timed_fifo<parameter_rows>& feed,
                    const parameter_rows& rows) {
    const cycle_t push = stalls_.issue(0, 0, std::max(unit.credit_time(), feed.credit_time()));
    unit.back() = entry;
    unit.push(push + 1);
    feed.back() = rows;
    feed.push(push + 1);
  }
  void command(const hls::gemm_descriptor& d) override;
  void command(const hls::conv_descriptor& d) override;
  void command(const hls::norm_descriptor& d) override;
  void command(const hls::hadamard_descriptor& d) override;
  void command(const hls::params_descriptor& index) override;
  void read(const scratch_job& job) override;
  void write(const scratch_job& job) override;
  void dma(const dma_job& job) override;

  static constexpr size_t lag_places = 16;  // > tile_buffers

  machine_shape shape_;
  ports ports_;
  uint64_t first_descriptor_ = 0;
  uint32_t count_ = 0;

  std::array<write_jobs, lag_places> lag_{};
  uint64_t lag_pushed_ = 0, lag_popped_ = 0;
  int64_t tiles_ = 0;
  scan_place place_ = scan_place::none;             // of the run's scans
  int64_t scratch_reads_ = 0, scratch_writes_ = 0;  // jobs pushed
  // Of the scan that was loaded last: its records, and that it has some.
  set_record_check records_;
  hls::scan_descriptor scan_;
  std::vector<hls::set_descriptor> sets_;
  bool with_sets_ = false;
  bool fence_ = false;  // the descriptor's first scratch read is to come, and waits
  int64_t newer_ = 0;   // but not for so many of the newest writes
  cycle_t last_push_ = 0;
  csr::error_code error_ = csr::error_code::none;
  std::vector<descriptor_load>* loads_ = nullptr;
  chunk_watch* watch_ = nullptr;
};

}  // namespace scansim
