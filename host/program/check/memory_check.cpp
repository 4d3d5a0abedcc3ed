#include "host/program/check/memory_check.h"

#include <fmt/format.h>

#include "hls/scan/scan_descriptor.h"

namespace scansim {

namespace {

bool any_overlaps(const std::vector<memory_range>& ranges, const memory_range& range) {
  for (const memory_range& r : ranges)
    if (r.overlaps(range)) return true;
  return false;
}

}  // namespace

memory_check::memory_check(const check_site& site, uint64_t image_bytes,
                           std::span<const descriptor_run> lists)
    : site_(site), image_bytes_(image_bytes) {
  for (const descriptor_run& list : lists) {
    const memory_range range{list.address, list.address + uint64_t{list.count} * hls::descriptor_bytes};
    if (!lists_.empty() && lists_.back().last == range.first)
      lists_.back().last = range.last;
    else
      lists_.push_back(range);
  }
}

memory_range memory_check::inside(const char* field, uint64_t address, uint64_t bytes) const {
  const auto beat = static_cast<uint64_t>(site_.shape.axi_bytes);
  if (address % beat != 0)
    site_.refuse(field, fmt::format("a multiple of {} bytes", beat), fmt::format("{}", address));
  if (address > image_bytes_ || bytes > image_bytes_ - address) {
    site_.refuse(field, fmt::format("bytes inside the image of {}", image_bytes_),
                 fmt::format("{} at {}", bytes, address));
  }
  return {address, address + bytes};
}

void memory_check::read(const char* field, uint64_t address, uint64_t bytes) const {
  if (any_overlaps(pending_, inside(field, address, bytes)))
    site_.refuse(field, "a load with drain behind the store of the same bytes",
                 fmt::format("byte {}", address));
}

void memory_check::write(const char* field, uint64_t address, uint64_t bytes) {
  const memory_range range = inside(field, address, bytes);
  if (any_overlaps(lists_, range))
    site_.refuse(field, "no byte of the list of descriptors", fmt::format("byte {}", address));
  pending_.push_back(range);
  written_.push_back(range);
}

bool memory_check::rewritten(uint64_t address, uint64_t bytes) const {
  return any_overlaps(written_, {address, address + bytes});
}

}  // namespace scansim
