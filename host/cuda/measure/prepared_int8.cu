#include "host/cuda/measure/bit_true_check.h"
#include "host/cuda/measure/buffered_kernel.h"
#include "host/cuda/measure/prepared_scan.h"
#include "host/cuda/scan/quamba_scan_launch.h"
#include "host/cuda/scan/quamba_scan_quantise.h"

namespace scansim {
namespace {

struct int8_operands {
  int64_t u, delta, b, c, z, a_log, d, delta_bias, h0, y, h_last;
};

constexpr gpu_precision y_storage = int8_y_storage;
constexpr exp_method ways[] = {exp_method::unit, exp_method::polynomial};

class int8_kernel : public buffered_kernel {
 public:
  int8_kernel(const scan_tensors& tensors, int sets, void* stream)
      : buffered_kernel(work_of(tensors, gpu_precision::int8), stream),
        call_(quamba_scan_quantise(tensors, "trace")),
        y_count_(tensors.u.size()),
        state_count_(static_cast<size_t>(tensors.shape.batch) * tensors.a.size()) {
    fill(image_of(call_), sets);
    compare_ways();
  }

  void launch(int set) override {
    quamba_scan_call call;
    call.sizes = call_.sizes;
    call.scales = call_.scales;
    call.delta_softplus = call_.delta_softplus;
    call.reverse = call_.reverse;
    call.exps = call_.exps;
    call.y_precision = y_storage;
    const auto place = [&](int64_t offset) { return at<int8_t>(set, offset); };
    call.u = place(operands_.u);
    call.delta = place(operands_.delta);
    call.b = place(operands_.b);
    call.c = place(operands_.c);
    call.z = place(operands_.z);
    call.a_log = place(operands_.a_log);
    call.d = place(operands_.d);
    call.delta_bias = place(operands_.delta_bias);
    call.h0 = place(operands_.h0);
    call.y = place(operands_.y);
    call.h_last = place(operands_.h_last);
    launch_quamba_scan(call, stream());
  }

  gpu_outputs read_outputs(int set) override {
    gpu_outputs outputs;
    outputs.y = values(set, operands_.y, y_count_, y_storage);
    for (const std::byte q : download(set, operands_.h_last, state_count_))
      outputs.h_last.push_back(static_cast<float>(static_cast<int8_t>(q)) * call_.scales.h_last);
    return outputs;
  }

  int alternatives() const override { return static_cast<int>(std::size(ways)); }
  void choose(int alternative) override { call_.exps = ways[alternative]; }

  std::vector<std::pair<std::string, std::string>> configuration() const override {
    return {{"kernel", "quamba_scan"},
            {"exps", call_.exps == exp_method::unit ? "unit" : "polynomial"},
            {"against_bit_true", against_bit_true_},
            {"y", precision_name(y_storage)},
            {"scales", "static, per tensor"}};
  }

 private:
  // The one with exps by the unit is timed; that it computes the same is told by the bit-true one.
  void compare_ways() {
    call_.exps = exp_method::polynomial;
    launch(0);
    const gpu_outputs want = read_outputs(0);
    call_.exps = exp_method::unit;
    launch(0);
    against_bit_true_ = checked_against_bit_true("quamba_scan, exps by the unit", read_outputs(0), want);
  }

  call_image image_of(const quamba_scan_operands& quantised) {
    call_image image;
    const auto add = [&](const std::vector<int8_t>& values) { return image.add_int8(values); };
    operands_.u = add(quantised.u);
    operands_.delta = add(quantised.delta);
    operands_.b = add(quantised.b);
    operands_.c = add(quantised.c);
    operands_.z = add(quantised.z);
    operands_.a_log = add(quantised.a_log);
    operands_.d = add(quantised.d);
    operands_.delta_bias = add(quantised.delta_bias);
    operands_.h0 = add(quantised.h0);
    operands_.y = image.reserve(y_count_ * storage_bytes(y_storage));
    operands_.h_last = image.reserve(state_count_);
    return image;
  }

  quamba_scan_operands call_;
  std::string against_bit_true_;
  size_t y_count_, state_count_;
  int8_operands operands_ = {};
};

}  // namespace

std::unique_ptr<gpu_kernel> prepare_int8(const scan_tensors& tensors, int buffer_sets, void* stream) {
  return std::make_unique<int8_kernel>(tensors, buffer_sets, stream);
}

}  // namespace scansim
