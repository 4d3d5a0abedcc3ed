// scratch_write: jobs in order, entries of the units -> words of the scratch memory, or of the scan's z
// buffer (sim/PROGRAM.md, section 4). One step per cycle takes a word out of an entry, or (pair) one of two
// entries:
//   step = max(step before + 1, job, fence, entry, scatter list; z: place)
//   the word lands one cycle after the step that completes it
// An entry leaves with its last step. A job is complete with its last landing.
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

class scratch_write : public block_process {
 public:
  struct ports {
    timed_fifo<scratch_job>& jobs;
    timed_fifo<gemm_row>& gemm;
    timed_fifo<conv_row>& conv_u;
    timed_fifo<conv_state>& conv_h;
    timed_fifo<norm_result>& norm;
    timed_fifo<hadamard_beat>& hadamard;
    operand_buffer& load;
    result_buffer& scan_y;
    operand_buffer& z;
    parameter_memory& scatter;
  };
  static constexpr int landing_cycles = 1;

  scratch_write(std::string name, scratch_memory& memory, const ports& connected);

  void begin();
  cycle_t last_pop() const { return last_pop_; }  // -1: none
  block_counters counters(cycle_t cycles);

 private:
  // The job at the head; step: its newest.
  struct head {
    const scratch_job& job;
    scratch_walk walk;
    cycle_t visible, fence, step;
  };
  void process();
  void run_job(head& at);
  void take(head& at, cycle_t operands, cycle_t place);
  uint8_t* word_step(head& at, cycle_t operands);
  uint8_t* land(head& at);
  int list_value(const head& at) const;
  template <class Entry, class Pack>
  void words_of_entries(head& at, timed_fifo<Entry>& fifo, Pack pack);
  template <class Entry>
  void pairs(head& at, timed_fifo<Entry>& fifo);
  void pack_row(const gemm_row& row, int words, int part, uint8_t* word) const;
  void to_z(head& at);
  void from_load(head& at);
  void from_scan(head& at);

  scratch_memory& memory_;
  ports ports_;
  uint64_t scratch_words_ = 0, z_words_ = 0;
  cycle_t last_pop_ = -1;
};

}  // namespace scansim
