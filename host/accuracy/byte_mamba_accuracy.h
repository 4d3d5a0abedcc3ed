// Held-out bits per byte of byte-mamba, or of another byte-level checkpoint, in float and on the hls rung.
// Contract: the first 65,536 bytes of models/nn/heldout.txt are scored in windows of 512
// (models/nn/README.md); scales, pruning and kept states are chosen on 8 windows of the rest of that file,
// which is never scored (the training text is not shipped). Results do not depend on the number of workers.
#pragma once
#include "host/accuracy/accuracy_models.h"

namespace scansim {

accuracy_result measure_byte_mamba(const accuracy_request& request);
// `path`: the checkpoint. Errors: input_error if it is not byte-level.
accuracy_result measure_checkpoint(const std::string& path, const accuracy_request& request);

}  // namespace scansim
