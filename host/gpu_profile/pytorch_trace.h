// The Chrome trace of PyTorch's profiler (torch.profiler, export_chrome_trace, *.pt.trace.json) as an import
// page: the launches of kernels are its complete events ("ph": "X") of category kernel, in the order in which
// they began; time is "dur", microseconds by the format whatever displayTimeUnit says; grid, block, device,
// correlation and registers are "args"; devices are the trace's deviceProperties. Contract: one event at a
// time is in memory; an event of a kernel has a name and a duration that is a finite number >= 0, each once,
// or an input_error names it; all other events may be anything that is JSON. Throws input_error for a trace
// that is cut off, saying where.
#pragma once
#include <string>
#include <string_view>

#include "host/gpu_profile/import_page.h"

namespace scansim {

import_page read_pytorch_trace(std::string_view text, const std::string& file);

}  // namespace scansim
