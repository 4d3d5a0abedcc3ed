#include <limits>

#include "host/cuda/measure/buffer_sets.h"
#include "host/cuda/measure/prepared_calls.h"
#include "host/cuda/measure/prepared_scan.h"
#include "host/cuda/ssd/ssd_launch.h"
#include "host/gpu_profile/kernel_call_work.h"

namespace scansim {
namespace {

struct ssd_operands {
  int64_t chunks, sequences, x, dt, b, c, z, a, d, dt_bias, initial_states, steps, chunk_states, y,
      final_states;
};

class ssd_kernels : public gpu_kernel {
 public:
  ssd_kernels(const ssd_call& given, gpu_precision precision, int sets, int multiprocessors, void* stream)
      : tables_(ssd_tables_of(given, ssd_chunk_tokens(given, multiprocessors))),
        call_(call_of(given, precision, ssd_chunk_tokens(given, multiprocessors))),
        work_(gpu_work_of(kernel_call_work(given, precision))),
        y_count_(given.x.size()),
        state_count_(static_cast<size_t>(given.sequences * given.heads * given.head_channels * given.states)),
        buffers_(image_of(given), sets),
        stream_(stream) {}

  void launch(int set) override {
    gpu_ssd call = call_;
    const ssd_operands& at = operands_;
    call.chunk = buffers_.at<ssd_chunk>(set, at.chunks);
    call.sequence = buffers_.at<ssd_sequence>(set, at.sequences);
    call.x = buffers_.at(set, at.x);
    call.dt = buffers_.at(set, at.dt);
    call.b = buffers_.at(set, at.b);
    call.c = buffers_.at(set, at.c);
    call.z = buffers_.at(set, at.z);
    call.a = buffers_.at<float>(set, at.a);
    call.d = buffers_.at<float>(set, at.d);
    call.dt_bias = buffers_.at<float>(set, at.dt_bias);
    call.initial_states = buffers_.at<float>(set, at.initial_states);
    call.steps = buffers_.at<float>(set, at.steps);
    call.chunk_states = buffers_.at<float>(set, at.chunk_states);
    call.y = buffers_.at(set, at.y);
    call.final_states = buffers_.at<float>(set, at.final_states);
    launch_ssd(call, stream_);
  }

  gpu_outputs read_outputs(int set) override {
    const gpu_precision precision = call_.precision;
    return {from_storage(buffers_.download(set, operands_.y, y_count_ * storage_bytes(precision)), precision),
            from_storage(buffers_.download(set, operands_.final_states, state_count_ * sizeof(float)),
                         gpu_precision::fp32)};
  }

  gpu_work work() const override { return work_; }
  uint64_t bytes_per_set() const override { return buffers_.bytes_per_set(); }

  std::vector<std::pair<std::string, std::string>> configuration() const override {
    return {
        {"kernel", "ssd"},
        {"kernels", "ssd_chunk_state, ssd_state_passing, ssd_chunk_scan"},
        {"exps", "unit"},
        {"products", call_.precision == gpu_precision::fp32 ? "mma.sync, TF32 in three parts" : "mma.sync"},
        {"heads", std::to_string(call_.heads)},
        {"chunk_tokens", std::to_string(call_.chunk_tokens)},
        {"chunks", std::to_string(call_.chunks)}};
  }

 private:
  gpu_ssd call_of(const ssd_call& given, gpu_precision precision, int chunk_tokens) const {
    gpu_ssd call;
    call.heads = static_cast<int>(given.heads);
    call.head_channels = static_cast<int>(given.head_channels);
    call.groups = static_cast<int>(given.groups);
    call.states = static_cast<int>(given.states);
    call.chunk_tokens = chunk_tokens;
    call.chunks = static_cast<int>(tables_.chunks.size());
    call.sequences = static_cast<int>(tables_.sequences.size());
    call.dt_softplus = given.dt_softplus;
    call.dt_low = given.dt_low, call.dt_high = given.dt_high, call.d_of_channels = given.d_of_channels();
    call.precision = precision;
    return call;
  }

  call_image image_of(const ssd_call& given) {
    const gpu_precision precision = call_.precision;
    call_image image;
    operands_.chunks = image.add_bytes(tables_.chunks.data(), tables_.chunks.size() * sizeof(ssd_chunk));
    operands_.sequences =
        image.add_bytes(tables_.sequences.data(), tables_.sequences.size() * sizeof(ssd_sequence));
    operands_.x = image.add_floats(given.x, precision);
    operands_.dt = image.add_floats(given.dt, precision);
    operands_.b = image.add_floats(given.b, precision);
    operands_.c = image.add_floats(given.c, precision);
    operands_.z = image.add_floats(given.z, precision);
    operands_.a = image.add_floats(given.a);
    operands_.d = image.add_floats(given.d);
    operands_.dt_bias = image.add_floats(given.dt_bias);
    operands_.initial_states = image.add_floats(given.initial_states);
    operands_.steps = image.reserve(ssd_steps_count(call_) * sizeof(float));
    operands_.chunk_states = image.reserve(ssd_chunk_states_count(call_) * sizeof(float));
    operands_.y = image.reserve(y_count_ * storage_bytes(precision));
    operands_.final_states = image.reserve(state_count_ * sizeof(float));
    return image;
  }

  ssd_tables tables_;
  gpu_ssd call_;
  gpu_work work_;
  size_t y_count_, state_count_;
  ssd_operands operands_ = {};
  buffer_sets buffers_;
  void* stream_;
};

}  // namespace

std::unique_ptr<gpu_kernel> prepare_ssd_prefill(const ssd_call& call, gpu_precision precision,
                                                int buffer_sets, int multiprocessors, void* stream) {
  return std::make_unique<ssd_kernels>(call, precision, buffer_sets, multiprocessors, stream);
}

}  // namespace scansim
