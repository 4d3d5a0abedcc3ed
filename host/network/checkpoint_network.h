// The network that a trained checkpoint is (models/nn): sizes out of the shapes of its tensors. Contract: a
// Mamba language model or a bidirectional Vim as models/nn reads them, errors as theirs (input_error). The
// length is 2048 tokens for a language model, an image's for a Vim; values are not looked at.
#pragma once
#include <string>

#include "host/network/network_spec.h"

namespace scansim {

// A path that ends in .safetensors or .json, or a folder.
bool is_checkpoint_path(const std::string& name_or_path);
network_spec network_of_checkpoint(const std::string& path);

}  // namespace scansim
