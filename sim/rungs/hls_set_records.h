// The records of a scan with sets, as they come behind its descriptor (sim/SETS.md, sections 1 and 5).
// Contract: begin() with a legal scan; then take() for every descriptor while due(); after the last record
// scan() is whole. A record that is not due, or another opcode where one is, gives error_code::sets.
#pragma once
#include "sim/rungs/set_jobs.h"

namespace scansim {

// What a set shares with the one before lies where that one has it.
inline void share_addresses(hls::set_descriptor& d, const hls::set_descriptor& before) {
  if (d.same_delta) d.addr_delta = before.addr_delta;
  if (d.same_b) d.addr_b = before.addr_b;
  if (d.same_c) d.addr_c = before.addr_c;
  if (d.same_params) d.addr_a = before.addr_a, d.addr_db = before.addr_db;
}

class hls_set_records {
 public:
  bool due() const { return check_.due() > 0; }

  // The descriptor lies at `address`.
  void begin(const hls::scan_descriptor& d, uint64_t address, const machine_shape& shape) {
    check_.begin(d, shape);
    address_ = address;
    scan_ = {d, {}};
  }

  csr::error_code take(const uint32_t (&words)[hls::descriptor_words], const machine_shape& shape) {
    if (map::opcode_of(words) != hls::descriptor_opcode_set) return csr::error_code::sets;
    const hls::set_descriptor given = hls::decode_set(words);
    const csr::error_code error = check_.take(given, shape);
    if (error == csr::error_code::none) push(given);
    return error;
  }

  const set_scan& scan() const { return scan_; }
  uint64_t address() const { return address_; }

 private:
  void push(const hls::set_descriptor& given) {
    scan_.sets.push_back(given);
    if (scan_.sets.size() > 1) share_addresses(scan_.sets.back(), scan_.sets[scan_.sets.size() - 2]);
  }

  set_record_check check_;
  uint64_t address_ = 0;
  set_scan scan_;
};

}  // namespace scansim
