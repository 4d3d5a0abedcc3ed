// Looks at one machine from outside and keeps which bins it hits (bin_model.h): descriptors when it is
// started, the memory port while it runs, counters when the driver reads them. Contract: it changes nothing
// of the run; the bins are written once, at the end of the sampler, and an error of that is not the run's.
#pragma once
#include <span>

#include "sim/bins/bin_record.h"
#include "sim/bins/list_bins.h"
#include "sim/bins/port_bins.h"
#include "sim/stream/machine_shape.h"

namespace scansim {

class bin_sampler {
 public:
  bin_sampler(const design_point& point, std::string memory_model, bin_place place);
  ~bin_sampler();
  bin_sampler(const bin_sampler&) = delete;
  bin_sampler& operator=(const bin_sampler&) = delete;

  // Of a fresh memory model for a start.
  std::unique_ptr<memory_timing> memory(std::unique_ptr<memory_timing> timing);
  void write_csr(uint32_t address, uint32_t value, std::span<const uint8_t> memory);
  void read_csr(uint32_t address, uint32_t value);
  void done(const memory_counters& events);
  // A bin that the machine itself tells of (rtl/check), as it names it.
  void see_inside(const std::string& bin, bool hit);

  const bin_set& hit() const { return hit_; }

 private:
  const design_point point_;
  const machine_shape shape_;
  const std::string memory_model_;
  const bin_place place_;
  bin_set hit_, inside_;
  list_history history_;
  uint64_t address_ = 0;
  uint32_t count_ = 0;
};

// What a machine without a sampler leaves, where somebody asks for bins: which parameters it has.
void record_parameters(const design_point& point);

}  // namespace scansim
