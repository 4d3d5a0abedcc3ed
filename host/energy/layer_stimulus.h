// Vectors of the units around the scan, from the integers of a mamba_block call, in the order of the machine
// (sim/UNITS.md): a lane of the gemm holds its channel's weights over all tokens of a tile; the convolution
// takes token by token, channel group by channel group; norm and Hadamard take row by row.
//   gemm_lane, gemm_lane_nm: a multiply-accumulate of in_proj, dense and 2 of every 4 weights (the largest)
//   conv_lane: an output of a channel;  norm_lane: an output value;  hadamard_stage: an addition of a beat
// Errors: input_error if the layer has no such unit.
#pragma once
#include "host/energy/scan_stimulus.h"

namespace scansim {

unit_stimulus drive_gemm_lane(const unit_data& data, const design_point& point, const drive_size& size);
unit_stimulus drive_gemm_lane_nm(const unit_data& data, const design_point& point, const drive_size& size);
unit_stimulus drive_conv_lane(const unit_data& data, const design_point& point, const drive_size& size);
unit_stimulus drive_norm_lane(const unit_data& data, const design_point& point, const drive_size& size);
unit_stimulus drive_hadamard_stage(const unit_data& data, const design_point& point, const drive_size& size);

}  // namespace scansim
