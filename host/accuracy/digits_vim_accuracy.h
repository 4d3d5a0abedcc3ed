// Share of the 600 test images that digits-vim, or another Vision Mamba for these images, puts in the right
// class, in float and on the hls rung.
// Contract: images of models/nn/digits.safetensors; scales, pruning and kept states are chosen on 128 of the
// training images, spread evenly, never on test images. One thread; deterministic. It has no ablation.
#pragma once
#include "host/accuracy/accuracy_models.h"

namespace scansim {

accuracy_result measure_digits_vim(const accuracy_request& request);
// `path`: the checkpoint. Errors: input_error if it is not for these images and classes, or if the request
// has --bytes or --ablation.
accuracy_result measure_vim_checkpoint(const std::string& path, const accuracy_request& request);

}  // namespace scansim
