#include <algorithm>

#include "host/cuda/measure/ceiling_kernel.cuh"
#include "host/cuda/measure/cuda_errors.h"
#include "host/cuda/measure/prepared_ceiling.h"

namespace scansim {
namespace {

constexpr int threads = 256, blocks_per_multiprocessor = 8;  // 2048 threads: all that fit
constexpr int exp_waves = 16;
constexpr int empty_launches = 200;

class device_memory {
 public:
  explicit device_memory(uint64_t bytes) {
    check_cuda(cudaMalloc(&start_, bytes), "allocating a ceiling's buffer");
  }
  ~device_memory() { cudaFree(start_); }
  device_memory(const device_memory&) = delete;
  device_memory& operator=(const device_memory&) = delete;
  void* start() const { return start_; }

 private:
  void* start_ = nullptr;
};

class copy_ceiling : public gpu_kernel {
 public:
  copy_ceiling(const gpu_properties& properties, void* stream)
      // A read and a write of 1 GiB: eight L2 caches and more of any device so far.
      : words_(static_cast<int64_t>(std::min<uint64_t>(uint64_t{1} << 30, properties.memory_bytes / 8) / 16)),
        grid_(properties.multiprocessors * blocks_per_multiprocessor),
        from_(bytes_per_set() / 2),
        to_(bytes_per_set() / 2),
        stream_(static_cast<cudaStream_t>(stream)) {
    check_cuda(cudaMemset(from_.start(), 1, bytes_per_set() / 2), "filling a ceiling's buffer");
    check_cuda(cudaDeviceSynchronize(), "filling a ceiling's buffer");
  }

  void launch(int) override {
    copy_kernel<<<grid_, threads, 0, stream_>>>(static_cast<copy_word*>(to_.start()),
                                                static_cast<const copy_word*>(from_.start()), words_);
    check_cuda(cudaGetLastError(), "launching the copy");
  }
  gpu_outputs read_outputs(int) override { return {}; }
  gpu_work work() const override { return {static_cast<double>(bytes_per_set()), 0, 0}; }
  uint64_t bytes_per_set() const override { return static_cast<uint64_t>(words_) * 32; }
  std::vector<std::pair<std::string, std::string>> configuration() const override {
    return {{"kernel", "copy"}, {"bytes", std::to_string(bytes_per_set() / 2)}};
  }

 private:
  int64_t words_;
  int grid_;
  device_memory from_, to_;
  cudaStream_t stream_;
};

struct exp_way {
  const char* name;
  void (*kernel)(float*);
};

const exp_way ways[exp_ways] = {
    {"special function unit", exp_kernel<exp_method::unit, exp_chains>},
    {"special function unit, every 8th exp a polynomial", exp_kernel<exp_method::split, 8>},
    {"special function unit, every 4th exp a polynomial", exp_kernel<exp_method::split, 4>},
    {"special function unit, every 2nd exp a polynomial", exp_kernel<exp_method::split, 2>},
};

class exp_ceiling : public gpu_kernel {
 public:
  exp_ceiling(int way, const gpu_properties& properties, void* stream)
      : way_(ways[way]),
        grid_(properties.multiprocessors * blocks_per_multiprocessor * exp_waves),
        sums_(bytes_per_set()),
        stream_(static_cast<cudaStream_t>(stream)) {}

  void launch(int) override {
    way_.kernel<<<grid_, threads, 0, stream_>>>(static_cast<float*>(sums_.start()));
    check_cuda(cudaGetLastError(), "launching the exps");
  }
  gpu_outputs read_outputs(int) override { return {}; }
  gpu_work work() const override {
    const double exps = static_cast<double>(grid_) * threads * exp_chains * exp_rounds;
    return {static_cast<double>(bytes_per_set()), exps, 0, exps};
  }
  uint64_t bytes_per_set() const override { return static_cast<uint64_t>(grid_) * threads * sizeof(float); }
  std::vector<std::pair<std::string, std::string>> configuration() const override {
    return {{"kernel", "exp"}, {"method", way_.name}};
  }

 private:
  exp_way way_;
  int grid_;
  device_memory sums_;
  cudaStream_t stream_;
};

// One graph of kernels that do nothing, one after the other, as the steps of a decode are.
class launch_ceiling : public gpu_kernel {
 public:
  explicit launch_ceiling(void* stream) : stream_(static_cast<cudaStream_t>(stream)) {
    empty_kernel<<<1, 1, 0, stream_>>>();  // loads it, which must not be in a recording
    check_cuda(cudaStreamSynchronize(stream_), "running an empty kernel");
    cudaGraph_t graph = nullptr;
    check_cuda(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal), "recording empty kernels");
    for (int k = 0; k < empty_launches; ++k) empty_kernel<<<1, 1, 0, stream_>>>();
    check_cuda(cudaStreamEndCapture(stream_, &graph), "recording empty kernels");
    const cudaError_t status = cudaGraphInstantiate(&executable_, graph, 0);
    cudaGraphDestroy(graph);
    check_cuda(status, "preparing empty kernels");
  }
  ~launch_ceiling() override { cudaGraphExecDestroy(executable_); }

  void launch(int) override { check_cuda(cudaGraphLaunch(executable_, stream_), "launching empty kernels"); }
  gpu_outputs read_outputs(int) override { return {}; }
  gpu_work work() const override { return {0, 0, 0, 0, empty_launches}; }
  uint64_t bytes_per_set() const override { return 0; }
  std::vector<std::pair<std::string, std::string>> configuration() const override {
    return {{"kernel", "empty"}, {"launches", std::to_string(empty_launches) + " in one graph"}};
  }

 private:
  cudaGraphExec_t executable_ = nullptr;
  cudaStream_t stream_;
};

}  // namespace

std::unique_ptr<gpu_kernel> prepare_launches(void* stream) {
  return std::make_unique<launch_ceiling>(stream);
}

std::unique_ptr<gpu_kernel> prepare_copy(const gpu_properties& properties, void* stream) {
  return std::make_unique<copy_ceiling>(properties, stream);
}

std::unique_ptr<gpu_kernel> prepare_exps(int way, const gpu_properties& properties, void* stream) {
  return std::make_unique<exp_ceiling>(way, properties, stream);
}

}  // namespace scansim
