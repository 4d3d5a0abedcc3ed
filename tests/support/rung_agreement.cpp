#include "tests/support/rung_agreement.h"

#include <algorithm>

namespace scansim::test {

machine_outcome outcome_of(device& machine, descriptor_list list) {
  machine.write_csr(csr::desc_addr_lo, static_cast<uint32_t>(list.address));
  machine.write_csr(csr::desc_addr_hi, static_cast<uint32_t>(list.address >> 32));
  machine.write_csr(csr::desc_count, list.count);
  machine.write_csr(csr::control, 1);
  machine.wait_done();
  machine_outcome outcome;
  outcome.status = machine.read_csr(csr::status);
  add_counters(machine, outcome.counters);
  outcome.memory.assign(machine.memory().begin(), machine.memory().end());
  return outcome;
}

machine_outcome outcome_of(device& machine, descriptor_list list, std::span<const uint8_t> image) {
  machine.resize_memory(image.size());
  std::copy(image.begin(), image.end(), machine.memory().begin());
  return outcome_of(machine, list);
}

csr::error_code error_of(const machine_outcome& outcome) {
  return static_cast<csr::error_code>(outcome.status >> csr::status_error_code_shift);
}

void check_counters(const counter_values& above, const counter_values& below, counter_classes classes) {
  for (size_t i = 0; i < num_counters; ++i) {
    if ((class_of(counter_names[i]) & classes) == 0) continue;
    CAPTURE(std::string(counter_names[i].block), std::string(counter_names[i].event));
    CHECK(above[i] == below[i]);
  }
}

void check_status_and_counters(const machine_outcome& above, const machine_outcome& below,
                               counter_classes classes) {
  CHECK(above.status == below.status);
  check_counters(above.counters, below.counters, classes);
}

void check_memory(const machine_outcome& above, const machine_outcome& below) {
  REQUIRE(above.memory.size() == below.memory.size());
  const auto [a, b] = std::mismatch(above.memory.begin(), above.memory.end(), below.memory.begin());
  CAPTURE(a - above.memory.begin());
  CHECK(a == above.memory.end());
}

}  // namespace scansim::test
