// Differences between rungs as one line that names the place and both values.
#pragma once
#include <optional>
#include <string>

#include "host/driver/scan_result.h"
#include "models/ref/compare_to_expect.h"

namespace scansim {

// "y: 12 elements differ, first at (batch 0, channel 3, token 17): systemc -41, hls -40; scan_serial.busy:
// ..."
std::string difference_text(const scan_difference& difference, const std::string& want_rung,
                            const std::string& got_rung);

// The first event counter (cycles, busy, wait_in, wait_out and idle left out) that differs: what rungs
// without time have in common with the others.
std::optional<counter_difference> first_event_difference(const scan_result& want, const scan_result& got);

// How ref compares with the recorded outputs.
std::string expect_text(const expect_comparison& comparison, const scan_shape& shape);

}  // namespace scansim
