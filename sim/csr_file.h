// The machine's registers as the host sees them (sim/README.md, section 6): the one map from address to value
// in C++, for every device that has no RTL. Contract: 32-bit accesses; unknown addresses read 0 and ignore
// writes; what runs and when is the device's. The table of addresses: hls/map/csr_map.h.
#pragma once
#include <algorithm>
#include <array>

#include "hls/map/machine_map.h"

namespace scansim {

class csr_file {
 public:
  explicit csr_file(const parameter_values& parameters) : parameters_(parameters) {}

  uint64_t first_descriptor() const { return descriptors_; }
  // The machine counts in 16 bits; 0 is taken as 1.
  uint32_t count() const { return std::max(count_ & 0xffff, 1U); }

  // What the counters and STATUS show until the next run.
  void finish(csr::error_code error, const std::array<uint64_t, num_counters>& counters) {
    const auto code = static_cast<uint32_t>(error);
    status_ = csr::status_done | (code != 0 ? csr::status_error : 0) | code << csr::status_error_code_shift;
    counters_ = counters;
  }

  // True: the host asks for a start.
  bool write(uint32_t address, uint32_t value) {
    constexpr uint64_t low_word = 0xffffffff;
    if (address == csr::desc_addr_lo) descriptors_ = (descriptors_ & ~low_word) | value;
    if (address == csr::desc_addr_hi) descriptors_ = (descriptors_ & low_word) | uint64_t{value} << 32;
    if (address == csr::desc_count) count_ = value;
    return address == csr::control && (value & 1) != 0;
  }

  uint32_t read(uint32_t address) const {
    switch (address) {
      case csr::id:
        return csr::id_value;
      case csr::version:
        return csr::version_value;
      case csr::map:
        return map::map_hash;
      case csr::status:
        return status_;
      case csr::desc_addr_lo:
        return static_cast<uint32_t>(descriptors_);
      case csr::desc_addr_hi:
        return static_cast<uint32_t>(descriptors_ >> 32);
      case csr::desc_count:
        return count_;
      default:
        return read_list(address);
    }
  }

 private:
  uint32_t read_list(uint32_t address) const {
    const uint32_t parameter = (address - csr::parameters) / 4, half = (address - csr::counters) / 4;
    if (address >= csr::counters && half < 2 * num_counters)
      return static_cast<uint32_t>(counters_[half / 2] >> (32 * (half % 2)));
    if (address >= csr::parameters && parameter < parameters_.size()) return parameters_[parameter];
    return 0;
  }

  const parameter_values parameters_;
  uint64_t descriptors_ = 0;  // byte address of the first
  uint32_t count_ = 0, status_ = 0;
  std::array<uint64_t, num_counters> counters_{};
};

}  // namespace scansim
