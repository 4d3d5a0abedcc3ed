#include "host/gpu_profile/kernel_work.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "host/cuda/scan/selective_scan_dispatch.h"
#include "host/cuda/scan/selective_scan_launch.h"
#include "host/gpu_profile/kernel_counts.h"

namespace scansim {
namespace {

constexpr double bytes_of_a_pass = 4;  // of one thread: 32 banks x 4 bytes over a warp

bool serves(const scan_shape& shape) {
  const int64_t most = std::numeric_limits<int>::max();
  for (const int64_t size : {shape.batch, shape.channels, shape.states, shape.groups, shape.length})
    if (size < 1 || size > most) return false;
  return shape.states <= 256 && shape.channels % shape.groups == 0 && shape.length < 1 << 29;
}

// What a row is called by, as serial_shape of the kernel has it.
template <int states_per_lane, int lanes_, int channels_per_lane>
struct row_shape {
  static constexpr int threads = 128, lanes = lanes_, states = states_per_lane * lanes,
                       channels = threads / lanes * channels_per_lane,
                       tokens = states <= 64 && channels <= 128 ? 32 : 16;
};

struct kernel_name {
  std::string stem, shape;
};

kernel_name kernel_of(const scan_shape& shape, gpu_precision precision, int multiprocessors) {
  const auto states = static_cast<int>(shape.states);
  // As quamba_scan_with_slots: states of a lane.
  if (precision == gpu_precision::int8)
    return {"quamba_scan_unit", states <= 16 ? "1" : states <= 128 ? "8" : "16"};
  const scan_sizes sizes{static_cast<int>(shape.batch), static_cast<int>(shape.channels), states,
                         static_cast<int>(shape.groups), static_cast<int>(shape.length)};
  const scan_configuration chosen = selective_scan_choose(sizes, multiprocessors);
  if (chosen.schedule == scan_schedule::over_time) {
    const int warps_over_time = chosen.threads / 32 / chosen.channels_per_block;
    return {"selective_scan_block", fmt::format("{}x{}", chosen.items, warps_over_time)};
  }
  kernel_name name{"selective_scan_serial", "none"};
  with_serial_shape<row_shape>(
      states, chosen,
      [&]<int states_per_lane, int lanes, int channels>(row_shape<states_per_lane, lanes, channels>) {
        name.shape = fmt::format("{}x{}{}", states_per_lane, lanes, channels > 1 ? "x2" : "");
        return true;
      });
  return name;
}

std::optional<kernel_work> counted_work(const scan_shape& shape, gpu_precision precision,
                                        const profile_work& least, const gpu_datasheet& device) {
  if (!serves(shape)) return std::nullopt;
  const kernel_name name = kernel_of(shape, precision, device.multiprocessors);
  const kernel_counts* row = committed_code_table().find(name.stem, precision_name(precision), name.shape,
                                                         device.compute_capability);
  if (row == nullptr) return std::nullopt;
  const double loops = least.exps / row->loop_updates;  // an exp is a state update
  kernel_work work;
  work.kernel = fmt::format("{} {} {}, {}", row->kernel, row->shape, row->precision, row->architecture);
  work.instructions = loops * row->loop_instructions;
  work.shared_bytes =
      loops * (name.stem == "selective_scan_block" ? row->lds_bytes : bytes_of_a_pass * row->lds);
  work.unit_ops = least.unit_ops + std::max(0.0, loops * row->unit_ops - least.exps);
  return work;
}

}  // namespace

std::optional<kernel_work> kernel_work_of(const scan_shape& shape, const scan_options& options,
                                          const scan_parts& parts, gpu_precision precision,
                                          const gpu_datasheet& device) {
  if (options.decode) return std::nullopt;
  return counted_work(shape, precision, scan_work(shape, options, parts, precision), device);
}

std::optional<kernel_work> kernel_work_of(const profile_trace& call, const std::string& precision,
                                          const profile_work& least, const gpu_datasheet& device) {
  if (call.op != "selective_scan" || call.mode == "decode" || call.groups < 1) return std::nullopt;
  const scan_shape shape{call.batch, call.channels, call.states, call.groups, call.length};
  for (const gpu_precision one :
       {gpu_precision::fp32, gpu_precision::fp16, gpu_precision::bf16, gpu_precision::int8})
    if (precision == precision_name(one)) return counted_work(shape, one, least, device);
  return std::nullopt;
}

profile_work scan_work_on(const gpu_datasheet& device, const scan_shape& shape, const scan_options& options,
                          const scan_parts& parts, gpu_precision precision, std::string& kernel) {
  profile_work work = scan_work(shape, options, parts, precision);
  kernel.clear();
  if (const auto issued = kernel_work_of(shape, options, parts, precision, device)) {
    work.instructions = issued->instructions;
    work.shared_bytes = issued->shared_bytes;
    work.unit_ops = issued->unit_ops;
    kernel = issued->kernel;
  }
  return work;
}

}  // namespace scansim
