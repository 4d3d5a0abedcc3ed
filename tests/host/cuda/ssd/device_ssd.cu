#include <algorithm>

#include "host/cuda/ssd/ssd_launch.h"
#include "tests/host/cuda/scan/device_tensors.h"
#include "tests/host/cuda/ssd/device_ssd.h"

namespace scansim {

namespace {

size_t element_bytes(gpu_precision precision) {
  return precision == gpu_precision::fp32 ? 4 : precision == gpu_precision::int8 ? 1 : 2;
}

// Scales of states and activations; the tables are the call's own.
template <typename Call>
void scales_in(device_tensors& tensors, Call& call) {
  ssd_state_scales& s = call.scales;
  const int64_t clusters = int64_t{call.groups} * s.head_clusters * s.channel_clusters;
  for (const float** tensor : {&s.scale, &s.inverse})
    tensors.in(*tensor, s.head_cluster ? clusters * call.states : 1, 4);
  tensors.in(call.activations.x, s.head_cluster ? clusters : 1, 4);
  tensors.in(call.activations.b, call.groups, 4);
  tensors.in(call.activations.c, call.groups, 4);
  tensors.in(s.head_cluster, call.heads, 1);
  tensors.in(s.channel_cluster, int64_t{call.heads} * call.head_channels, 1);
}

size_t output_bytes(gpu_precision precision) { return precision == gpu_precision::fp32 ? 4 : 2; }

}  // namespace

std::string why_no_ssd_device() {
  int devices = 0;
  const cudaError_t error = cudaGetDeviceCount(&devices);
  if (error != cudaSuccess) return cudaGetErrorString(error);
  return devices > 0 ? "" : "no CUDA device";
}

void device_ssd(const gpu_ssd& host_call) {
  gpu_ssd call = host_call;
  int64_t tokens = 0, rows = 0;
  for (int k = 0; k < call.chunks; ++k)
    tokens = std::max<int64_t>(tokens, call.chunk[k].first_token + call.chunk[k].tokens);
  for (int k = 0; k < call.sequences; ++k)
    rows =
        std::max<int64_t>(rows, 1 + std::max(call.sequence[k].initial_state, call.sequence[k].final_state));
  const size_t bytes = element_bytes(call.precision);
  const int64_t channels = int64_t{call.heads} * call.head_channels;
  device_tensors tensors;
  tensors.in(call.chunk, call.chunks, sizeof(ssd_chunk));
  tensors.in(call.sequence, call.sequences, sizeof(ssd_sequence));
  for (const void** tensor : {&call.x, &call.z}) tensors.in(*tensor, tokens * channels, bytes);
  tensors.in(call.dt, tokens * call.heads, bytes);
  for (const void** tensor : {&call.b, &call.c})
    tensors.in(*tensor, tokens * call.groups * call.states, bytes);
  for (const float** tensor : {&call.a, &call.dt_bias}) tensors.in(*tensor, call.heads, 4);
  tensors.in(call.d, call.d_of_channels ? call.heads * call.head_channels : call.heads, 4);
  scales_in(tensors, call);
  const size_t state_bytes = call.precision == gpu_precision::int8 ? 1 : 4;
  tensors.in(call.initial_states, rows * channels * call.states, state_bytes);
  tensors.in_out(call.y, tokens * channels, output_bytes(call.precision));
  tensors.in_out(call.final_states, rows * channels * call.states, state_bytes);
  tensors.in_out(call.steps, static_cast<int64_t>(ssd_steps_count(call)), 4);
  tensors.in_out(call.chunk_states, static_cast<int64_t>(ssd_chunk_states_count(call)), 4);
  launch_ssd(call, nullptr);
  tensors.read_back();
}

void device_ssd_update(const ssd_update& host_call) {
  ssd_update call = host_call;
  const int64_t heads = int64_t{call.batch} * call.heads, channels = heads * call.head_channels;
  const size_t bytes = element_bytes(call.precision);
  device_tensors tensors;
  for (const void** tensor : {&call.x, &call.z}) tensors.in(*tensor, channels, bytes);
  tensors.in(call.dt, heads, bytes);
  for (const void** tensor : {&call.b, &call.c})
    tensors.in(*tensor, int64_t{call.batch} * call.groups * call.states, bytes);
  for (const float** tensor : {&call.a, &call.dt_bias}) tensors.in(*tensor, call.heads, 4);
  tensors.in(call.d, call.d_of_channels ? call.heads * call.head_channels : call.heads, 4);
  scales_in(tensors, call);
  tensors.in_out(call.state, channels * call.states, element_bytes(call.state_precision));
  tensors.in_out(call.y, channels, output_bytes(call.precision));
  launch_ssd_update(call, nullptr);
  tensors.read_back();
}

}  // namespace scansim
