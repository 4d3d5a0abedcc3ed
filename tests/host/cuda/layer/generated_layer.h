// Layers as `trace generate --operator mamba_block` makes them, for tests.
#pragma once
#include <map>
#include <string>

#include "traces/calls/mamba_block_generate.h"

namespace scansim {

struct layer_case {
  int64_t batch = 1, length = 5, d_model = 16, channels = 32, states = 16, width = 4;
  bool state = false, bias = true, both = false;
  uint64_t seed = 1;
};

inline mamba_block_call generated_layer(const layer_case& layer) {
  mamba_block_generator generator;
  const std::map<std::string, int64_t> sizes = {
      {"--batch", layer.batch},       {"--length", layer.length}, {"--model-width", layer.d_model},
      {"--channels", layer.channels}, {"--states", layer.states}, {"--width", layer.width}};
  for (const generator_option& option : generator.options()) {
    const std::string flag = option.flag;
    if (const auto size = sizes.find(flag); size != sizes.end()) *option.integer = size->second;
    if ((flag == "--state" && layer.state) || (flag == "--no-bias" && !layer.bias) ||
        (flag == "--bidirectional" && layer.both))
      *option.toggle = option.sets;
  }
  return payload<mamba_block_call>(*generator.generate(layer.seed));
}

}  // namespace scansim
