#include "host/program/base/fences.h"

#include <algorithm>
#include <cstring>

#include "host/program/check/scratch_sequence.h"

namespace scansim {

namespace {

using words_t = uint32_t[hls::descriptor_words];

class fence_tightener : private scratch_sequence {
 public:
  explicit fence_tightener(const machine_shape& shape)
      : scratch_sequence(shape), written_(static_cast<size_t>(shape.scratch_words), -1) {}

  // Gives the next descriptor its `newer`. `behind`: what follows it, of a scan with sets its records.
  void next(words_t& words, std::span<const uint32_t> behind) {
    first_writes_ = needed_ = -1;
    push(words, behind);
    if (first_writes_ < 0 || map::get_field(words, map::fence_field) == 0) return;
    const int64_t newer = std::min<int64_t>(first_writes_ - (needed_ + 1), hls::most_newer_writes);
    map::put_field(words, map::newer_field, static_cast<uint64_t>(newer));
  }

 private:
  void push(const words_t& words, std::span<const uint32_t> behind) {
    switch (static_cast<hls::unit_opcode>(map::opcode_of(words))) {
      case hls::unit_opcode::scan:
        return push_scan(hls::decode_descriptor(words), behind);
      case hls::unit_opcode::load:
      case hls::unit_opcode::store:
        return run(jobs_of(hls::decode_transfer(words)));
      case hls::unit_opcode::gemm:
        return run(jobs_of(hls::decode_gemm(words)));
      case hls::unit_opcode::conv:
        return run(jobs_of(hls::decode_conv(words)));
      case hls::unit_opcode::norm:
        return run(jobs_of(hls::decode_norm(words)));
      case hls::unit_opcode::hadamard:
        return run(jobs_of(hls::decode_hadamard(words)));
      case hls::unit_opcode::set:  // its scan's
        return;
      default:
        return run({});
    }
  }

  void push_scan(const hls::scan_descriptor& d, std::span<const uint32_t> behind) {
    if (d.sets == 0) return scan(d);
    set_scan of_sets{d, {}};
    for (size_t k = 0; k < d.sets && (k + 1) * hls::descriptor_words <= behind.size(); ++k) {
      words_t record;
      std::memcpy(record, behind.data() + k * hls::descriptor_words, sizeof record);
      of_sets.sets.push_back(hls::decode_set(record));
    }
    scan(of_sets);
  }

  int64_t& written(int64_t word) { return written_[static_cast<size_t>(word) % written_.size()]; }

  // A write pushed behind the fenced read cannot be what the descriptor waits for.
  void read(const program_job& p, int64_t) override {
    if (first_writes_ < 0) first_writes_ = writes();
    needed_ = std::max(needed_, scattered_);
    for_each_word(p.job, {}, [&](int64_t word) {
      if (written(word) < first_writes_) needed_ = std::max(needed_, written(word));
    });
  }
  void write(const program_job& p, int64_t number, const write_site&) override {
    if (static_cast<scratch_source>(p.job.port) == scratch_source::gemm_z) return;
    if (p.job.scatter) {
      scattered_ = number;
    } else {
      for_each_word(p.job, {}, [&](int64_t word) { written(word) = number; });
    }
  }

  std::vector<int64_t> written_;  // number of each word's last write, -1: none
  int64_t scattered_ = -1;        // of the last write with scatter
  int64_t first_writes_ = -1;     // writes pushed before the descriptor's first read; -1: no read yet
  int64_t needed_ = -1;           // number of the last write that it reads
};

}  // namespace

void tighten_fences(std::vector<uint32_t>& words, const machine_shape& shape) {
  fence_tightener tightener(shape);
  for (size_t at = 0; at < words.size(); at += hls::descriptor_words) {
    words_t descriptor;
    std::memcpy(descriptor, words.data() + at, sizeof descriptor);
    tightener.next(descriptor, std::span(words).subspan(at + hls::descriptor_words));
    std::memcpy(words.data() + at, descriptor, sizeof descriptor);
  }
}

}  // namespace scansim
