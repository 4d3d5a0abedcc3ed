#include "host/program/check/scan_memory_check.h"

#include <fmt/format.h>

namespace scansim {

namespace {

constexpr const auto& fields = scan_region_fields;

bool is_written(size_t region) {
  return region == static_cast<size_t>(walk_region::y) || region == static_cast<size_t>(walk_region::ht);
}

bool is_empty(const memory_range& range) { return range.first == range.last; }

}  // namespace

void scan_memory_check::scan(const hls::scan_descriptor& d, uint64_t image_bytes) {
  const auto beat = static_cast<uint64_t>(site_.shape.axi_bytes);
  // Each chunk moves a beat at least; a scan of billions would be walked for nothing.
  if (!d.local && d.num_chunks > image_bytes / beat)
    site_.refuse("num_chunks", "chunks that the image holds", fmt::format("{}", d.num_chunks));
  collect(d);
  for (size_t i = 0; i < num_scan_regions; ++i)
    if (!is_written(i) && !is_empty(ranges_[i]))
      memory_.read(fields[i], ranges_[i].first, ranges_[i].last - ranges_[i].first);
  check_writes();
  for (size_t i = 0; i < num_scan_regions; ++i)
    if (is_written(i) && !is_empty(ranges_[i]))
      memory_.write(fields[i], ranges_[i].first, ranges_[i].last - ranges_[i].first);
}

void scan_memory_check::collect(const hls::scan_descriptor& d) {
  const auto beat = static_cast<uint64_t>(site_.shape.axi_bytes);
  const auto collect_job = [&](const walk_job& job) {
    const char* field = fields[static_cast<size_t>(job.region)];
    if (job.address % beat != 0)
      site_.refuse(field, fmt::format("a multiple of {} bytes", beat), fmt::format("{}", job.address));
    if (job.local) return;
    if (job.address + job.bytes < job.address)
      site_.refuse(field, "bytes inside the image", fmt::format("{}", job.address));
    memory_range& range = range_of(job.region);
    if (is_empty(range)) range = {job.address, job.address};
    range.first = std::min(range.first, job.address);
    range.last = std::max(range.last, job.address + job.bytes);
  };
  // Chunks are the same stride apart and all as long but for the first or the last: those between the first
  // two and the last two are aligned as these are, and lie between them.
  for (uint32_t chunk = 0; chunk < d.num_chunks; ++chunk) {
    if (chunk == 2 && d.num_chunks > 4) chunk = d.num_chunks - 2;
    walk_chunk_jobs(
        d, point_, chunk, [](const tile_visit&) {}, collect_job);
  }
}

void scan_memory_check::check_writes() const {
  for (size_t w = 0; w < num_scan_regions; ++w) {
    for (size_t r = 0; is_written(w) && r < w; ++r) {
      if (!ranges_[w].overlaps(ranges_[r])) continue;
      const bool in_place = w == static_cast<size_t>(walk_region::ht) &&
                            r == static_cast<size_t>(walk_region::h0) &&
                            ranges_[w].first == ranges_[r].first && ranges_[w].last == ranges_[r].last;
      if (!in_place)
        site_.refuse(fields[w], fmt::format("no byte of what lies at {}", fields[r]),
                     fmt::format("byte {}", ranges_[w].first));
    }
  }
}

}  // namespace scansim
