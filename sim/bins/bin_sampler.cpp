#include "sim/bins/bin_sampler.h"

#include "hls/map/csr_map.h"
#include "sim/bins/machine_bins.h"

namespace scansim {

bin_sampler::bin_sampler(const design_point& point, std::string memory_model, bin_place place)
    : point_(point), shape_(point), memory_model_(std::move(memory_model)), place_(std::move(place)) {
  hit_parameters(point, hit_);
}

bin_sampler::~bin_sampler() {
  try {
    write_bin_record(place_.folder, {place_.test, point_, hit_});
  } catch (const std::exception&) {  // the run is what it was without them
  }
}

std::unique_ptr<memory_timing> bin_sampler::memory(std::unique_ptr<memory_timing> timing) {
  return sampled_memory(std::move(timing), point_, hit_);
}

void bin_sampler::write_csr(uint32_t address, uint32_t value, std::span<const uint8_t> memory) {
  constexpr int word_bits = 32;
  constexpr uint64_t word = UINT32_MAX;
  if (address == csr::desc_addr_lo) address_ = (address_ & ~word) | value;
  if (address == csr::desc_addr_hi) address_ = (address_ & word) | uint64_t{value} << word_bits;
  if (address == csr::desc_count) count_ = value;
  if (address == csr::control && (value & 1) != 0) hit_list(memory, address_, count_, shape_, history_, hit_);
}

// Either half of a counter.
void bin_sampler::read_csr(uint32_t address, uint32_t value) {
  constexpr uint32_t counter_bytes = 8;
  if (address < csr::counters || value == 0) return;
  if (const size_t index = (address - csr::counters) / counter_bytes; index < num_counters)
    hit_counter(index, hit_);
}

void bin_sampler::done(const memory_counters& events) { hit_memory(memory_model_, events, hit_); }

}  // namespace scansim
