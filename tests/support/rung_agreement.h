// Do rungs agree? One place that runs a list of descriptors on a device and compares what it left: status,
// counters of the classes that both rungs have, bytes of memory. Contract: outcome_of writes the image (if
// one is given), starts once and waits; memory keeps its contents otherwise, so that lists may follow each
// other. The checks are Catch2 CHECKs that name the counter or the first byte. Choose it wherever a test says
// systemc = rtl (= hls); what a whole call leaves is program_rungs.h.
#pragma once
#include <catch2/catch.hpp>
#include <span>
#include <vector>

#include "hls/map/csr_map.h"
#include "sim/rungs/device_run.h"
#include "sim/rungs/rung.h"

namespace scansim::test {

// What hls shares with the rungs below it.
inline constexpr counter_classes without_time = counts_events | counts_data;

struct machine_outcome {
  uint32_t status = 0;
  counter_values counters{};
  std::vector<uint8_t> memory;
};

struct descriptor_list {
  uint64_t address = 0;  // of the first descriptor
  uint32_t count = 0;
};

machine_outcome outcome_of(device& machine, descriptor_list list);
machine_outcome outcome_of(device& machine, descriptor_list list, std::span<const uint8_t> image);

csr::error_code error_of(const machine_outcome& outcome);

void check_counters(const counter_values& above, const counter_values& below,
                    counter_classes classes = counts_all);
void check_status_and_counters(const machine_outcome& above, const machine_outcome& below,
                               counter_classes classes = counts_all);
void check_memory(const machine_outcome& above, const machine_outcome& below);

}  // namespace scansim::test
