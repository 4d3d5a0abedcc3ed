#include "host/cuda/measure/buffer_sets.h"
#include "host/cuda/measure/cuda_errors.h"
#include "host/cuda/measure/launch_graphs.h"
#include "host/cuda/measure/prepared_scan.h"
#include "host/cuda/measure/token_major.h"
#include "host/cuda/scan/state_update_launch.h"

namespace scansim {
namespace {

struct decode_operands {
  int64_t x, dt, b, c, z, a, d, dt_bias, state, y;
};

class decode_kernel : public gpu_kernel {
 public:
  decode_kernel(const scan_tensors& tensors, gpu_precision precision, int sets, void* stream)
      : sizes_(sizes_of(tensors)),
        precision_(precision),
        reverse_(tensors.options.reverse),
        softplus_(tensors.options.delta_softplus),
        work_(work_of(tensors, precision)),
        initial_state_(initial_state(tensors, precision)),
        buffers_(image_of(tensors), sets),
        stream_(static_cast<cudaStream_t>(stream)),
        graphs_(stream_) {
    // The kernel is loaded by its first launch, which must not be in a recording.
    launch_state_update(step(0, 0), stream_);
    check_cuda(cudaStreamSynchronize(stream_), "running the state update");
    buffers_.upload(0, operands_.state, initial_state_);
    graphs_.record(sets, grouped_sets_of(sizes_.length, sets), [this](int set) {
      for (int k = 0; k < sizes_.length; ++k)
        launch_state_update(step(set, reverse_ ? sizes_.length - 1 - k : k), stream_);
    });
  }

  void launch(int set) override { graphs_.launch(set); }
  int grouped_sets() const override { return graphs_.group(); }
  void launch_group(int first_set) override { graphs_.launch_group(first_set); }

  gpu_outputs read_outputs(int set) override {
    buffers_.upload(set, operands_.state, initial_state_);
    launch(set);
    const size_t y_bytes = static_cast<size_t>(sizes_.length) * rows_ * storage_bytes(precision_);
    const std::vector<float> y = from_storage(buffers_.download(set, operands_.y, y_bytes), precision_);
    return {from_token_major(y, rows_, static_cast<size_t>(sizes_.length)),
            from_storage(buffers_.download(set, operands_.state, initial_state_.size()), precision_)};
  }

  gpu_work work() const override { return work_; }
  uint64_t bytes_per_set() const override { return buffers_.bytes_per_set(); }
  int most_buffer_sets() const override { return most_graph_nodes / sizes_.length; }

  std::vector<std::pair<std::string, std::string>> configuration() const override {
    return {{"kernel", "state_update"},
            {"exps", "unit"},
            {"launches", launches_text(sizes_.length, graphs_.group())},
            {"state", precision_name(precision_)}};
  }

 private:
  static std::vector<std::byte> initial_state(const scan_tensors& tensors, gpu_precision precision) {
    const size_t count = static_cast<size_t>(tensors.shape.batch) * tensors.a.size();
    return to_storage(tensors.h0.empty() ? std::vector<float>(count, 0.0f) : tensors.h0, precision);
  }

  call_image image_of(const scan_tensors& tensors) {
    const auto length = static_cast<size_t>(sizes_.length);
    call_image image;
    const auto add = [&](const std::vector<float>& values) {
      return image.add_floats(to_token_major(values, values.size() / length, length), precision_);
    };
    rows_ = tensors.u.size() / length;
    row_pairs_ = tensors.b.size() / length;
    operands_.x = add(tensors.u);
    operands_.dt = add(tensors.delta);
    operands_.b = add(tensors.b);
    operands_.c = add(tensors.c);
    operands_.z = add(tensors.z);
    operands_.a = image.add_floats(tensors.a);
    operands_.d = image.add_floats(tensors.d);
    operands_.dt_bias = image.add_floats(tensors.delta_bias);
    operands_.state = image.add_bytes(initial_state_.data(), initial_state_.size());
    operands_.y = image.reserve(tensors.u.size() * storage_bytes(precision_));
    return image;
  }

  state_update_call step(int set, int token) const {
    const size_t element = storage_bytes(precision_), t = static_cast<size_t>(token);
    const auto row = [&](int64_t operand, size_t row_elements) -> std::byte* {
      std::byte* start = buffers_.at<std::byte>(set, operand);
      return start ? start + t * row_elements * element : nullptr;
    };
    state_update_call call;
    call.batch = sizes_.batch;
    call.channels = sizes_.channels;
    call.states = sizes_.states;
    call.groups = sizes_.groups;
    call.dt_softplus = softplus_;
    call.precision = call.state_precision = precision_;
    call.x = row(operands_.x, rows_);
    call.dt = row(operands_.dt, rows_);
    call.z = row(operands_.z, rows_);
    call.b = row(operands_.b, row_pairs_);
    call.c = row(operands_.c, row_pairs_);
    call.a = buffers_.at<float>(set, operands_.a);
    call.d = buffers_.at<float>(set, operands_.d);
    call.dt_bias = buffers_.at<float>(set, operands_.dt_bias);
    call.state = buffers_.at(set, operands_.state);
    call.y = row(operands_.y, rows_);
    return call;
  }

  scan_sizes sizes_;
  gpu_precision precision_;
  bool reverse_, softplus_;
  gpu_work work_;
  std::vector<std::byte> initial_state_;
  size_t rows_ = 0, row_pairs_ = 0;  // elements of one token: batch x D, batch x G x N
  decode_operands operands_ = {};
  buffer_sets buffers_;
  cudaStream_t stream_;
  launch_graphs graphs_;
};

}  // namespace

std::unique_ptr<gpu_kernel> prepare_decode(const scan_tensors& tensors, gpu_precision precision,
                                           int buffer_sets, void* stream) {
  return std::make_unique<decode_kernel>(tensors, precision, buffer_sets, stream);
}

}  // namespace scansim
