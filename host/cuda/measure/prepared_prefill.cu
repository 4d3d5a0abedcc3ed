#include <limits>

#include "host/cuda/measure/buffered_kernel.h"
#include "host/cuda/measure/prepared_scan.h"
#include "host/cuda/scan/selective_scan_launch.h"
#include "host/gpu_profile/scan_work.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

int fit(int64_t size, const char* field) {
  if (size > std::numeric_limits<int>::max())
    throw input_error("trace", field, "a size below 2^31", std::to_string(size));
  return static_cast<int>(size);
}

struct prefill_operands {
  int64_t u, delta, b, c, z, a, d, delta_bias, h0, y, h_last;
};

class prefill_kernel : public buffered_kernel {
 public:
  prefill_kernel(const scan_tensors& tensors, gpu_precision precision, int sets, int multiprocessors,
                 void* stream)
      : buffered_kernel(work_of(tensors, precision), stream),
        call_(call_of(tensors, precision)),
        configurations_(selective_scan_configurations(call_.sizes.states)),
        configuration_(selective_scan_choose(call_.sizes, multiprocessors)),
        y_count_(tensors.u.size()),
        state_count_(static_cast<size_t>(tensors.shape.batch) * tensors.a.size()) {
    fill(image_of(tensors, precision), sets);
  }

  void launch(int set) override {
    scan_call call = call_;
    const prefill_operands& o = operands_;
    call.u = at(set, o.u);
    call.delta = at(set, o.delta);
    call.b = at(set, o.b);
    call.c = at(set, o.c);
    call.z = at(set, o.z);
    call.a = at<float>(set, o.a);
    call.d = at<float>(set, o.d);
    call.delta_bias = at<float>(set, o.delta_bias);
    call.h0 = at<float>(set, o.h0);
    call.y = at(set, o.y);
    call.h_last = at<float>(set, o.h_last);
    launch_selective_scan(call, configuration_, stream());
  }

  gpu_outputs read_outputs(int set) override {
    return {values(set, operands_.y, y_count_, call_.precision),
            values(set, operands_.h_last, state_count_, gpu_precision::fp32)};
  }

  int alternatives() const override { return static_cast<int>(configurations_.size()); }
  void choose(int alternative) override {
    configuration_ = configurations_.at(static_cast<size_t>(alternative));
  }

  std::vector<std::pair<std::string, std::string>> configuration() const override {
    return {{"kernel", std::string("selective_scan_") + schedule_name(configuration_.schedule)},
            {"exps", "unit"},
            {"schedule", schedule_name(configuration_.schedule)},
            {"threads", std::to_string(configuration_.threads)},
            {"items", std::to_string(configuration_.items)},
            {"channels_per_block", std::to_string(configuration_.channels_per_block)},
            {"lanes_per_channel", std::to_string(configuration_.lanes_per_channel)}};
  }

 private:
  static scan_call call_of(const scan_tensors& tensors, gpu_precision precision) {
    scan_call call;
    call.sizes = sizes_of(tensors);
    call.delta_softplus = tensors.options.delta_softplus;
    call.reverse = tensors.options.reverse;
    call.precision = precision;
    return call;
  }

  call_image image_of(const scan_tensors& tensors, gpu_precision precision) {
    call_image image;
    operands_.u = image.add_floats(tensors.u, precision);
    operands_.delta = image.add_floats(tensors.delta, precision);
    operands_.b = image.add_floats(tensors.b, precision);
    operands_.c = image.add_floats(tensors.c, precision);
    operands_.z = image.add_floats(tensors.z, precision);
    operands_.a = image.add_floats(tensors.a);
    operands_.d = image.add_floats(tensors.d);
    operands_.delta_bias = image.add_floats(tensors.delta_bias);
    operands_.h0 = image.add_floats(tensors.h0);
    operands_.y = image.reserve(y_count_ * storage_bytes(precision));
    operands_.h_last = image.reserve(state_count_ * sizeof(float));
    return image;
  }

  scan_call call_;
  std::vector<scan_configuration> configurations_;
  scan_configuration configuration_;
  size_t y_count_, state_count_;
  prefill_operands operands_ = {};
};

}  // namespace

scan_sizes sizes_of(const scan_tensors& tensors) {
  const scan_shape& shape = tensors.shape;
  return {fit(shape.batch, "batch"), fit(shape.channels, "D"), fit(shape.states, "N"), fit(shape.groups, "G"),
          fit(shape.length, "L")};
}

gpu_work work_of(const scan_tensors& tensors, gpu_precision precision) {
  return gpu_work_of(scan_work(tensors.shape, tensors.options, parts_of(tensors), precision));
}

gpu_work gpu_work_of(const profile_work& work) {
  return {work.bytes, work.exps, work.flops, work.unit_ops, work.launches, work.tensor_flops};
}

std::unique_ptr<gpu_kernel> prepare_prefill(const scan_tensors& tensors, gpu_precision precision,
                                            int buffer_sets, int multiprocessors, void* stream) {
  return std::make_unique<prefill_kernel>(tensors, precision, buffer_sets, multiprocessors, stream);
}

}  // namespace scansim
