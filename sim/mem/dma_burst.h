// dma_burst: the machine's only master of memory (sim/README.md, section 4.2). Two processes:
//   command  jobs in order -> bursts (4 KiB boundaries, axi_max_burst) -> AR or AW; hands read jobs to their
//   buffers data     W beats and responses of the write bursts, in order, through a queue of 4
// The order of address commands is the order of jobs, never of who asks first. Reads and writes the byte
// image when it processes a burst; a read waits for the data of earlier write bursts that it overlaps, so its
// value is that of time, not of process order. Weights of 4 bits are multiplied out on their way into their
// memory (weight_load of sim/PROGRAM.md, section 2). A burst outside the image is a fault of the run.
#pragma once
#include <span>

#include "hls/map/depth_map.h"
#include "sim/mem/memory_timing.h"
#include "sim/mem/tile_buffer.h"
#include "sim/stream/block_process.h"
#include "sim/stream/machine_shape.h"
#include "sim/stream/tile_command.h"
#include "sim/stream/timed_fifo.h"
#include "sim/top/unit_channels.h"

namespace scansim {

// What the dma fills and drains; owned by the machine.
struct dma_ports {
  timed_fifo<dma_job>& jobs;
  timed_fifo<fetched_descriptor>& descriptors;
  parameter_memory& a;
  parameter_memory& db;
  operand_buffer& set_a;
  operand_buffer& set_db;
  parameter_memory& set_b;
  parameter_memory& set_c;
  parameter_memory& list;
  operand_buffer& b;
  operand_buffer& c;
  operand_buffer& u;
  operand_buffer& delta;
  operand_buffer& h0;
  operand_buffer& z;
  result_buffer& ht;
  result_buffer& y;
  unit_channels& block;
};

class dma_burst : public block_process {
 public:
  dma_burst(std::string name, const machine_shape& shape, const dma_ports& ports);

  // Before a run: the memory it sees, in bytes and in time.
  void begin(std::span<uint8_t> image, memory_timing& memory);
  // The first cycle in which the job FIFO is empty and every beat and response has arrived.
  cycle_t drained() const;
  block_counters counters(cycle_t cycles);
  void append_to(time_state& to) const;
  uint64_t expansions() const { return expansions_; }  // of weight_load: weights of 4 bits multiplied out

 private:
  struct write_burst {
    result_buffer* source;
    int64_t tile;      // of source
    int64_t offset;    // bytes in the tile
    uint64_t address;  // in memory
    int beats;
    bool last;  // of the job
  };
  struct byte_range {
    uint64_t first, end;
  };

  void command_process();
  void data_process();
  void read_job(const dma_job& job, cycle_t visible);
  void write_job(const dma_job& job, cycle_t visible);
  void fill_slot(const dma_job& job, cycle_t visible, operand_buffer& target);
  void append_rows(const dma_job& job, cycle_t visible, parameter_memory& target);
  void stage(const dma_job& job, cycle_t visible, cycle_t start, bool bytes);
  // Reads a job's bursts, none before `start`, into `bytes` (nullptr: nobody looks at them) and `handshakes`.
  void read_bursts(const dma_job& job, cycle_t visible, cycle_t start, uint8_t* bytes,
                   std::span<cycle_t> handshakes);
  void copy_from_memory(const byte_range& range, uint8_t* bytes);
  int burst_beats(uint64_t address, int64_t beats_left) const;
  void check_range(const byte_range& range) const;
  operand_buffer& operand_target(const dma_job& job) const;
  parameter_memory* parameter_target(const dma_job& job) const;
  int parameter_rows(const dma_job& job) const;
  // Rows of weights out of the staged ones of 4 bits: their bytes, if anybody looks at them, and the
  // handshake of each of their beats.
  struct expanded_rows {
    int count = 0;
    std::vector<uint8_t> bytes;
    std::vector<cycle_t> handshakes;
  };
  expanded_rows expand(bool bytes);
  void fill_expanded_slot(const dma_job& job, cycle_t visible, operand_buffer& target);
  result_buffer& write_source(job_kind kind) const;

  static constexpr size_t open_writes = 8;  // > write_burst_depth + the one being sent + the one being issued

  machine_shape shape_;
  dma_ports ports_;
  std::span<uint8_t> image_;
  memory_timing* memory_ = nullptr;

  timed_fifo<write_burst> write_queue_;
  time_line written_;    // one record per write burst whose bytes are in memory
  time_line responses_;  // B handshake of every write burst
  std::array<byte_range, open_writes> write_ranges_{};
  int64_t writes_issued_ = 0;
  time_line read_ends_;                 // last R beat of every read burst
  std::vector<uint8_t> staging_bytes_;  // of the job, when it goes to a parameter memory
  std::vector<cycle_t> staging_handshakes_;

  cycle_t last_pop_ = -1, last_read_ = -1, last_response_ = -1;
  uint64_t read_beats_ = 0, write_beats_ = 0;
  uint64_t expansions_ = 0;  // weights of 4 bits multiplied out
};

}  // namespace scansim
