#include "sim/bins/bin_sampler.h"

#include "hls/map/csr_map.h"
#include "sim/bins/machine_bins.h"

namespace scansim {
namespace {

void write_quietly(const bin_place& place, const design_point& point, const bin_set& hit,
                   const bin_set& inside = {}) {
  try {
    write_bin_record(place.folder, {place.test, point, hit, inside});
  } catch (const std::exception&) {  // the run is what it was without them
  }
}

}  // namespace

bin_sampler::bin_sampler(const design_point& point, std::string memory_model, bin_place place)
    : point_(point), shape_(point), memory_model_(std::move(memory_model)), place_(std::move(place)) {
  hit_parameters(point, hit_);
}

bin_sampler::~bin_sampler() { write_quietly(place_, point_, hit_, inside_); }

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

// "queues/TOP.ssm_top.u_job_fifo.u_check.unnamedblk1.full" -> "queues/u_job_fifo.full"
void bin_sampler::see_inside(const std::string& bin, bool hit) {
  const std::string top = "ssm_top.";
  std::string name = bin;
  if (const size_t at = name.find(".u_check"); at != std::string::npos) name.erase(at, name.rfind('.') - at);
  if (const size_t at = name.rfind(top); at != std::string::npos)
    name.erase(name.find('/') + 1, at + top.size() - name.find('/') - 1);
  inside_.insert(name);
  if (hit) hit_.insert(name);
}

void record_parameters(const design_point& point) {
  const std::optional<bin_place> place = bin_place_of_environment();
  if (!place) return;
  bin_set hit;
  hit_parameters(point, hit);
  write_quietly(*place, point, hit);
}

}  // namespace scansim
