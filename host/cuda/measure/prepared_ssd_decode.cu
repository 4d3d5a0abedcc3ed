#include <algorithm>
#include <cstring>
#include <optional>

#include "host/cuda/measure/decode_graphs.h"
#include "host/cuda/measure/prepared_calls.h"
#include "host/cuda/measure/prepared_scan.h"
#include "host/cuda/measure/ssd_int8_image.h"
#include "host/cuda/ssd/ssd_launch.h"
#include "host/gpu_profile/kernel_call_work.h"

namespace scansim {
namespace {

struct decode_tensors {
  int64_t x, dt, b, c, z, a, d, dt_bias, state, y;
  ssd_scale_places scales;
};

// (batch, L, row) as (L, batch, row), where one token of the whole batch is packed, or back.
template <typename T>
std::vector<T> tokens_first(const std::vector<T>& values, int64_t batch, int64_t length, bool back = false) {
  std::vector<T> turned(values.size());
  const auto row = static_cast<int64_t>(values.size()) / (batch * length);
  for (int64_t b = 0; b < batch; ++b)
    for (int64_t t = 0; t < length; ++t) {
      const int64_t from = back ? t * batch + b : b * length + t, to = back ? b * length + t : t * batch + b;
      std::copy_n(values.begin() + from * row, row, turned.begin() + to * row);
    }
  return turned;
}

class ssd_decode : public decode_graphs {
 public:
  ssd_decode(const ssd_call& given, gpu_precision precision, int sets, void* stream)
      : decode_graphs(gpu_work_of(kernel_call_work(given, precision)), given.length, stream),
        batch_(given.batch),
        length_(given.length),
        call_(call_of(given, precision)) {
    if (call_.state_precision == gpu_precision::int8) quantised_ = ssd_quantise(given, "trace");
    const std::vector<std::byte> state = initial_state(given);
    const call_image image = image_of(given, state);
    prepare(image, at_.state, state, sets);
  }

  gpu_outputs read_outputs(int set) override {
    from_the_start(set);
    const std::vector<std::byte> y = download(set, at_.y, static_cast<size_t>(length_) * token_bytes_);
    const std::vector<std::byte> state = download_state(set);
    return {tokens_first(from_storage(y, ssd_y_storage(call_.precision)), batch_, length_, true),
            quantised_ ? ssd_states_of(*quantised_, state) : from_storage(state, call_.precision)};
  }

  std::vector<std::pair<std::string, std::string>> configuration() const override {
    return {{"kernel", "ssd_state_update"},
            {"exps", "unit"},
            {"launches", launches()},
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
    call.precision = activations_of(precision);
    call.state_precision = has_int8_state(precision) ? gpu_precision::int8 : precision;
    return call;
  }

  std::vector<std::byte> initial_state(const ssd_call& given) const {
    const auto count = static_cast<size_t>(given.batch * given.heads * given.head_channels * given.states);
    if (given.initial_states.empty())
      return std::vector<std::byte>(count * storage_bytes(call_.state_precision));
    if (!quantised_) return to_storage(given.initial_states, call_.precision);
    std::vector<std::byte> bytes(count);
    std::memcpy(bytes.data(), quantised_->initial_states.data(), count);
    return bytes;
  }

  call_image image_of(const ssd_call& given, const std::vector<std::byte>& state) {
    call_image image;
    const bool int8 = call_.precision == gpu_precision::int8;
    if (quantised_) at_.scales.add(image, *quantised_);
    if (int8) {
      const auto add = [&](const std::vector<int8_t>& q) {
        return image.add_int8(tokens_first(q, batch_, length_));
      };
      const ssd_int8_operands& q = *quantised_;
      at_.x = add(q.x), at_.dt = add(q.dt), at_.b = add(q.b), at_.c = add(q.c), at_.z = add(q.z);
    } else {
      const auto add = [&](const std::vector<float>& values) {
        return image.add_floats(tokens_first(values, batch_, length_), call_.precision);
      };
      at_.x = add(given.x), at_.dt = add(given.dt), at_.z = add(given.z);
      at_.b = add(given.b), at_.c = add(given.c);
    }
    at_.a = image.add_floats(int8 ? quantised_->a : given.a);
    at_.d = image.add_floats(int8 ? quantised_->d : given.d);
    at_.dt_bias = image.add_floats(int8 ? quantised_->dt_bias : given.dt_bias);
    at_.state = image.add_bytes(state.data(), state.size());
    const size_t of_y = storage_bytes(ssd_y_storage(call_.precision));
    at_.y = image.reserve(given.x.size() * of_y);
    token_bytes_ = given.x.size() / static_cast<size_t>(length_) * of_y;
    return image;
  }

  void launch_token(int set, int k) override {
    const size_t element = storage_bytes(call_.precision);
    const int64_t heads = batch_ * call_.heads, states = batch_ * call_.groups * call_.states;
    const auto of = [&](int64_t operand, int64_t elements) {
      return row(set, operand, k, static_cast<size_t>(elements) * element);
    };
    ssd_update call = call_;
    call.x = of(at_.x, heads * call_.head_channels);
    call.z = of(at_.z, heads * call_.head_channels);
    call.y = row(set, at_.y, k, token_bytes_);
    if (quantised_)
      at_.scales.give(call, *quantised_, [&](int64_t offset) { return at<std::byte>(set, offset); });
    call.dt = of(at_.dt, heads);
    call.b = of(at_.b, states);
    call.c = of(at_.c, states);
    call.a = at<float>(set, at_.a);
    call.d = at<float>(set, at_.d);
    call.dt_bias = at<float>(set, at_.dt_bias);
    call.state = at(set, at_.state);
    launch_ssd_update(call, stream());
  }

  int64_t batch_, length_;
  ssd_update call_;
  size_t token_bytes_ = 0;
  decode_tensors at_ = {};
  std::optional<ssd_int8_operands> quantised_;  // of int8 activations, or of the scales of an int8 state
};

}  // namespace

std::unique_ptr<gpu_kernel> prepare_ssd_decode(const ssd_call& call, gpu_precision precision, int buffer_sets,
                                               void* stream) {
  return std::make_unique<ssd_decode>(call, precision, buffer_sets, stream);
}

}  // namespace scansim
