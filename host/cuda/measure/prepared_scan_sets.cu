#include "host/cuda/measure/buffered_kernel.h"
#include "host/cuda/measure/prepared_calls.h"
#include "host/cuda/measure/prepared_scan.h"
#include "host/cuda/measure/scan_sets_memory.h"
#include "host/cuda/scan/scan_sets_launch.h"
#include "host/gpu_profile/kernel_call_work.h"

namespace scansim {
namespace {

class sets_kernel : public buffered_kernel {
 public:
  sets_kernel(const scan_sets_call& given, gpu_precision precision, int sets, void* stream)
      : buffered_kernel(gpu_work_of(kernel_call_work(given, precision)), stream), memory_(given, precision) {
    fill(memory_.image(), sets);
  }

  void launch(int set) override { launch_scan_sets(memory_.at(at<std::byte>(set, 0)), stream()); }

  gpu_outputs read_outputs(int set) override {
    const auto floats = [&](int64_t offset, size_t bytes) {
      return values(set, offset, bytes / sizeof(float), gpu_precision::fp32);
    };
    gpu_outputs outputs{floats(memory_.y_offset(), memory_.y_bytes()), {}};
    if (memory_.h_last_bytes() > 0) outputs.h_last = floats(memory_.h_last_offset(), memory_.h_last_bytes());
    return outputs;
  }

  std::vector<std::pair<std::string, std::string>> configuration() const override {
    return {{"kernel", "scan_sets"},
            {"exps", "unit"},
            {"sets", std::to_string(memory_.at(nullptr).sets)},
            {"y", "fp32"}};
  }

 private:
  scan_sets_memory memory_;
};

}  // namespace

std::unique_ptr<gpu_kernel> prepare_scan_sets(const scan_sets_call& call, gpu_precision precision,
                                              int buffer_sets, void* stream) {
  return std::make_unique<sets_kernel>(call, precision, buffer_sets, stream);
}

}  // namespace scansim
