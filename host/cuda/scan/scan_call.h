// One selective scan (or one decode step) as the kernels take it: sizes, options and pointers into the memory
// of whoever runs it (device memory, or host memory for the twins and the emulation). Row-major: u, delta, z,
// y (batch, D, L); b, c (batch, G, N, L); a (D, N); d, delta_bias (D); h0, h_last (batch, D, N). A null
// pointer leaves that option out. Activations (u, delta, z, b, c, y) have the type `precision`; a, d,
// delta_bias, h0 and h_last are float32.
#pragma once
#include <cstdint>
#include <string>

namespace scansim {

// The last three are what a record is of: float activations beside an int8 state. A kernel's call has both
// types.
enum class gpu_precision { fp32, fp16, bf16, int8, fp32_int8_state, fp16_int8_state, bf16_int8_state };
constexpr gpu_precision float_precisions[] = {gpu_precision::fp32, gpu_precision::fp16, gpu_precision::bf16};
constexpr gpu_precision record_precisions[] = {gpu_precision::fp32,
                                               gpu_precision::fp16,
                                               gpu_precision::bf16,
                                               gpu_precision::int8,
                                               gpu_precision::fp32_int8_state,
                                               gpu_precision::fp16_int8_state,
                                               gpu_precision::bf16_int8_state};
const char* precision_name(gpu_precision precision);  // "fp32", "int8", "bf16-int8-state", ...
std::string precision_names();                        // of all that a record may be of, for messages

constexpr bool has_int8_state(gpu_precision precision) { return precision > gpu_precision::int8; }
// Of the activations: fp32 of fp32_int8_state.
constexpr gpu_precision activations_of(gpu_precision precision) {
  return has_int8_state(precision) ? static_cast<gpu_precision>(static_cast<int>(precision) - 1 -
                                                                static_cast<int>(gpu_precision::int8))
                                   : precision;
}
static_assert(activations_of(gpu_precision::bf16_int8_state) == gpu_precision::bf16);

struct scan_sizes {
  int batch = 1, channels = 1, states = 1, groups = 1, length = 1;
};

struct scan_call {
  scan_sizes sizes;
  bool delta_softplus = false, reverse = false;
  gpu_precision precision = gpu_precision::fp32;  // not int8; that is quamba_scan_call
  const void *u = nullptr, *delta = nullptr, *b = nullptr, *c = nullptr, *z = nullptr;
  const float *a = nullptr, *d = nullptr, *delta_bias = nullptr, *h0 = nullptr;
  void* y = nullptr;
  float* h_last = nullptr;
};

// One token: x, dt, z, y (batch, D); b, c (batch, G, N); the state (batch, D, N) is updated in place. An int8
// state is value = scale q, rounded to nearest even and clamped at every token: one scale, or one a channel
// (D), as those of the heads of the state update of ssd.
struct state_update_call {
  int batch = 1, channels = 1, states = 1, groups = 1;
  bool dt_softplus = false;
  gpu_precision precision = gpu_precision::fp32;        // of x, dt, z, b, c, y
  gpu_precision state_precision = gpu_precision::fp32;  // of the state; int8: state_scale is given
  const float* state_scale = nullptr;
  bool scale_of_channels = false;
  const void *x = nullptr, *dt = nullptr, *b = nullptr, *c = nullptr, *z = nullptr;
  const float *a = nullptr, *d = nullptr, *dt_bias = nullptr;
  void *state = nullptr, *y = nullptr;
  // Elements between successive (batch, D) or (batch, G, N) rows' tokens: 1 for packed rows. A trace keeps
  // tokens innermost, so a step at token t points at element t and strides by L.
  int64_t row_stride = 1;
};

// Throws std::invalid_argument for sizes and types that no kernel takes.
void check_state_update(const state_update_call& call);

// Choices frozen into a record: which kernel ran and how it was shaped.
enum class scan_schedule { over_time, in_time };
const char* schedule_name(scan_schedule schedule);  // "block", "serial"

struct scan_configuration {
  scan_schedule schedule = scan_schedule::over_time;
  int threads = 128;           // per block
  int items = 16;              // over_time: tokens per thread; in_time: tokens per shared-memory tile
  int channels_per_block = 1;  // over_time: channels that share the loads of B and C
  int lanes_per_channel = 1;   // in_time: lanes that split the states of one channel
};

}  // namespace scansim
