#include "host/program/check/scratch_sequence.h"

#include <utility>

namespace scansim {

namespace {

bool feeds_results(const program_job& p) {  // not: a state, read before all of them
  return !p.write && static_cast<scratch_target>(p.job.port) != scratch_target::conv_s;
}

}  // namespace

void scratch_sequence::push_oldest() {
  const lagging_job oldest = lag_.front();
  lag_.pop_front();
  if (oldest.job) push_write(*oldest.job, {oldest.safe_reads, nullptr, -1});
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
      push_due();
    }
  }
}

void scratch_sequence::scan(const set_scan& scan) {
  bool fence = scan.descriptor.fence;
  for (set_tile tile(scan, shape_); tile.first_group() < scan.descriptor.lane_groups; tile.next()) {
    for (int set = 0; set < scan.descriptor.sets; ++set) {
      bool leaves = false;
      std::optional<program_job> y;
      tile.walk(set, [&](const walk_job& region, int) {
        leaves = leaves || region.write();
        if (!region.local) return;
        program_job p = job_of_set(region, scan.descriptor, shape_);
        if (region.write()) {
          y = p;
        } else if (p.write) {
          push_write(p, {reads_, nullptr, -1});
        } else {
          p.job.fence = std::exchange(fence, false), p.newer = scan.descriptor.newer;
          push_read(p);
        }
      });
      if (leaves) lag_.push_back({y, reads_});
      push_due();
    }
  }
}

}  // namespace scansim
