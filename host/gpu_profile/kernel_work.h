// The kernel that would run a scan on a device, and what its hot loop issues at least for the whole call,
// from the counts of its machine code (kernel_counts.h): instructions of all threads, bytes through shared
// memory, operations of the special function unit with softplus and gate. Contract: nothing for a decode step
// (no loop; launch and memory bind it), for sizes that no kernel serves and for devices whose code is not in
// the table. Bytes of shared memory: what the threads of the block schedule read; of the others, whose lanes
// read the same words, one pass of the 32 banks for each access of a warp, as the hardware needs at least.
// Padded states are left out.
#pragma once
#include <optional>
#include <string>

#include "host/cuda/scan/scan_call.h"
#include "host/gpu_profile/gpu_datasheet.h"
#include "host/gpu_profile/scan_work.h"

namespace scansim {

struct kernel_work {
  std::string kernel;  // "selective_scan_block 16x4 bf16, sm_90"
  double instructions = 0, shared_bytes = 0, unit_ops = 0;
};

std::optional<kernel_work> kernel_work_of(const scan_shape& shape, const scan_options& options,
                                          const scan_parts& parts, gpu_precision precision,
                                          const gpu_datasheet& device);

// The same of a call as a profile tells it; nothing for an operator or a precision that is not counted.
std::optional<kernel_work> kernel_work_of(const profile_trace& call, const std::string& precision,
                                          const profile_work& least, const gpu_datasheet& device);

// scan_work with what the kernel issues, and the kernel's name, empty if none is known.
profile_work scan_work_on(const gpu_datasheet& device, const scan_shape& shape, const scan_options& options,
                          const scan_parts& parts, gpu_precision precision, std::string& kernel);

}  // namespace scansim
