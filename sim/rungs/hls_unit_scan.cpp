#include "sim/rungs/hls_unit_scan.h"

#include <array>

#include "sim/rungs/walk_jobs.h"
#include "sim/unit_jobs.h"
#include "traces/input_error.h"

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

// The scratch job of a region: whole words one behind the other, but B and C by tiles of W states, or as two
// halves of one tile.
scratch_job scratch_job_of(const walk_job& job, const hls::scan_descriptor& part,
                           const hls::scan_machine& m) {
  const auto base = static_cast<uint16_t>(job.address / static_cast<uint64_t>(m.axi_bytes));
  const int words = static_cast<int>(job.bytes / static_cast<uint64_t>(m.axi_bytes));
  if (job.region == walk_region::y) return unit_jobs::run_of(scratch_source::scan_y, base, words);
  const bool b = job.region == walk_region::b;
  if (!b && job.region != walk_region::c) return unit_jobs::run_of(scratch_target::u, base, words);
  return unit_jobs::scan_bc(b, base, part.passes * m.states_per_lane, part.rest_tokens, m.axi_bytes);
}

std::vector<uint8_t> take_z(uint64_t bytes, const local_scan_site& site) {
  if (site.z_words.size() < bytes)
    throw tool_error(
        "hls device: a scan with z_gemm finds too few words of a gemm with to_z before it; the "
        "machine would wait for ever");
  const auto end = site.z_words.begin() + static_cast<std::ptrdiff_t>(bytes);
  std::vector<uint8_t> words(site.z_words.begin(), end);
  site.z_words.erase(site.z_words.begin(), end);
  site.counters[counter_index("scratch_write", "z_write_bits")] += 8 * bytes;
  return words;
}

// The operands of a chunk, and places for its results.
image_regions gather(const hls::scan_descriptor& part, const hls::scan_machine& machine,
                     const local_scan_site& site) {
  image_regions regions;
  walk_scan_jobs(
      part, site.point, [](const tile_visit&) {},
      [&](const walk_job& job) {
        std::vector<uint8_t>& region = regions[index_of(job.region)];
        std::vector<uint8_t> bytes(job.bytes);
        if (job.region == walk_region::z && z_from_gemm(part)) {
          bytes = take_z(job.bytes, site);
        } else if (job.local && !job.write()) {
          bytes = site.scratch.read(scratch_job_of(job, part, machine), site.counters);
        } else if (!job.write()) {
          const std::span<const uint8_t> from = site.dram.subspan(job.address, job.bytes);
          bytes.assign(from.begin(), from.end());
        }
        region.insert(region.end(), bytes.begin(), bytes.end());
      });
  return regions;
}

void scatter(const hls::scan_descriptor& part, const hls::scan_machine& machine, const image_regions& regions,
             const local_scan_site& site) {
  std::array<uint64_t, num_scan_regions> next{};
  walk_scan_jobs(
      part, site.point, [](const tile_visit&) {},
      [&](const walk_job& job) {
        if (!job.write()) return;
        const auto from =
            std::span(regions[index_of(job.region)]).subspan(next[index_of(job.region)], job.bytes);
        next[index_of(job.region)] += job.bytes;
        if (job.local) {
          site.scratch.write(scratch_job_of(job, part, machine), from, site.counters);
        } else {
          std::copy(from.begin(), from.end(), site.dram.begin() + static_cast<std::ptrdiff_t>(job.address));
        }
      });
}

// The regions behind each other as one image, the top on it, and the results back into the regions.
void run_image(const hls::scan_descriptor& part, const hls::scan_machine& machine, image_regions& regions,
               const local_scan_site& site, hls::saturation_counts& saturations) {
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
    run_scan_counted(image.data(), placed, machine, site.memories, saturations, *site.switching);
  else
    run_scan_top(image.data(), placed, machine, site.memories, saturations);
  for (const walk_region region : {walk_region::y, walk_region::ht}) {
    const size_t i = index_of(region);
    const auto first = image.begin() + static_cast<std::ptrdiff_t>(*addresses[i]);
    std::copy_n(first, regions[i].size(), regions[i].begin());
  }
}

}  // namespace

void run_local_scan(const hls::scan_descriptor& d, const hls::scan_machine& machine,
                    const local_scan_site& site, hls::saturation_counts& saturations) {
  for (uint32_t chunk = 0; chunk < d.num_chunks; ++chunk) {
    const hls::scan_descriptor part = chunk_of(d, chunk);
    image_regions regions = gather(part, machine, site);
    run_image(part, machine, regions, site, saturations);
    scatter(part, machine, regions, site);
  }
}

}  // namespace scansim
