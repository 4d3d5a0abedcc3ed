#include "sim/rungs/hls_unit_scan.h"

#include <array>
#include <map>

#include "sim/rungs/hls_set_records.h"

namespace scansim {
namespace {

using image_regions = std::array<std::vector<uint8_t>, num_scan_regions>;

size_t index_of(walk_region region) { return static_cast<size_t>(region); }

// Chunk number `i` of a scan as a scan of its own.
hls::scan_descriptor chunk_of(const hls::scan_descriptor& d, uint32_t i) {
  const bool first = i == 0, last = i + 1 == d.num_chunks;
  const auto advance = [i](uint64_t& address, int32_t stride) {
    address += static_cast<uint64_t>(int64_t{stride} * int64_t{i});
  };
  hls::scan_descriptor part = d;
  part.num_chunks = 1;
  part.rest_tokens = (d.reverse ? first : last) ? d.rest_tokens : d.chunk_tokens;
  part.resume = d.resume || !first;
  part.keep = d.keep || !last;
  part.load_params = d.load_params && first;
  for (uint64_t* address : {&part.addr_u, &part.addr_delta, &part.addr_z}) advance(*address, d.stride_u);
  for (uint64_t* address : {&part.addr_b, &part.addr_c}) advance(*address, d.stride_bc);
  advance(part.addr_y, d.stride_y);
  return part;
}

// The operands of a chunk, and places for its results.
image_regions gather(const hls::scan_descriptor& part, const local_scan_site& site) {
  image_regions regions;
  walk_scan_jobs(
      part, site.point, [](const tile_visit&) {},
      [&](const walk_job& job) {
        std::vector<uint8_t>& region = regions[index_of(job.region)];
        const std::vector<uint8_t> bytes =
            job.write() ? std::vector<uint8_t>(job.bytes) : read_operand(job, part, part.rest_tokens, site);
        region.insert(region.end(), bytes.begin(), bytes.end());
      });
  return regions;
}

void scatter(const hls::scan_descriptor& part, const image_regions& regions, const local_scan_site& site) {
  std::array<uint64_t, num_scan_regions> next{};
  walk_scan_jobs(
      part, site.point, [](const tile_visit&) {},
      [&](const walk_job& job) {
        if (!job.write()) return;
        uint64_t& at = next[index_of(job.region)];
        write_result(job, std::span(regions[index_of(job.region)]).subspan(at, job.bytes), site);
        at += job.bytes;
      });
}

// The regions behind each other as one image, the top on it, and the results back into the regions.
void run_image(const hls::scan_descriptor& part, image_regions& regions, const local_scan_site& site,
               hls::saturation_counts& saturations) {
  hls::scan_descriptor placed = part;
  uint64_t* addresses[num_scan_regions] = {
      &placed.addr_u, &placed.addr_delta, &placed.addr_z,  &placed.addr_b, &placed.addr_c,
      &placed.addr_a, &placed.addr_db,    &placed.addr_h0, &placed.addr_y, &placed.addr_ht};
  std::vector<uint8_t> image;
  for (size_t i = 0; i < num_scan_regions; ++i) {
    *addresses[i] = image.size();
    image.insert(image.end(), regions[i].begin(), regions[i].end());
  }
  if (site.switching != nullptr)
    run_scan_counted(image.data(), placed, site.machine, site.memories, saturations, *site.switching);
  else
    run_scan_top(image.data(), placed, site.machine, site.memories, saturations);
  for (const walk_region region : {walk_region::y, walk_region::ht}) {
    const size_t i = index_of(region);
    const auto first = image.begin() + static_cast<std::ptrdiff_t>(*addresses[i]);
    std::copy_n(first, regions[i].size(), regions[i].begin());
  }
}

// Regions of a scan with sets, each by its set; u, z and y of all of them by the set that moves them.
using set_regions = std::map<std::pair<walk_region, size_t>, std::vector<uint8_t>>;

set_regions gather(const set_scan& scan, const machine_shape& shape, const local_scan_site& site) {
  set_regions regions;
  walk_set_jobs(
      scan, shape, [](int, int) {},
      [&](const walk_job& job, int set) {
        std::vector<uint8_t>& region = regions[{job.region, static_cast<size_t>(set)}];
        const std::vector<uint8_t> bytes =
            job.write() ? std::vector<uint8_t>(job.bytes)
                        : read_operand(job, scan.descriptor, scan.descriptor.chunk_tokens, site);
        region.insert(region.end(), bytes.begin(), bytes.end());
      });
  return regions;
}

void scatter(const set_scan& scan, const machine_shape& shape, const set_regions& regions,
             const local_scan_site& site) {
  std::map<std::pair<walk_region, size_t>, uint64_t> next;
  walk_set_jobs(
      scan, shape, [](int, int) {},
      [&](const walk_job& job, int set) {
        if (!job.write()) return;
        const std::pair key{job.region, static_cast<size_t>(set)};
        write_result(job, std::span(regions.at(key)).subspan(next[key], job.bytes), site);
        next[key] += job.bytes;
      });
}

uint64_t& address_of(walk_region region, hls::scan_descriptor& d, hls::set_descriptor& set) {
  switch (region) {
    case walk_region::u:
      set.own_u = true;
      return set.addr_u;
    case walk_region::delta:
      return set.addr_delta;
    case walk_region::z:
      return d.addr_z;
    case walk_region::b:
      return set.addr_b;
    case walk_region::c:
      return set.addr_c;
    case walk_region::a:
      return set.addr_a;
    case walk_region::db:
      return set.addr_db;
    case walk_region::h0:
      return set.addr_h0;
    case walk_region::y:
      return d.addr_y;
    case walk_region::ht:
      return set.addr_ht;
    default:
      return set.addr_list;
  }
}

// All regions one behind the other, and the scan with its addresses there.
set_scan place(const set_scan& scan, const set_regions& regions, std::vector<uint8_t>& image) {
  set_scan placed = scan;
  for (const auto& [key, bytes] : regions) {
    address_of(key.first, placed.descriptor, placed.sets[key.second]) = image.size();
    image.insert(image.end(), bytes.begin(), bytes.end());
  }
  for (size_t k = 1; k < placed.sets.size(); ++k) share_addresses(placed.sets[k], placed.sets[k - 1]);
  return placed;
}

}  // namespace

void run_local_scan(const hls::scan_descriptor& d, const local_scan_site& site,
                    hls::saturation_counts& saturations) {
  for (uint32_t chunk = 0; chunk < d.num_chunks; ++chunk) {
    const hls::scan_descriptor part = chunk_of(d, chunk);
    image_regions regions = gather(part, site);
    run_image(part, regions, site, saturations);
    scatter(part, regions, site);
  }
}

void run_local_sets(const set_scan& scan, const local_scan_site& site, hls::saturation_counts& saturations) {
  const machine_shape shape(site.point);
  set_regions regions = gather(scan, shape, site);
  std::vector<uint8_t> image;
  set_scan placed = place(scan, regions, image);
  if (site.switching != nullptr)
    run_sets_counted(image.data(), placed, site.machine, site.memories, saturations, *site.switching);
  else
    run_sets_top(image.data(), placed, site.machine, site.memories, saturations);
  for (auto& [key, bytes] : regions) {
    if (key.first != walk_region::y && key.first != walk_region::ht) continue;
    const uint64_t at = address_of(key.first, placed.descriptor, placed.sets[key.second]);
    std::copy_n(image.begin() + static_cast<std::ptrdiff_t>(at), bytes.size(), bytes.begin());
  }
  scatter(scan, shape, regions, site);
}

}  // namespace scansim
