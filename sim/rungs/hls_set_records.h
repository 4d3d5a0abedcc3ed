// The records of a scan with sets, as they come behind its descriptor (sim/SETS.md, sections 1 and 5).
// Contract: begin() with a legal scan; then take() for every descriptor while due(); after the last record
// scan() is whole. A record that is not due, or another opcode where one is, gives error_code::sets.
#pragma once
#include "sim/rungs/set_jobs.h"

namespace scansim {

class hls_set_records {
 public:
  bool due() const { return check_.due() > 0; }

  // The descriptor lies at `address`.
  void begin(const hls::scan_descriptor& d, uint64_t address) {
    check_.begin(d);
    address_ = address;
    scan_ = {d, {}};
  }

  csr::error_code take(const uint32_t (&words)[hls::descriptor_words], const machine_shape& shape) {
    if (map::opcode_of(words) != hls::descriptor_opcode_set) return csr::error_code::sets;
    scan_.sets.push_back(hls::decode_set(words));
    return check_.take(scan_.sets.back(), shape);
  }

  const set_scan& scan() const { return scan_; }
  uint64_t address() const { return address_; }

 private:
  set_record_check check_;
  uint64_t address_ = 0;
  set_scan scan_;
};

}  // namespace scansim
