// The scratch jobs of a program in the order in which the sequencer pushes them (sim/PROGRAM.md, section 3):
// those of a descriptor in its own order, the writes of y of a scan's tiles behind the reads of later tiles.
// Contract: descriptors are given in order; read() and write() are called job by job, numbered from 0 each.
#pragma once
#include <deque>
#include <optional>

#include "host/program/check/scratch_jobs.h"
#include "sim/rungs/set_jobs.h"

namespace scansim {

class scratch_sequence {
 public:
  explicit scratch_sequence(const machine_shape& shape) : shape_(shape) {}
  virtual ~scratch_sequence() = default;

  void run(const std::vector<program_job>& jobs);  // of any block descriptor
  void scan(const hls::scan_descriptor& d);
  void scan(const set_scan& scan);

 protected:
  struct write_site {
    int64_t safe_reads;           // reads of a smaller number are over when the job's first word leaves
    const program_job* in_place;  // the read that it may follow word by word; none: nullptr
    int64_t in_place_read;        // its number
  };
  virtual void read(const program_job& p, int64_t number) = 0;
  virtual void write(const program_job& p, int64_t number, const write_site& site) = 0;
  int64_t writes() const { return writes_; }

 private:
  struct lagging_job {
    std::optional<program_job> job;  // none: of a set that leaves its state alone
    int64_t safe_reads;
  };
  void flush();
  void push_due() {
    if (static_cast<int>(lag_.size()) >= shape_.tile_buffers) push_oldest();
  }
  void push_oldest();
  void push_read(const program_job& p) { read(p, reads_), ++reads_; }
  void push_write(const program_job& p, const write_site& site) { write(p, writes_, site), ++writes_; }

  machine_shape shape_;
  std::deque<lagging_job> lag_;
  int64_t reads_ = 0, writes_ = 0;
  int64_t slot_read_ = 0;  // number of the gemm's last x job
};

}  // namespace scansim
