// A float cross-scanning vision model to the machine's integers (quantised_cross.h), scales chosen from what
// the float model does on calibration images: activations one power of two per tensor, of least squared
// error; those of the scans by calibrate_scan_sets on all images at once; weights one per output channel, W4
// in the four projections of a layer; the residual stream s16, all of its range. Patch embedding, head and
// convolution stay at 8 bits. Contract: deterministic; `images` calibrate, and must not be ones that are
// scored. It prunes nothing. Errors: input_error naming the tensor for scales that the machine does not have.
#pragma once
#include "host/accuracy/quantised_cross.h"
#include "host/quantise/layer_format.h"
#include "models/nn/cross_model.h"

namespace scansim {

quantised_cross quantise_cross(const cross_model& model, const std::vector<std::span<const uint8_t>>& images,
                               const layer_format& format, const design_point& point);

}  // namespace scansim
