#include "host/cuda/conv/causal_conv1d_launch.h"
#include "host/cuda/measure/buffered_kernel.h"
#include "host/cuda/measure/prepared_calls.h"
#include "host/cuda/measure/prepared_scan.h"
#include "host/gpu_profile/kernel_call_work.h"

namespace scansim {
namespace {

struct conv1d_operands {
  int64_t x, weight, bias, state, y;
};

class conv1d_kernel : public buffered_kernel {
 public:
  conv1d_kernel(const conv1d_call& given, gpu_precision precision, int sets, void* stream)
      : buffered_kernel(gpu_work_of(kernel_call_work(given, precision)), stream),
        call_(call_of(given, precision)),
        count_(given.x.size()),
        update_(is_conv1d_update(given)),
        initial_state_(to_storage(given.state, precision)) {
    fill(image_of(given), sets);
  }

  void launch(int set) override {
    if (update_) return launch_update(set);
    causal_conv1d_call call = call_;
    call.x = at(set, operands_.x);
    call.weight = at<float>(set, operands_.weight);
    call.bias = at<float>(set, operands_.bias);
    call.initial_state = at(set, operands_.state);
    call.y = at(set, operands_.y);
    launch_causal_conv1d(call, stream());
  }

  // An update goes on from the state that the launch before left: outputs are those of the call's own.
  gpu_outputs read_outputs(int set) override {
    if (update_) upload(set, operands_.state, initial_state_), launch(set);
    return {values(set, operands_.y, count_, call_.precision), {}};
  }

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
    call.x = at(set, operands_.x);
    call.weight = at<float>(set, operands_.weight);
    call.bias = at<float>(set, operands_.bias);
    call.state = at(set, operands_.state);
    call.y = at(set, operands_.y);
    launch_causal_conv1d_update(call, stream());
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
  size_t count_;
  bool update_;
  std::vector<std::byte> initial_state_;
  conv1d_operands operands_ = {};
};

}  // namespace

std::unique_ptr<gpu_kernel> prepare_causal_conv1d(const conv1d_call& call, gpu_precision precision,
                                                  int buffer_sets, void* stream) {
  return std::make_unique<conv1d_kernel>(call, precision, buffer_sets, stream);
}

}  // namespace scansim
