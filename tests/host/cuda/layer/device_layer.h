// A layer on the first CUDA device, as the tests call it: memory of the host in and out. Throws tool_error
// with the driver's words.
#pragma once
#include <string>

#include "host/cuda/measure/layer_image.h"

namespace scansim {

std::string why_no_device();  // empty: there is one
void device_layer(const layer_image& image, std::byte* memory);

}  // namespace scansim
