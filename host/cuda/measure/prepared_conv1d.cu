#include "host/cuda/conv/causal_conv1d_launch.h"
#include "host/cuda/measure/buffer_sets.h"
#include "host/cuda/measure/prepared_calls.h"
#include "host/cuda/measure/prepared_scan.h"
#include "host/gpu_profile/kernel_call_work.h"

namespace scansim {
namespace {

struct conv1d_operands {
  int64_t x, weight, bias, state, y;
};

class conv1d_kernel : public gpu_kernel {
 public:
  conv1d_kernel(const conv1d_call& given, gpu_precision precision, int sets, void* stream)
      : call_(call_of(given, precision)),
        work_(gpu_work_of(kernel_call_work(given, precision))),
        count_(given.x.size()),
        update_(is_conv1d_update(given)),
        initial_state_(to_storage(given.state, precision)),
        buffers_(image_of(given), sets),
        stream_(stream) {}

  void launch(int set) override {
    if (update_) return launch_update(set);
    causal_conv1d_call call = call_;
    call.x = buffers_.at(set, operands_.x);
    call.weight = buffers_.at<float>(set, operands_.weight);
    call.bias = buffers_.at<float>(set, operands_.bias);
    call.initial_state = buffers_.at(set, operands_.state);
    call.y = buffers_.at(set, operands_.y);
    launch_causal_conv1d(call, stream_);
  }

  // An update goes on from the state that the launch before left: outputs are those of the call's own.
  gpu_outputs read_outputs(int set) override {
    if (update_) buffers_.upload(set, operands_.state, initial_state_), launch(set);
    const size_t bytes = count_ * storage_bytes(call_.precision);
    return {from_storage(buffers_.download(set, operands_.y, bytes), call_.precision), {}};
  }

  gpu_work work() const override { return work_; }
  uint64_t bytes_per_set() const override { return buffers_.bytes_per_set(); }
  std::vector<std::pair<std::string, std::string>> configuration() const override {
    return {{"kernel", update_ ? "causal_conv1d_update" : "causal_conv1d"},
            {"exps", "unit"},
            {"width", std::to_string(call_.width)}};
  }

 private:
  static causal_conv1d_call call_of(const conv1d_call& given, gpu_precision precision) {
    causal_conv1d_call call;
    call.channels = static_cast<int>(given.channels);
    call.length = static_cast<int>(given.length);
    call.width = static_cast<int>(given.width);
    call.silu = given.silu;
    call.precision = precision;
    return call;
  }

  void launch_update(int set) {
    causal_conv1d_update_call call;
    call.channels = call_.channels, call.length = call_.length, call.width = call_.width;
    call.silu = call_.silu, call.precision = call_.precision;
    call.x = buffers_.at(set, operands_.x);
    call.weight = buffers_.at<float>(set, operands_.weight);
    call.bias = buffers_.at<float>(set, operands_.bias);
    call.state = buffers_.at(set, operands_.state);
    call.y = buffers_.at(set, operands_.y);
    launch_causal_conv1d_update(call, stream_);
  }

  call_image image_of(const conv1d_call& given) {
    call_image image;
    operands_.x = image.add_floats(given.x, call_.precision);
    operands_.weight = image.add_floats(given.w);
    operands_.bias = image.add_floats(given.bias);
    operands_.state = image.add_floats(given.state, call_.precision);
    operands_.y = image.reserve(count_ * storage_bytes(call_.precision));
    return image;
  }

  causal_conv1d_call call_;
  gpu_work work_;
  size_t count_;
  bool update_;
  std::vector<std::byte> initial_state_;
  conv1d_operands operands_ = {};
  buffer_sets buffers_;
  void* stream_;
};

}  // namespace

std::unique_ptr<gpu_kernel> prepare_causal_conv1d(const conv1d_call& call, gpu_precision precision,
                                                  int buffer_sets, void* stream) {
  return std::make_unique<conv1d_kernel>(call, precision, buffer_sets, stream);
}

}  // namespace scansim
