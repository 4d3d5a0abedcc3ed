#include <cstring>

#include "host/cuda/measure/decode_graphs.h"
#include "host/cuda/measure/prepared_scan.h"
#include "host/cuda/measure/token_major.h"
#include "host/cuda/scan/state_scales.h"
#include "host/cuda/scan/state_update_launch.h"

namespace scansim {
namespace {

struct decode_operands {
  int64_t x, dt, b, c, z, a, d, dt_bias, state, scales, y;
};

class decode_kernel : public decode_graphs {
 public:
  decode_kernel(const scan_tensors& tensors, gpu_precision precision, int sets, void* stream)
      : decode_graphs(work_of(tensors, precision), tensors.shape.length, stream),
        sizes_(sizes_of(tensors)),
        precision_(activations_of(precision)),
        state_precision_(has_int8_state(precision) ? gpu_precision::int8 : precision_),
        reverse_(tensors.options.reverse),
        softplus_(tensors.options.delta_softplus) {
    if (has_int8_state(precision)) scales_ = int8_state_scales(tensors);
    const std::vector<std::byte> state = initial_state(tensors);
    const call_image image = image_of(tensors, state);
    prepare(image, operands_.state, state, sets);
  }

  gpu_outputs read_outputs(int set) override {
    from_the_start(set);
    const auto length = static_cast<size_t>(sizes_.length);
    const std::vector<float> y = values(set, operands_.y, length * rows_, precision_);
    return {from_token_major(y, rows_, length), state_values(download_state(set))};
  }

  std::vector<std::pair<std::string, std::string>> configuration() const override {
    return {{"kernel", "state_update"},
            {"exps", "unit"},
            {"launches", launches()},
            {"state", precision_name(state_precision_)}};
  }

 private:
  std::vector<std::byte> initial_state(const scan_tensors& tensors) const {
    const size_t count = static_cast<size_t>(tensors.shape.batch) * tensors.a.size();
    if (scales_.empty())
      return to_storage(tensors.h0.empty() ? std::vector<float>(count, 0.0f) : tensors.h0, precision_);
    const std::vector<int8_t> q = int8_initial_state(tensors, scales_);
    std::vector<std::byte> bytes(count);
    std::memcpy(bytes.data(), q.data(), count);
    return bytes;
  }

  std::vector<float> state_values(const std::vector<std::byte>& state) const {
    if (scales_.empty()) return from_storage(state, precision_);
    std::vector<float> h;
    for (size_t at = 0; at < state.size(); ++at)
      h.push_back(static_cast<float>(static_cast<int8_t>(state[at])) *
                  scales_[at / static_cast<size_t>(sizes_.states) % scales_.size()]);
    return h;
  }

  call_image image_of(const scan_tensors& tensors, const std::vector<std::byte>& state) {
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
    operands_.state = image.add_bytes(state.data(), state.size());
    operands_.scales = image.add_floats(scales_);
    operands_.y = image.reserve(tensors.u.size() * storage_bytes(precision_));
    return image;
  }

  void launch_token(int set, int k) override {
    const int64_t token = reverse_ ? sizes_.length - 1 - k : k;
    const auto of = [&](int64_t operand, size_t elements) {
      return row(set, operand, token, elements * storage_bytes(precision_));
    };
    state_update_call call;
    call.batch = sizes_.batch;
    call.channels = sizes_.channels;
    call.states = sizes_.states;
    call.groups = sizes_.groups;
    call.dt_softplus = softplus_;
    call.precision = precision_, call.state_precision = state_precision_;
    call.state_scale = at<float>(set, operands_.scales), call.scale_of_channels = !scales_.empty();
    call.x = of(operands_.x, rows_);
    call.dt = of(operands_.dt, rows_);
    call.z = of(operands_.z, rows_);
    call.b = of(operands_.b, row_pairs_);
    call.c = of(operands_.c, row_pairs_);
    call.a = at<float>(set, operands_.a);
    call.d = at<float>(set, operands_.d);
    call.dt_bias = at<float>(set, operands_.dt_bias);
    call.state = at(set, operands_.state);
    call.y = of(operands_.y, rows_);
    launch_state_update(call, stream());
  }

  scan_sizes sizes_;
  gpu_precision precision_, state_precision_;
  std::vector<float> scales_;  // of an int8 state, one a channel
  bool reverse_, softplus_;
  size_t rows_ = 0, row_pairs_ = 0;  // elements of one token: batch x D, batch x G x N
  decode_operands operands_ = {};
};

}  // namespace

std::unique_ptr<gpu_kernel> prepare_decode(const scan_tensors& tensors, gpu_precision precision,
                                           int buffer_sets, void* stream) {
  return std::make_unique<decode_kernel>(tensors, precision, buffer_sets, stream);
}

}  // namespace scansim
