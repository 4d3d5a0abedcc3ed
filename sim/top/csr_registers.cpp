#include "sim/top/csr_registers.h"

#include "hls/map/machine_map.h"

namespace scansim {

csr_registers::csr_registers(const design_point& point, run_function run)
    : parameters_(parameter_csrs(point)), run_(std::move(run)) {}

void csr_registers::write(uint32_t address, uint32_t value) {
  switch (address) {
    case csr::control:
      if ((value & 1u) == 0) return;
      result_ = run_(desc_addr_lo_ | uint64_t{desc_addr_hi_} << 32, desc_count_);
      done_ = true;
      return;
    case csr::desc_addr_lo:
      desc_addr_lo_ = value;
      return;
    case csr::desc_addr_hi:
      desc_addr_hi_ = value;
      return;
    case csr::desc_count:
      desc_count_ = value;
      return;
    default:
      return;
  }
}

uint32_t csr_registers::status() const {
  if (!done_) return 0;
  const auto code = static_cast<uint32_t>(result_.error);
  return csr::status_done | (code != 0 ? csr::status_error : 0) | code << csr::status_error_code_shift;
}

uint32_t csr_registers::read(uint32_t address) const {
  switch (address) {
    case csr::id:
      return csr::id_value;
    case csr::version:
      return csr::version_value;
    case csr::map:
      return map::map_hash;
    case csr::status:
      return status();
    case csr::desc_addr_lo:
      return desc_addr_lo_;
    case csr::desc_addr_hi:
      return desc_addr_hi_;
    case csr::desc_count:
      return desc_count_;
    default:
      break;
  }
  const uint32_t word = address / 4;
  if (address >= csr::parameters && word - csr::parameters / 4 < parameters_.size())
    return parameters_[word - csr::parameters / 4];
  if (address >= csr::counters && word - csr::counters / 4 < 2 * num_counters) {
    const uint32_t index = word - csr::counters / 4;
    return static_cast<uint32_t>(result_.counters[index / 2] >> (32 * (index % 2)));
  }
  return 0;
}

}  // namespace scansim
