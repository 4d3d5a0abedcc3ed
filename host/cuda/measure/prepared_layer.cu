#include <algorithm>

#include "host/cuda/layer/layer_launch.h"
#include "host/cuda/measure/buffered_kernel.h"
#include "host/cuda/measure/cuda_errors.h"
#include "host/cuda/measure/launch_graphs.h"
#include "host/cuda/measure/layer_image.h"
#include "host/cuda/measure/prepared_calls.h"
#include "host/cuda/measure/prepared_scan.h"
#include "host/cuda/scan/selective_scan_launch.h"
#include "host/gpu_profile/kernel_call_work.h"

namespace scansim {
namespace {

class layer_kernels : public buffered_kernel {
 public:
  layer_kernels(const mamba_block_call& given, gpu_precision precision, int sets, int multiprocessors,
                void* stream)
      : buffered_kernel(gpu_work_of(kernel_call_work(given, precision)), stream),
        layer_(given, precision),
        steps_(layer_steps(layer_.at(nullptr).directions)),
        configuration_(selective_scan_choose(scan_of(layer_.at(nullptr)).sizes, multiprocessors)),
        precision_(precision),
        graphs_(static_cast<cudaStream_t>(stream)) {
    fill(layer_.image(), sets);
    launch_all(0);  // loads the kernels
    check_cuda(cudaStreamSynchronize(static_cast<cudaStream_t>(stream)), "running a layer");
    graphs_.record(sets, grouped_sets_of(count(), sets), [this](int set) { launch_all(set); });
  }

  void launch(int set) override { graphs_.launch(set); }
  int grouped_sets() const override { return graphs_.group(); }
  void launch_group(int first_set) override { graphs_.launch_group(first_set); }
  int most_buffer_sets() const override { return most_graph_nodes / count(); }

  std::vector<std::string> steps() const override {
    std::vector<std::string> names;
    for (const layer_step step : steps_) names.push_back(layer_step_name(step));
    return names;
  }
  void launch_step(int step, int set) override {
    launch_layer_step(call(set), steps_[static_cast<size_t>(step)], configuration_, stream());
  }

  gpu_outputs read_outputs(int set) override {
    return {from_storage(download(set, layer_.y_offset(), layer_.y_bytes()), precision_),
            from_storage(download(set, layer_.h_last_offset(), layer_.h_last_bytes()), gpu_precision::fp32)};
  }

  std::vector<std::pair<std::string, std::string>> configuration() const override {
    const bool whole = precision_ == gpu_precision::fp32;
    const bool both = layer_.at(nullptr).directions > 1;
    const std::string direction = "causal_conv1d, projection, projection, selective_scan_" +
                                  std::string(schedule_name(configuration_.schedule)) + ", ";
    return {{"kernel", "layer"},
            {"kernels",
             "rms_norm, projection, " + direction + (both ? direction + "add_values, " : "") + "projection"},
            {"directions", both ? "2" : "1"},
            {"exps", "unit"},
            {"products", whole ? "mma.sync, TF32 in three parts" : "mma.sync"},
            {"launches", launches_text(count(), graphs_.group())},
            {"scan_items", std::to_string(configuration_.items)},
            {"scan_channels_per_block", std::to_string(configuration_.channels_per_block)},
            {"scan_lanes_per_channel", std::to_string(configuration_.lanes_per_channel)}};
  }

 private:
  layer_call call(int set) const { return layer_.at(at<std::byte>(set, 0)); }
  void launch_all(int set) {
    for (int step = 0; step < count(); ++step) launch_step(step, set);
  }

  int count() const { return static_cast<int>(steps_.size()); }

  layer_image layer_;
  std::vector<layer_step> steps_;
  scan_configuration configuration_;
  gpu_precision precision_;
  launch_graphs graphs_;
};

}  // namespace

std::unique_ptr<gpu_kernel> prepare_mamba_block(const mamba_block_call& call, gpu_precision precision,
                                                int buffer_sets, int multiprocessors, void* stream) {
  return std::make_unique<layer_kernels>(call, precision, buffer_sets, multiprocessors, stream);
}

}  // namespace scansim
