// Launches recorded as CUDA graphs, one for each buffer set. Contract: `enqueue(set)` puts the launches of a
// set on the stream; its kernels have been launched before (a first launch loads the kernel, which a
// recording must not). Owns the graphs; tool_error with the driver's words.
#pragma once
#include <cuda_runtime_api.h>

#include <functional>
#include <vector>

namespace scansim {

// Of all sets together: a node costs memory on both sides and some microseconds to prepare.
constexpr int most_graph_nodes = 1 << 16;

class launch_graphs {
 public:
  explicit launch_graphs(cudaStream_t stream) : stream_(stream) {}
  ~launch_graphs();
  launch_graphs(const launch_graphs&) = delete;
  launch_graphs& operator=(const launch_graphs&) = delete;

  void record(int sets, const std::function<void(int set)>& enqueue);
  void launch(int set);

 private:
  cudaGraphExec_t record_one(const std::function<void()>& enqueue) const;

  cudaStream_t stream_;
  std::vector<cudaGraphExec_t> graphs_;
};

}  // namespace scansim
