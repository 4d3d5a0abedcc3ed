#include "sim/rungs/hls_unit_operands.h"

#include "sim/unit_jobs.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

scratch_job scratch_read_of(const walk_job& job, int passes, int tokens, const hls::scan_machine& m) {
  const auto beat = static_cast<uint64_t>(m.axi_bytes);
  return unit_jobs::scan_operand(scratch_target_of(job.region), job.address / beat,
                                 static_cast<int>(job.bytes / beat), passes * m.states_per_lane, tokens,
                                 m.axi_bytes);
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

}  // namespace

std::vector<uint8_t> read_operand(const walk_job& job, const hls::scan_descriptor& d, int tokens,
                                  const local_scan_site& site) {
  if (job.region == walk_region::z && z_from_gemm(d)) return take_z(job.bytes, site);
  if (job.local)
    return site.scratch.read(scratch_read_of(job, d.passes, tokens, site.machine), site.counters);
  const std::span<const uint8_t> from = site.dram.subspan(job.address, job.bytes);
  return {from.begin(), from.end()};
}

void write_result(const walk_job& job, std::span<const uint8_t> bytes, const local_scan_site& site) {
  if (!job.local) {
    std::copy(bytes.begin(), bytes.end(), site.dram.begin() + static_cast<std::ptrdiff_t>(job.address));
    return;
  }
  const auto beat = static_cast<uint64_t>(site.machine.axi_bytes);
  const int words = static_cast<int>(job.bytes / beat);
  site.scratch.write(unit_jobs::run_of(scratch_source::scan_y, job.address / beat, words), bytes,
                     site.counters);
}

}  // namespace scansim
