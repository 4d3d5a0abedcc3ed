// A traced layer as one block of memory and the call of its kernels in a copy of it, on a device or a host:
// activations and weights of projections in the type of the precision, what lies between the steps, y and the
// last state. Contract: `start` is a copy of image().bytes() on a 16-byte boundary. Errors: input_error,
// naming the trace, of a layer that no kernel takes: kept states, sizes of 2^31.
#pragma once
#include <string>

#include "host/cuda/layer/layer_call.h"
#include "host/cuda/measure/call_image.h"
#include "traces/calls/mamba_block.h"

namespace scansim {

bool has_layer_kernels(const mamba_block_call& given);
void check_layer_call(const mamba_block_call& given, const std::string& trace);

// The layer with the values that the storage type holds: what the kernels' answer is compared with.
mamba_block_call layer_as_stored(const mamba_block_call& given, gpu_precision precision);

class layer_image {
 public:
  layer_image(const mamba_block_call& given, gpu_precision precision);

  const call_image& image() const { return image_; }
  layer_call at(std::byte* start) const;

  int64_t y_offset() const { return y_; }
  int64_t h_last_offset() const { return h_last_; }
  size_t y_bytes() const { return tokens_ * sizes_.d_model * storage_bytes(sizes_.precision); }
  // Of both directions, one behind the other.
  size_t h_last_bytes() const { return static_cast<size_t>(sizes_.directions) * states_ * sizeof(float); }

 private:
  layer_call sizes_;  // no pointers
  size_t tokens_, states_;
  call_image image_;
  struct branch_places {
    int64_t conv_weight, conv_bias, x_proj, dt_proj, dt_bias, a, d, u, dt, b, c, delta, scanned;
  };
  int64_t x_, norm_, in_proj_, conv_state_, h0_, out_proj_, normed_, conv_input_, z_, y_, h_last_;
  branch_places branch_[most_directions];
};

}  // namespace scansim
