// scratch_read: jobs in order, words of the scratch memory -> FIFOs and buffers of the units (sim/PROGRAM.md,
// section 4). One word per cycle:
//   issue = max(issue before + 1, job, fence, place);   FIFO entry visible at issue(its last word) + 2,
//   handshake of a buffer word issue + 1, store tile done at issue(last) + 2
// A job is complete with its last issue.
#pragma once

#include "sim/gemm/gemm_streams.h"
#include "sim/mem/scratch_memory.h"
#include "sim/mem/scratch_walk.h"
#include "sim/mem/tile_buffer.h"
#include "sim/stream/block_process.h"
#include "sim/stream/timed_fifo.h"
#include "sim/units/hadamard_streams.h"
#include "sim/units/unit_streams.h"

namespace scansim {

class scratch_read : public block_process {
 public:
  struct ports {
    timed_fifo<scratch_job>& jobs;
    operand_buffer& gemm_x;
    timed_fifo<gemm_row>& gemm_r;
    timed_fifo<conv_row>& conv_x;
    timed_fifo<conv_state>& conv_s;
    timed_fifo<norm_beat>& norm_x;
    timed_fifo<hadamard_beat>& hadamard_x;
    result_buffer& store;
    operand_buffer& u;
    operand_buffer& delta;
    operand_buffer& b;
    operand_buffer& c;
    operand_buffer& z;
    parameter_memory& set_b;
    parameter_memory& set_c;
  };
  static constexpr int latency_cycles = 2;

  scratch_read(std::string name, scratch_memory& memory, const ports& connected);

  void begin();
  cycle_t last_pop() const { return last_pop_; }  // -1: none
  block_counters counters(cycle_t cycles);

 private:
  // The job at the head; issue: of its newest word.
  struct head {
    scratch_walk walk;
    scratch_mode mode;
    bool of_set;
    cycle_t visible, fence, issue;
  };
  void process();
  void run_job(const scratch_job& job, head& at);
  const uint8_t* next_word(head& at, cycle_t place);
  template <class Entry, class Unpack>
  void to_fifo(head& at, timed_fifo<Entry>& fifo, int words, Unpack unpack);
  void to_buffer(head& at, operand_buffer& buffer);
  void to_rows(head& at, parameter_memory& memory);
  void fill_word(head& at, cycle_t place, uint8_t* word);
  void to_store(head& at);

  scratch_memory& memory_;
  ports ports_;
  std::vector<uint8_t> staging_bytes_;  // of rows
  std::vector<cycle_t> staging_handshakes_;
  uint64_t words_ = 0;
  cycle_t last_pop_ = -1;
};

}  // namespace scansim
