#include <cstring>

#include "host/cuda/measure/decode_graphs.h"
#include "host/cuda/measure/prepared_scan.h"
#include "host/cuda/measure/token_major.h"
#include "host/cuda/scan/quamba_scan_quantise.h"

namespace scansim {
namespace {

struct int8_decode_places {
  int64_t x, dt, b, c, z, a_log, d, dt_bias, state, y;
};

class int8_decode : public decode_graphs {
 public:
  int8_decode(const scan_tensors& tensors, int sets, void* stream)
      : decode_graphs(work_of(tensors, gpu_precision::int8), tensors.shape.length, stream),
        reverse_(tensors.options.reverse),
        decode_(quamba_decode_quantise(tensors, "trace")) {
    const call_image image = image_of();
    std::vector<std::byte> state(decode_.state.size());
    std::memcpy(state.data(), decode_.state.data(), state.size());
    prepare(image, at_.state, std::move(state), sets);
  }

  gpu_outputs read_outputs(int set) override {
    from_the_start(set);
    const auto length = static_cast<size_t>(decode_.length);
    const std::vector<float> walked = values(set, at_.y, decode_.x.size(), int8_y_storage);
    const size_t rows = walked.size() / length;
    std::vector<float> y(walked.size());
    for (size_t k = 0; k < length; ++k)
      std::memcpy(&y[(reverse_ ? length - 1 - k : k) * rows], &walked[k * rows], rows * sizeof y[0]);
    gpu_outputs outputs{from_token_major(y, rows, length), {}};
    for (const std::byte q : download_state(set))
      outputs.h_last.push_back(static_cast<float>(static_cast<int8_t>(q)) * decode_.call.state_scale);
    return outputs;
  }

  std::vector<std::pair<std::string, std::string>> configuration() const override {
    return {{"kernel", "quamba_update"},           {"exps", "unit"},  {"launches", launches()},
            {"y", precision_name(int8_y_storage)}, {"state", "int8"}, {"scales", "static, per tensor"}};
  }

 private:
  call_image image_of() {
    call_image image;
    const auto add = [&](const std::vector<int8_t>& values) { return image.add_int8(values); };
    at_.x = add(decode_.x), at_.dt = add(decode_.dt), at_.z = add(decode_.z);
    at_.b = add(decode_.b), at_.c = add(decode_.c);
    at_.a_log = add(decode_.a_log), at_.d = add(decode_.d), at_.dt_bias = add(decode_.dt_bias);
    at_.state = add(decode_.state);
    at_.y = image.reserve(decode_.x.size() * storage_bytes(int8_y_storage));
    return image;
  }

  void launch_token(int set, int k) override {
    const auto of = [&](int64_t offset, const std::vector<int8_t>& values) {
      return reinterpret_cast<const int8_t*>(
          row(set, offset, k, values.size() / static_cast<size_t>(decode_.length)));
    };
    quamba_update_call call = decode_.call;
    call.x = of(at_.x, decode_.x), call.dt = of(at_.dt, decode_.dt), call.z = of(at_.z, decode_.z);
    call.b = of(at_.b, decode_.b), call.c = of(at_.c, decode_.c);
    call.a_log = at<int8_t>(set, at_.a_log), call.d = at<int8_t>(set, at_.d);
    call.dt_bias = at<int8_t>(set, at_.dt_bias);
    call.state = at<int8_t>(set, at_.state);
    call.y_precision = int8_y_storage;
    call.y = row(set, at_.y, k,
                 decode_.x.size() / static_cast<size_t>(decode_.length) * storage_bytes(int8_y_storage));
    launch_quamba_update(call, stream());
  }

  bool reverse_;
  quamba_decode_operands decode_;
  int8_decode_places at_ = {};
};

}  // namespace

std::unique_ptr<gpu_kernel> prepare_int8_decode(const scan_tensors& tensors, int buffer_sets, void* stream) {
  return std::make_unique<int8_decode>(tensors, buffer_sets, stream);
}

}  // namespace scansim
