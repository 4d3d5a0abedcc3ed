// The lanes of a beat or row with the switching of their operands counted: what select_*_kernel gives for a
// shape that counts (machine_shape::switching). The same bits as the kernels that they call, at a tenth of
// their speed. Contract: values as hls computes them, in the machine's order; a readout before the drive
// (scan_kernel_beat::undriven) is part of its step and not counted.
#pragma once
#include "sim/gemm/gemm_lanes.h"
#include "sim/scan/lane_kernels.h"

namespace scansim {

void delta_lanes_counted(const machine_shape& shape, const tile_command& command, const delta_kernel_row& row,
                         hls::saturation_counts& saturations);
void gate_lanes_counted(const machine_shape& shape, const tile_command& command, const gate_kernel_row& row,
                        hls::saturation_counts& saturations);
scan_kernel counted_scan_kernel(const machine_shape& shape, scan_kernel uncounted);
// beat.switching is there.
void dense_lanes_counted(const gemm_lane_beat& beat, int32_t* acc);
void nm_lanes_counted(const gemm_lane_beat& beat, int32_t* acc);

}  // namespace scansim
