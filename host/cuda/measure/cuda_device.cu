// The first CUDA device as a gpu_device: properties, one stream, events around launches, NVML for the board.
// A short kernel holds the stream while the host enqueues, so that the first launches do not wait for the
// host and the events stand next to them. Throws tool_error with the driver's words.
#include <algorithm>
#include <chrono>

#include "host/cuda/measure/cuda_errors.h"
#include "host/cuda/measure/gpu_device.h"
#include "host/cuda/measure/nvml.h"
#include "host/cuda/measure/prepared_calls.h"
#include "host/cuda/measure/prepared_ceiling.h"
#include "host/cuda/measure/prepared_scan.h"
#include "traces/calls/ssd.h"

namespace scansim {
namespace {

// A kernel costs the host 2 to 3 us, a graph of many nodes far more: what the launches before have cost, half
// as much again, is held for the next. After some tens the host is ahead for good or never.
constexpr double hold_us = 20, launch_cost_us = 3, longest_hold_us = 20000;
constexpr int most_held_launches = 50;

__global__ void hold_kernel(uint64_t nanoseconds) {
  const auto now = [] {
    uint64_t time;
    asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(time));
    return time;
  };
  const uint64_t begin = now();
  while (now() - begin < nanoseconds) {
  }
}

int attribute(cudaDeviceAttr which, int device) {
  int value = 0;
  check_cuda(cudaDeviceGetAttribute(&value, which, device), "asking for the device's properties");
  return value;
}

std::string bus_id(int device) {
  char text[32] = {};
  check_cuda(cudaDeviceGetPCIBusId(text, sizeof text, device), "asking for the device's bus id");
  return text;
}

std::string version_text(int version) {  // 13000: "13.0"
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

class cuda_device : public gpu_device {
 public:
  explicit cuda_device(int device) : nvml_(bus_id(device)) {
    check_cuda(cudaSetDevice(device), "opening the device");
    cudaDeviceProp found;
    check_cuda(cudaGetDeviceProperties(&found, device), "asking for the device's properties");
    properties_.name = found.name;
    properties_.compute_capability = std::to_string(found.major) + "." + std::to_string(found.minor);
    properties_.multiprocessors = found.multiProcessorCount;
    properties_.memory_bytes = found.totalGlobalMem;
    properties_.l2_bytes = static_cast<uint64_t>(found.l2CacheSize);
    properties_.driver_version = nvml_.driver_version();
    int runtime = 0;
    check_cuda(cudaRuntimeGetVersion(&runtime), "asking for the runtime's version");
    properties_.cuda_version = version_text(runtime);
    properties_.sm_clock_mhz = attribute(cudaDevAttrClockRate, device) * 1e-3;
    properties_.memory_clock_mhz = attribute(cudaDevAttrMemoryClockRate, device) * 1e-3;
    check_cuda(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "making a stream");
    check_cuda(cudaEventCreate(&begin_), "making an event");
    check_cuda(cudaEventCreate(&end_), "making an event");
  }

  ~cuda_device() override {
    if (end_) cudaEventDestroy(end_);
    if (begin_) cudaEventDestroy(begin_);
    if (stream_) cudaStreamDestroy(stream_);
  }

  gpu_properties properties() const override { return properties_; }
  gpu_board_state board_state() override { return nvml_.state(); }

  std::unique_ptr<gpu_kernel> prepare_scan(const scan_tensors& tensors, gpu_precision precision,
                                           int buffer_sets) override {
    if (precision == gpu_precision::int8)
      return tensors.options.decode ? prepare_int8_decode(tensors, buffer_sets, stream_)
                                    : prepare_int8(tensors, buffer_sets, stream_);
    if (tensors.options.decode) return prepare_decode(tensors, precision, buffer_sets, stream_);
    return prepare_prefill(tensors, precision, buffer_sets, properties_.multiprocessors, stream_);
  }

  std::unique_ptr<gpu_kernel> prepare_ssd(const ssd_call& call, gpu_precision precision,
                                          int buffer_sets) override {
    if (call.decode) return prepare_ssd_decode(call, precision, buffer_sets, stream_);
    return prepare_ssd_prefill(call, precision, buffer_sets, properties_.multiprocessors, stream_);
  }
  std::unique_ptr<gpu_kernel> prepare_conv1d(const conv1d_call& call, gpu_precision precision,
                                             int buffer_sets) override {
    return prepare_causal_conv1d(call, precision, buffer_sets, stream_);
  }

  std::unique_ptr<gpu_kernel> prepare_scan_sets(const scan_sets_call& call, gpu_precision precision,
                                                int buffer_sets) override {
    return scansim::prepare_scan_sets(call, precision, buffer_sets, stream_);
  }

  std::unique_ptr<gpu_kernel> prepare_mamba_block(const mamba_block_call& call, gpu_precision precision,
                                                  int buffer_sets) override {
    return scansim::prepare_mamba_block(call, precision, buffer_sets, properties_.multiprocessors, stream_);
  }

  std::unique_ptr<gpu_kernel> prepare_ceiling(gpu_ceiling ceiling) override {
    if (ceiling == gpu_ceiling::copy_bandwidth) return prepare_copy(properties_, stream_);
    if (ceiling == gpu_ceiling::unit_rate) return prepare_exps(unit_way, properties_, stream_);
    if (ceiling == gpu_ceiling::launch_floor) return prepare_launches(stream_);
    std::unique_ptr<gpu_kernel> fastest;
    double shortest_us = 0;
    for (int way = 0; way < exp_ways; ++way) {
      std::unique_ptr<gpu_kernel> candidate = prepare_exps(way, properties_, stream_);
      time_us(*candidate, 3, 0, 1);  // warm
      const double time = time_us(*candidate, 10, 0, 1);
      if (fastest && time >= shortest_us) continue;
      fastest = std::move(candidate);
      shortest_us = time;
    }
    return fastest;
  }

  double time_us(gpu_kernel& kernel, int launches, int first_set, int buffer_sets) override {
    const int held = std::min(launches, most_held_launches);
    const double cost_us = timed_ == &kernel ? 1.5 * cost_us_ : launch_cost_us;
    const double wait_us = std::min(hold_us + held * cost_us, longest_hold_us);
    hold_kernel<<<1, 1, 0, stream_>>>(static_cast<uint64_t>(wait_us * 1e3));
    check_cuda(cudaGetLastError(), "launching a kernel");
    check_cuda(cudaEventRecord(begin_, stream_), "recording an event");
    const auto enqueuing = std::chrono::steady_clock::now();
    enqueue(kernel, 0, held, first_set, buffer_sets);
    const std::chrono::duration<double, std::micro> cost = std::chrono::steady_clock::now() - enqueuing;
    timed_ = &kernel;
    cost_us_ = std::max(launch_cost_us, cost.count() / held);
    enqueue(kernel, held, launches, first_set, buffer_sets);
    check_cuda(cudaEventRecord(end_, stream_), "recording an event");
    check_cuda(cudaEventSynchronize(end_), "running a kernel");
    float milliseconds = 0;
    check_cuda(cudaEventElapsedTime(&milliseconds, begin_, end_), "reading the time");
    return static_cast<double>(milliseconds) * 1e3;
  }

  void run(gpu_kernel& kernel, int launches, int first_set, int buffer_sets) override {
    enqueue(kernel, 0, launches, first_set, buffer_sets);
    check_cuda(cudaStreamSynchronize(stream_), "running a kernel");
  }

 private:
  static void enqueue(gpu_kernel& kernel, int from, int to, int first_set, int buffer_sets) {
    const int group = kernel.grouped_sets();
    for (int k = from; k < to;) {
      const int set = static_cast<int>((int64_t{first_set} + k) % buffer_sets);
      if (group > 1 && set % group == 0 && k + group <= to && set + group <= buffer_sets)
        kernel.launch_group(set), k += group;
      else
        kernel.launch(set), ++k;
    }
  }

  nvml_board nvml_;
  gpu_properties properties_;
  cudaStream_t stream_ = nullptr;
  cudaEvent_t begin_ = nullptr, end_ = nullptr;
  const gpu_kernel* timed_ = nullptr;  // what was timed last, and what one launch of it cost the host
  double cost_us_ = 0;
};

}  // namespace

std::unique_ptr<gpu_device> open_gpu_device(std::string& why_not) {
  int count = 0;
  const cudaError_t status = cudaGetDeviceCount(&count);
  if (status != cudaSuccess || count == 0) {
    // Without a driver the runtime complains of its version: 0.
    int driver = 0;
    const bool no_driver = cudaDriverGetVersion(&driver) != cudaSuccess || driver == 0;
    why_not = std::string("no CUDA device: ") + (no_driver               ? "no NVIDIA driver"
                                                 : status != cudaSuccess ? cudaGetErrorString(status)
                                                                         : "none found");
    cudaGetLastError();  // forget it
    return nullptr;
  }
  return std::make_unique<cuda_device>(0);
}

gpu_build gpu_build_info() {
  const std::string version = std::to_string(__CUDACC_VER_MAJOR__) + "." +
                              std::to_string(__CUDACC_VER_MINOR__) + "." +
                              std::to_string(__CUDACC_VER_BUILD__);
  return {"nvcc " + version, SCANSIM_CUDA_FLAGS, SCANSIM_CUDA_ARCHITECTURES};
}

}  // namespace scansim
