// What the kernels' machine code holds, kernel by kernel: the table host/cuda/sass/sass_counts.csv, which
// sass.sh there writes and the build takes in. A row is one kernel of one precision and shape for one
// architecture: registers, spills and shared memory, and of its hot loop the instructions, those of the
// special function unit and of shared memory, over `loop_updates` state updates of a thread. Counts are at
// least what is issued: loads, softplus, gate and store stand outside of the loop. Contract: all columns,
// whole numbers, no row twice; else input_error naming file, line and column.
#pragma once
#include <string>
#include <vector>

namespace scansim {

struct kernel_counts {
  std::string kernel, precision, shape, architecture;  // "selective_scan_block", "bf16", "16x4", "sm_90"
  double registers = 0, spill_bytes = 0, shared_bytes = 0, instructions = 0;
  // Of the hot loop: a thread's, over loop_updates of its state updates.
  double loop_instructions = 0, loop_updates = 0, unit_ops = 0, lds = 0, lds_bytes = 0;
  double sts = 0, shuffles = 0, global_loads = 0, fp32 = 0, conversions = 0, branches = 0;
  double burst_loads = 0,
         burst_bytes = 0;  // global loads of a thread that are in flight at once, their bytes
};

struct code_table {
  std::string compiler;  // "nvcc V13.0.88 -O3 -std=c++20, nvdisasm V12.4.127"
  std::vector<kernel_counts> rows;

  // The row whose code a device of this compute capability ("8.6") runs: of the same major number, the newest
  // that is no newer; nullptr if there is none.
  const kernel_counts* find(const std::string& kernel, const std::string& precision, const std::string& shape,
                            const std::string& compute_capability) const;
};

code_table read_code_table(const std::string& text, const std::string& file);
const code_table& committed_code_table();

}  // namespace scansim
