// analytic_device: the rung `fast` without simulating every chunk of a long scan. Two short runs of the same
// descriptor, with n and n + p chunks, show that the machine repeats itself every p chunks (time_record.h
// says what is proved, at every run); then
//   cycles(n + k p) = cycles(n) + k (cycles(n + p) - cycles(n)),   every counter alike
// which is exact. p: chunks after which every region starts at the same place of a 4 KiB page again.
// Contract: device.h; the results are those of `fast` for a list whose bursts stay inside the image (the host
// checks that: program_check.h; the chunks between are not looked at). It falls back to the whole run, never
// guesses: more than one descriptor, units, a memory whose times depend on more than time (random, dram), few
// chunks, or no proof. simulated() says how much was simulated. Choose it for long scans under `ideal` and
// `latency`.
#pragma once
#include "sim/cosim/tool_process.h"
#include "sim/rungs/device.h"

namespace scansim {

std::unique_ptr<device> make_analytic_device(const design_point& point, const device_options& options,
                                             const progress_callback& progress);

}  // namespace scansim
