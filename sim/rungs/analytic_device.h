// analytic_device: the rung `fast` without simulating every chunk of a long scan. Where the machine comes
// back to a state that it was in some chunks before, the chunks to come would do the same again and again,
// and are left out but for the last few; what they would have cost and counted is added, which is exact
// (chunk_repetition.h says what is proved, at every run).
// Contract: device.h; the results are those of `fast` for a list whose bursts stay inside the image (the host
// checks that: program_check.h; the chunks left out are not looked at). It never guesses: a list with
// anything but scans from memory, a memory whose times depend on more than time (random, dram), few chunks, a
// state that does not come back are simulated as a whole. simulated() says how much was. Choose it for long
// scans under `ideal` and `latency`.
#pragma once
#include "sim/cosim/tool_process.h"
#include "sim/rungs/device.h"

namespace scansim {

std::unique_ptr<device> make_analytic_device(const design_point& point, const device_options& options,
                                             const progress_callback& progress);

}  // namespace scansim
