// Share of the 600 test images that digits-cross, or another cross-scanning model for these images, puts in
// the right class, in float and on the hls rung. Contract: as digits_vim_accuracy.h; W8A8 and W4A8, dense. A
// pattern is refused (nothing here prunes it), and so is a Hadamard matrix given up: it has none.
#pragma once
#include "host/accuracy/accuracy_models.h"

namespace scansim {

accuracy_result measure_digits_cross(const accuracy_request& request);
// `path`: the checkpoint. Errors: input_error as above.
accuracy_result measure_cross_checkpoint(const std::string& path, const accuracy_request& request);

}  // namespace scansim
