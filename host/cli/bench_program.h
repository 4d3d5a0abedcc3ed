// `scansim bench --trace FILE`: simulation speed of the rungs on the block program of an operator trace
// (gemm, conv1d, hadamard, rms_norm, mamba_block), one after the other in this process. hls here is the
// device that executes descriptors without time. Errors: input_error for a trace of another operator or a
// design point without units.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/cli/bench_speed.h"
#include "host/cli/progress_display.h"
#include "sim/rungs/device.h"

namespace scansim {

struct program_bench {
  std::string trace_path;
  std::vector<rung_speed> speeds;
  double rtl_build_s = 0;
};

program_bench bench_program(const std::string& trace_path, const design_point& point,
                            const std::vector<std::string>& rungs, const device_options& options,
                            progress_display& progress);

nlohmann::json to_json(const program_bench& bench);
std::string text_of(const program_bench& bench);

}  // namespace scansim
