// Layers for the tests of their kernels: a traced call run step by step on host memory by a runner (the twin,
// or the kernels' source under emulation; the device with copies around it), against double precision.
#pragma once
#include <functional>
#include <string>

#include "host/cuda/layer/layer_call.h"
#include "host/cuda/measure/layer_image.h"
#include "tests/host/cuda/layer/generated_layer.h"

namespace scansim {

// Runs every step of the layer in a copy of its image.
using layer_runner = std::function<void(const layer_image&, std::byte* memory)>;
// Empty if every step's result, y and the last state agree with models/ref on the layer as stored, at the
// scan's tolerances; else what differs, in one line.
std::string layer_difference(const mamba_block_call& given, gpu_precision precision, const layer_runner& run);

template <class Step>
layer_runner each_step(Step step) {
  return [step](const layer_image& image, std::byte* memory) {
    const layer_call call = image.at(memory);
    for (const layer_step one : layer_steps(call.directions)) step(call, one);
  };
}
void emulated_layer_step(const layer_call& layer, layer_step step);

}  // namespace scansim
