#include "host/program/check/set_check.h"

#include <fmt/format.h>

#include <cstring>
#include <map>

#include "host/program/check/scan_memory_check.h"

namespace scansim {

namespace {

// Moved by the scan, not by a set of its own.
bool is_shared(walk_region region, const hls::set_descriptor& set) {
  return (region == walk_region::u && !set.own_u) || region == walk_region::z || region == walk_region::y;
}

const char* field_of(walk_region region) {
  return region == walk_region::list ? "addr_list" : scan_region_fields[static_cast<size_t>(region)];
}

}  // namespace

void set_check::scan(const set_scan& scan) {
  const uint32_t last = site_.descriptor;
  const std::vector<moved_region> regions = regions_of(scan, last - scan.descriptor.sets);
  for (const bool write : {false, true}) {
    if (write) check_writes(regions);
    for (const moved_region& one : regions) {
      if (one.write != write) continue;
      site_.descriptor = one.descriptor;
      const uint64_t bytes = one.bytes.last - one.bytes.first;
      write ? memory_.write(one.field, one.bytes.first, bytes)
            : memory_.read(one.field, one.bytes.first, bytes);
    }
  }
  for (size_t k = 0; k < scan.sets.size(); ++k) {
    site_.descriptor = last + 1 - scan.descriptor.sets + static_cast<uint32_t>(k);
    rows(scan, scan.sets[k]);
  }
  site_.descriptor = last;
}

// `first`: number of the scan's descriptor.
std::vector<set_check::moved_region> set_check::regions_of(const set_scan& scan, uint32_t first) const {
  std::map<std::pair<uint32_t, walk_region>, moved_region> found;
  walk_set_jobs(
      scan, site_.shape, [](int, int) {},
      [&](const walk_job& job, int set) {
        const bool shared = is_shared(job.region, scan.sets[static_cast<size_t>(set)]);
        const uint32_t descriptor = shared ? first : first + 1 + static_cast<uint32_t>(set);
        if (job.local) return check_place(job, descriptor);
        const auto [at, added] = found.emplace(
            std::pair(descriptor, job.region),
            moved_region{field_of(job.region), {job.address, job.address}, job.write(), descriptor});
        at->second.bytes.last += job.bytes;
      });
  std::vector<moved_region> regions;
  for (const auto& [key, region] : found) regions.push_back(region);
  return regions;
}

// The words themselves are scratch_check's.
void set_check::check_place(const walk_job& job, uint32_t descriptor) const {
  const auto beat = static_cast<uint64_t>(site_.shape.axi_bytes);
  if (job.address % beat != 0)
    site_.refuse_at(descriptor, field_of(job.region), fmt::format("a multiple of {} bytes", beat),
                    fmt::format("{}", job.address));
}

void set_check::check_writes(const std::vector<moved_region>& regions) {
  const auto in_place = [](const moved_region& ht, const moved_region& h0) {
    return ht.descriptor == h0.descriptor && ht.field == field_of(walk_region::ht) &&
           h0.field == field_of(walk_region::h0) && ht.bytes.first == h0.bytes.first;
  };
  for (const moved_region& one : regions)
    for (const moved_region& other : regions)
      if (one.write && &one != &other && one.bytes.overlaps(other.bytes) && !in_place(one, other))
        site_.refuse_at(
            one.descriptor, one.field,
            fmt::format("no byte of what lies at {} of descriptor {}", other.field, other.descriptor),
            fmt::format("byte {}", one.bytes.first));
}

void set_check::rows(const set_scan& scan, const hls::set_descriptor& d) const {
  const uint64_t bytes = uint64_t{d.positions} * hls::list_entry_bytes;
  if (d.has_list && (d.addr_list + bytes > image_.size() || memory_.rewritten(d.addr_list, bytes)))
    site_.refuse("addr_list", "entries of the image that no descriptor writes",
                 fmt::format("byte {}", d.addr_list));
  hls::token_stream stream(d.walk());
  for (uint32_t i = 0; i < d.positions; ++i) {
    uint32_t entry = 0;
    if (d.has_list)
      std::memcpy(&entry, image_.data() + d.addr_list + uint64_t{i} * hls::list_entry_bytes, sizeof entry);
    const hls::scan_token token = stream.next(entry);
    const auto below = [&](const char* map, const char* tensor, int row, int rows) {
      if (row >= rows)
        site_.refuse(fmt::format("{}, position {}", map, i),
                     fmt::format("a row of {} below {}", tensor, rows), fmt::format("{}", row));
    };
    below("map_u", "u", token.row_u, scan.descriptor.chunk_tokens);
    below("map_p", "delta, B and C", token.row_p, scan.descriptor.chunk_tokens);
    below("map_out", "y", token.row_out, scan.descriptor.rest_tokens);
  }
}

}  // namespace scansim
