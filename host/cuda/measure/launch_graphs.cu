#include "host/cuda/measure/cuda_errors.h"
#include "host/cuda/measure/launch_graphs.h"

namespace scansim {

launch_graphs::~launch_graphs() {
  for (cudaGraphExec_t graph : graphs_) cudaGraphExecDestroy(graph);
  for (cudaGraphExec_t graph : groups_) cudaGraphExecDestroy(graph);
}

void launch_graphs::record(int sets, int group, const std::function<void(int set)>& enqueue) {
  group_ = group;
  for (int set = 0; set < sets; ++set) graphs_.push_back(record_one([&] { enqueue(set); }));
  for (int first = 0; group > 1 && first + group <= sets; first += group)
    groups_.push_back(record_one([&] {
      for (int set = first; set < first + group; ++set) enqueue(set);
    }));
  check_cuda(cudaStreamSynchronize(stream_), "preparing the graphs");
}

void launch_graphs::launch(int set) {
  check_cuda(cudaGraphLaunch(graphs_[static_cast<size_t>(set)], stream_), "launching a graph");
}

void launch_graphs::launch_group(int first_set) {
  if (group_ == 1) return launch(first_set);
  check_cuda(cudaGraphLaunch(groups_[static_cast<size_t>(first_set / group_)], stream_), "launching a graph");
}

cudaGraphExec_t launch_graphs::record_one(const std::function<void()>& enqueue) const {
  cudaGraph_t graph = nullptr;
  check_cuda(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal), "recording a graph");
  try {
    enqueue();
  } catch (...) {
    cudaStreamEndCapture(stream_, &graph);
    if (graph) cudaGraphDestroy(graph);
    cudaGetLastError();  // the first failure is what is told
    throw;
  }
  check_cuda(cudaStreamEndCapture(stream_, &graph), "recording a graph");
  cudaGraphExec_t executable = nullptr;
  const cudaError_t status = cudaGraphInstantiate(&executable, graph, 0);
  cudaGraphDestroy(graph);
  check_cuda(status, "preparing a graph");
  // Else every graph's first launch, most of those that are timed, would bring it to the device.
  const cudaError_t uploaded = cudaGraphUpload(executable, stream_);
  if (uploaded != cudaSuccess) cudaGraphExecDestroy(executable);
  check_cuda(uploaded, "preparing a graph");
  return executable;
}

}  // namespace scansim
