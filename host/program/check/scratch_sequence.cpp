#include "host/program/check/scratch_sequence.h"

namespace scansim {

namespace {

bool feeds_results(const program_job& p) {  // not: a state, read before all of them
  return !p.write && static_cast<scratch_target>(p.job.port) != scratch_target::conv_s;
}

}  // namespace

void scratch_sequence::push_oldest() {
  const lagging_job oldest = lag_.front();
  lag_.pop_front();
  push_write(oldest.job, {oldest.safe_reads, nullptr, -1});
}

void scratch_sequence::flush() {
  while (!lag_.empty()) push_oldest();
}

void scratch_sequence::run(const std::vector<program_job>& jobs) {
  flush();
  const program_job* operand = nullptr;
  int64_t operand_read = slot_read_;  // of a gemm that uses a slot loaded before
  for (const program_job& p : jobs) {
    if (!p.write) {
      if (feeds_results(p)) operand = &p, operand_read = reads_;
      if (static_cast<scratch_target>(p.job.port) == scratch_target::gemm_x) slot_read_ = reads_;
      push_read(p);
      continue;
    }
    const bool loads = static_cast<scratch_source>(p.job.port) == scratch_source::load;
    push_write(p, {loads ? reads_ : operand_read, operand, operand_read});
  }
}

void scratch_sequence::scan(const hls::scan_descriptor& d) {
  const int tiles = d.lane_groups / shape_.interleave;
  for (uint32_t chunk = 0; chunk < d.num_chunks; ++chunk) {
    for (int tile = 0; tile < tiles; ++tile) {
      std::vector<program_job> jobs = jobs_of(d, chunk, tile, shape_);
      const program_job y = jobs.back();
      jobs.pop_back();
      for (const program_job& p : jobs) {
        if (p.write) {
          push_write(p, {reads_, nullptr, -1});
        } else {
          push_read(p);
        }
      }
      lag_.push_back({y, reads_});
      if (static_cast<int>(lag_.size()) >= shape_.tile_buffers) push_oldest();
    }
  }
}

}  // namespace scansim
