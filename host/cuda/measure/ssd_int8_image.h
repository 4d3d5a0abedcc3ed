// What an int8 SSD call, or a token of its decode, has beside its operands: scales and clusters in the memory
// of a call, given to the kernels by a place for each. Contract: add() once while the image is made; give()
// with what turns an offset into an address. y of precision int8 is fp16.
#pragma once
#include <cstring>

#include "host/cuda/measure/call_image.h"
#include "host/cuda/ssd/ssd_quantise.h"

namespace scansim {

inline gpu_precision ssd_y_storage(gpu_precision precision) {
  return precision == gpu_precision::int8 ? gpu_precision::fp16 : precision;
}

// States as they came from a device.
inline std::vector<float> ssd_states_of(const ssd_int8_operands& q, const std::vector<std::byte>& bytes) {
  std::vector<int8_t> states(bytes.size());
  std::memcpy(states.data(), bytes.data(), bytes.size());
  return ssd_dequantised_states(q, states);
}

struct ssd_scale_places {
  int64_t x, b, c, state, inverse, head_cluster, channel_cluster;

  void add(call_image& image, const ssd_int8_operands& q) {
    x = image.add_floats(q.x_scale), b = image.add_floats(q.b_scale), c = image.add_floats(q.c_scale);
    state = image.add_floats(q.state_scale), inverse = image.add_floats(q.state_inverse);
    head_cluster = image.add_bytes(q.head_cluster.data(), q.head_cluster.size());
    channel_cluster = image.add_bytes(q.channel_cluster.data(), q.channel_cluster.size());
  }

  // Of gpu_ssd and ssd_update.
  template <class Call, class Place>
  void give(Call& call, const ssd_int8_operands& q, const Place& place) const {
    const auto floats = [&](int64_t offset) { return reinterpret_cast<const float*>(place(offset)); };
    const auto bytes = [&](int64_t offset) { return reinterpret_cast<const uint8_t*>(place(offset)); };
    call.activations = {floats(x), floats(b), floats(c), q.dt_scale, q.z_scale};
    call.scales = {floats(state),          floats(inverse), bytes(head_cluster),
                   bytes(channel_cluster), q.head_clusters, q.channel_clusters};
  }
};

}  // namespace scansim
