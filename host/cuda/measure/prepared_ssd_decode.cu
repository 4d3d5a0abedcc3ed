#include <algorithm>

#include "host/cuda/measure/buffer_sets.h"
#include "host/cuda/measure/cuda_errors.h"
#include "host/cuda/measure/launch_graphs.h"
#include "host/cuda/measure/prepared_calls.h"
#include "host/cuda/ssd/ssd_launch.h"
#include "host/gpu_profile/kernel_call_work.h"

namespace scansim {
namespace {

struct decode_tensors {
  int64_t x, dt, b, c, z, a, d, dt_bias, state, y;
};

// (batch, L, row) as (L, batch, row), where one token of the whole batch is packed, or back.
std::vector<float> tokens_first(const std::vector<float>& values, int64_t batch, int64_t length,
                                bool back = false) {
  std::vector<float> turned(values.size());
  const auto row = static_cast<int64_t>(values.size()) / (batch * length);
  for (int64_t b = 0; b < batch; ++b)
    for (int64_t t = 0; t < length; ++t) {
      const int64_t from = back ? t * batch + b : b * length + t, to = back ? b * length + t : t * batch + b;
      std::copy_n(values.begin() + from * row, row, turned.begin() + to * row);
    }
  return turned;
}

class ssd_decode : public gpu_kernel {
 public:
  ssd_decode(const ssd_call& given, gpu_precision precision, int sets, void* stream)
      : batch_(given.batch),
        length_(given.length),
        call_(call_of(given, precision)),
        work_(kernel_call_work(given, precision)),
        initial_state_(initial_state(given, precision)),
        buffers_(image_of(given), sets),
        stream_(static_cast<cudaStream_t>(stream)),
        graphs_(stream_) {
    launch_ssd_update(step(0, 0), stream_);
    check_cuda(cudaStreamSynchronize(stream_), "running the state update");
    buffers_.upload(0, at_.state, initial_state_);
    graphs_.record(sets, grouped_sets_of(static_cast<int>(length_), sets), [this](int set) {
      for (int64_t t = 0; t < length_; ++t) launch_ssd_update(step(set, t), stream_);
    });
  }

  void launch(int set) override { graphs_.launch(set); }
  int grouped_sets() const override { return graphs_.group(); }
  void launch_group(int first_set) override { graphs_.launch_group(first_set); }

  gpu_outputs read_outputs(int set) override {
    buffers_.upload(set, at_.state, initial_state_);
    launch(set);
    const std::vector<std::byte> y =
        buffers_.download(set, at_.y, static_cast<size_t>(length_) * token_bytes_);
    return {tokens_first(from_storage(y, call_.precision), batch_, length_, true),
            from_storage(buffers_.download(set, at_.state, initial_state_.size()), call_.precision)};
  }

  gpu_work work() const override {
    return {work_.bytes, work_.exps, work_.flops, work_.unit_ops, work_.launches};
  }
  uint64_t bytes_per_set() const override { return buffers_.bytes_per_set(); }
  int most_buffer_sets() const override {
    return static_cast<int>(std::max<int64_t>(1, most_graph_nodes / length_));
  }

  std::vector<std::pair<std::string, std::string>> configuration() const override {
    return {{"kernel", "ssd_state_update"},
            {"exps", "unit"},
            {"launches", launches_text(static_cast<int>(length_), graphs_.group())},
            {"heads", std::to_string(call_.heads)},
            {"state", precision_name(call_.state_precision)}};
  }

 private:
  static ssd_update call_of(const ssd_call& given, gpu_precision precision) {
    ssd_update call;
    call.batch = static_cast<int>(given.batch);
    call.heads = static_cast<int>(given.heads);
    call.head_channels = static_cast<int>(given.head_channels);
    call.groups = static_cast<int>(given.groups);
    call.states = static_cast<int>(given.states);
    call.dt_softplus = given.dt_softplus;
    call.dt_low = given.dt_low, call.dt_high = given.dt_high, call.d_of_channels = given.d_of_channels();
    call.precision = call.state_precision = precision;
    return call;
  }

  static std::vector<std::byte> initial_state(const ssd_call& given, gpu_precision precision) {
    const auto count = static_cast<size_t>(given.batch * given.heads * given.head_channels * given.states);
    return to_storage(given.initial_states.empty() ? std::vector<float>(count, 0.0f) : given.initial_states,
                      precision);
  }

  call_image image_of(const ssd_call& given) {
    call_image image;
    const auto add = [&](const std::vector<float>& values) {
      return image.add_floats(tokens_first(values, batch_, length_), call_.precision);
    };
    at_.x = add(given.x);
    at_.dt = add(given.dt);
    at_.b = add(given.b);
    at_.c = add(given.c);
    at_.z = add(given.z);
    at_.a = image.add_floats(given.a);
    at_.d = image.add_floats(given.d);
    at_.dt_bias = image.add_floats(given.dt_bias);
    at_.state = image.add_bytes(initial_state_.data(), initial_state_.size());
    at_.y = image.reserve(given.x.size() * storage_bytes(call_.precision));
    token_bytes_ = given.x.size() / static_cast<size_t>(length_) * storage_bytes(call_.precision);
    return image;
  }

  ssd_update step(int set, int64_t token) const {
    const size_t element = storage_bytes(call_.precision);
    const int64_t heads = batch_ * call_.heads, states = batch_ * call_.groups * call_.states;
    const auto row = [&](int64_t operand, int64_t elements) -> std::byte* {
      std::byte* start = buffers_.at<std::byte>(set, operand);
      return start ? start + static_cast<size_t>(token * elements) * element : nullptr;
    };
    ssd_update call = call_;
    call.x = row(at_.x, heads * call_.head_channels);
    call.z = row(at_.z, heads * call_.head_channels);
    call.y = row(at_.y, heads * call_.head_channels);
    call.dt = row(at_.dt, heads);
    call.b = row(at_.b, states);
    call.c = row(at_.c, states);
    call.a = buffers_.at<float>(set, at_.a);
    call.d = buffers_.at<float>(set, at_.d);
    call.dt_bias = buffers_.at<float>(set, at_.dt_bias);
    call.state = buffers_.at(set, at_.state);
    return call;
  }

  int64_t batch_, length_;
  ssd_update call_;
  profile_work work_;
  std::vector<std::byte> initial_state_;
  size_t token_bytes_ = 0;
  decode_tensors at_ = {};
  buffer_sets buffers_;
  cudaStream_t stream_;
  launch_graphs graphs_;
};

}  // namespace

std::unique_ptr<gpu_kernel> prepare_ssd_decode(const ssd_call& call, gpu_precision precision, int buffer_sets,
                                               void* stream) {
  return std::make_unique<ssd_decode>(call, precision, buffer_sets, stream);
}

}  // namespace scansim
