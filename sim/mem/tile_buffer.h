// The on-chip buffers between the dma and the compute blocks, as bytes and times (sim/README.md, sections 3.1
// to 3.3):
//   operand_buffer    slots filled by the dma:  byte readable one cycle after the R handshake of its beat;
//   the job for
//                     the slot's next user waits for release(q - slots) + 1
//   parameter_memory  A or db: rows appended by the dma, resident; row r readable at row_time(r)
//   result_buffer     slots filled by a block: drained by the dma from done(q); free again at release(q -
//   slots) + 1
// Without values they have no bytes (block_process.h): their pointers are then not to be followed.
// One process on each side, as for time_line. A job is handed over as a whole: that cannot deadlock, because
// the times of its beats depend on nothing but the job's own start.
#pragma once
#include <algorithm>
#include <span>

#include "sim/stream/time_line.h"

namespace scansim {

class operand_slot {
 public:
  operand_slot(int64_t max_bytes, int axi_bytes, bool values = true);

  // Dma side: the job's bytes and, per beat, the cycle of its R handshake.
  uint8_t* bytes() { return bytes_.data(); }
  std::span<cycle_t> handshakes() { return handshakes_; }
  std::span<const cycle_t> job_handshakes() const { return {handshakes_.data(), last_ + 1}; }
  void set_beats(int64_t beats) { last_ = static_cast<size_t>(beats) - 1; }

  const uint8_t* bytes() const { return bytes_.data(); }
  // The cycle from which the bytes before `end` (> 0) are readable.
  cycle_t readable(int64_t end) const { return handshakes_[static_cast<size_t>(end - 1) >> axi_shift_] + 1; }

 private:
  std::vector<uint8_t> bytes_;
  std::vector<cycle_t> handshakes_;
  size_t last_ = 0;
  int axi_shift_;
};

class operand_buffer {
 public:
  operand_buffer(int slots, int64_t max_bytes, int axi_bytes, bool values = true);
  void reset();

  // Beats of its slots too, the newest job's first.
  void append_to(time_state& to, event_unit unit) const;

  // Dma: the cycle from which the next job may start; its slot; hand it over.
  cycle_t free_time() { return free_time(filled_); }
  cycle_t free_time(int64_t job) { return releases_.at(job - slot_count()) + 1; }  // jobs of a run, from 0
  operand_slot& filling() { return slots_[slot_index(filled_)]; }
  void publish() {
    ++filled_;
    published_.record(0);
  }

  // Consumer: the current job's slot, suspending until the dma has processed it; its last use.
  const operand_slot& open() {
    published_.at(opened_);
    return slots_[slot_index(opened_)];
  }
  void release(cycle_t last_use) {
    ++opened_;
    releases_.record(last_use);
  }

 private:
  int64_t slot_count() const { return static_cast<int64_t>(slots_.size()); }
  size_t slot_index(int64_t job) const { return static_cast<size_t>(job % slot_count()); }

  std::vector<operand_slot> slots_;
  int64_t filled_ = 0, opened_ = 0;
  // A slot may be given back before its job is handed over, z that no set reads: times of more than the
  // slots.
  time_line published_, releases_;
};

class parameter_memory {
 public:
  parameter_memory(int rows, int64_t row_bytes, int axi_bytes, bool values = true);

  // A new run: what is loaded stays and is readable from cycle 0.
  void restart();
  // Sequencer: the next descriptor loads from row 0 on. Only when no block uses the rows any more.
  void clear() { readable_.reset(); }
  // Whether rows have bytes, or times alone.
  bool values() const { return !bytes_.empty(); }
  // Dma: appends `rows` rows from the start of a job's bytes; handshakes: R handshake of each of its beats.
  void append(int rows, const uint8_t* bytes, std::span<const cycle_t> handshakes);

  cycle_t row_time(int row) { return readable_.at(row); }
  int64_t row_bytes() const { return row_bytes_; }
  const uint8_t* row(int row) const { return bytes_.data() + int64_t{row} * row_bytes_; }

 private:
  int64_t row_bytes_;
  int axi_bytes_;
  int rows_;
  std::vector<uint8_t> bytes_;
  time_line readable_;
};

class result_buffer {
 public:
  result_buffer(int slots, int64_t max_bytes, int axi_bytes, bool values = true);
  void reset();

  void append_to(time_state& to, event_unit unit) const;
  int64_t released() const { return releases_.count(); }

  // Producer: the cycle from which the current tile may be written; where; `size` bytes of it are complete at
  // `done` (the rest of the last beat is written as zeros).
  cycle_t place_time() { return releases_.at(completed_ - slot_count()) + 1; }
  uint8_t* bytes() { return slots_[slot_index(completed_)].data(); }
  void complete(int64_t size, cycle_t done);

  // Dma, command side: the cycle from which the next tile can be drained, and its number.
  cycle_t done_time() { return done_.at(drained_); }
  int64_t take() { return drained_++; }
  // Dma, data side.
  const uint8_t* tile(int64_t number) const { return slots_[slot_index(number)].data(); }
  void release(cycle_t last_beat) { releases_.record(last_beat); }

 private:
  int64_t slot_count() const { return static_cast<int64_t>(slots_.size()); }
  size_t slot_index(int64_t tile) const { return static_cast<size_t>(tile % slot_count()); }

  int axi_bytes_;
  std::vector<std::vector<uint8_t>> slots_;
  int64_t completed_ = 0, drained_ = 0;
  time_line done_, releases_;
};

}  // namespace scansim
