// Held-out bits per byte of byte-mamba or of another byte-level checkpoint, or bits per token of any Mamba
// checkpoint on token ids that are given (scored_tokens.h), in float and on the hls rung, in windows that
// each start from the zero state. Contract: results do not depend on the number of workers.
#pragma once
#include "host/accuracy/accuracy_models.h"

namespace scansim {

accuracy_result measure_byte_mamba(const accuracy_request& request);
// `path`: the checkpoint. Errors: input_error, for one that is not byte-level and no token ids too.
accuracy_result measure_checkpoint(const std::string& path, const accuracy_request& request);

}  // namespace scansim
