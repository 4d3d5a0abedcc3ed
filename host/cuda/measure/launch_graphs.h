// Launches recorded as CUDA graphs: one for each buffer set, and one for each `group` of neighbouring sets,
// so that the launch of a graph, some microseconds, is shared by the calls in it. Contract: `enqueue(set)`
// puts the launches of a set on the stream; its kernels have been launched before (a first launch loads the
// kernel, which a recording must not). Owns the graphs; tool_error with the driver's words.
#pragma once
#include <cuda_runtime_api.h>

#include <functional>
#include <string>
#include <vector>

namespace scansim {

// Of all sets together: a node costs memory on both sides and some microseconds to prepare.
constexpr int most_graph_nodes = 1 << 16;
// Sets of one graph, of `launches` each: 64 kernels hide what launching a graph costs.
constexpr int grouped_sets_of(int launches, int sets) {
  const int most = launches > 32 ? 1 : 64 / launches;
  return most < sets ? most : sets;
}

class launch_graphs {
 public:
  explicit launch_graphs(cudaStream_t stream) : stream_(stream) {}
  ~launch_graphs();
  launch_graphs(const launch_graphs&) = delete;
  launch_graphs& operator=(const launch_graphs&) = delete;

  void record(int sets, int group, const std::function<void(int set)>& enqueue);
  void launch(int set);
  void launch_group(int first_set);  // a multiple of group(), with all of it below the number of sets
  int group() const { return group_; }

 private:
  cudaGraphExec_t record_one(const std::function<void()>& enqueue) const;

  cudaStream_t stream_;
  int group_ = 1;
  std::vector<cudaGraphExec_t> graphs_, groups_;
};

// "16 in one graph", "1 a call, 64 calls in one graph".
inline std::string launches_text(int launches, int group) {
  if (group == 1) return std::to_string(launches) + " in one graph";
  return std::to_string(launches) + " a call, " + std::to_string(group) + " calls in one graph";
}

}  // namespace scansim
