#include <optional>

#include "host/cuda/measure/buffered_kernel.h"
#include "host/cuda/measure/prepared_calls.h"
#include "host/cuda/measure/prepared_scan.h"
#include "host/cuda/measure/ssd_int8_image.h"
#include "host/cuda/ssd/ssd_launch.h"
#include "host/gpu_profile/kernel_call_work.h"

namespace scansim {
namespace {

struct ssd_operands {
  int64_t chunks, sequences, x, dt, b, c, z, a, d, dt_bias, initial_states, steps, chunk_states, y,
      final_states;
  ssd_scale_places scales;
};

class ssd_kernels : public buffered_kernel {
 public:
  ssd_kernels(const ssd_call& given, gpu_precision precision, int sets, int multiprocessors, void* stream)
      : buffered_kernel(gpu_work_of(kernel_call_work(given, precision)), stream),
        tables_(ssd_tables_of(given, ssd_chunk_tokens(given, multiprocessors))),
        call_(call_of(given, precision, ssd_chunk_tokens(given, multiprocessors))),
        y_count_(given.x.size()),
        state_count_(
            static_cast<size_t>(given.sequences * given.heads * given.head_channels * given.states)) {
    if (precision == gpu_precision::int8) quantised_ = ssd_quantise(given, "trace");
    fill(image_of(given), sets);
  }

  void launch(int set) override {
    gpu_ssd call = call_;
    const ssd_operands& o = operands_;
    call.chunk = at<ssd_chunk>(set, o.chunks);
    call.sequence = at<ssd_sequence>(set, o.sequences);
    call.x = at(set, o.x);
    call.dt = at(set, o.dt);
    call.b = at(set, o.b);
    call.c = at(set, o.c);
    call.z = at(set, o.z);
    call.a = at<float>(set, o.a);
    call.d = at<float>(set, o.d);
    call.dt_bias = at<float>(set, o.dt_bias);
    call.initial_states = at(set, o.initial_states);
    call.steps = at<float>(set, o.steps);
    call.chunk_states = at<float>(set, o.chunk_states);
    call.y = at(set, o.y);
    call.final_states = at(set, o.final_states);
    if (quantised_)
      o.scales.give(call, *quantised_, [&](int64_t offset) { return at<std::byte>(set, offset); });
    launch_ssd(call, stream());
  }

  gpu_outputs read_outputs(int set) override {
    const std::vector<float> y = values(set, operands_.y, y_count_, ssd_y_storage(call_.precision));
    if (!quantised_) return {y, values(set, operands_.final_states, state_count_, gpu_precision::fp32)};
    return {y, ssd_states_of(*quantised_, download(set, operands_.final_states, state_count_))};
  }

  std::vector<std::pair<std::string, std::string>> configuration() const override {
    return {{"kernel", "ssd"},
            {"kernels", "ssd_chunk_state, ssd_state_passing, ssd_chunk_scan"},
            {"exps", "unit"},
            {"products", call_.precision == gpu_precision::fp32   ? "mma.sync, TF32 in three parts"
                         : call_.precision == gpu_precision::int8 ? "mma.sync, fp16 of int8"
                                                                  : "mma.sync"},
            {"heads", std::to_string(call_.heads)},
            {"chunk_tokens", std::to_string(call_.chunk_tokens)},
            {"chunks", std::to_string(call_.chunks)}};
  }

 private:
  gpu_ssd call_of(const ssd_call& given, gpu_precision precision, int chunk_tokens) const {
    gpu_ssd call;
    call.heads = static_cast<int>(given.heads);
    call.head_channels = static_cast<int>(given.head_channels);
    call.groups = static_cast<int>(given.groups);
    call.states = static_cast<int>(given.states);
    call.chunk_tokens = chunk_tokens;
    call.chunks = static_cast<int>(tables_.chunks.size());
    call.sequences = static_cast<int>(tables_.sequences.size());
    call.dt_softplus = given.dt_softplus;
    call.dt_low = given.dt_low, call.dt_high = given.dt_high, call.d_of_channels = given.d_of_channels();
    call.precision = precision;
    return call;
  }

  call_image image_of(const ssd_call& given) {
    const gpu_precision precision = call_.precision;
    call_image image;
    operands_.chunks = image.add_bytes(tables_.chunks.data(), tables_.chunks.size() * sizeof(ssd_chunk));
    operands_.sequences =
        image.add_bytes(tables_.sequences.data(), tables_.sequences.size() * sizeof(ssd_sequence));
    if (quantised_) {
      const ssd_int8_operands& q = *quantised_;
      operands_.x = image.add_int8(q.x), operands_.dt = image.add_int8(q.dt),
      operands_.z = image.add_int8(q.z);
      operands_.b = image.add_int8(q.b), operands_.c = image.add_int8(q.c);
      operands_.initial_states = image.add_int8(q.initial_states);
      operands_.scales.add(image, q);
    } else {
      operands_.x = image.add_floats(given.x, precision),
      operands_.dt = image.add_floats(given.dt, precision);
      operands_.b = image.add_floats(given.b, precision), operands_.c = image.add_floats(given.c, precision);
      operands_.z = image.add_floats(given.z, precision);
      operands_.initial_states = image.add_floats(given.initial_states);
    }
    operands_.a = image.add_floats(quantised_ ? quantised_->a : given.a);
    operands_.d = image.add_floats(quantised_ ? quantised_->d : given.d);
    operands_.dt_bias = image.add_floats(quantised_ ? quantised_->dt_bias : given.dt_bias);
    operands_.steps = image.reserve(ssd_steps_count(call_) * sizeof(float));
    operands_.chunk_states = image.reserve(ssd_chunk_states_count(call_) * sizeof(float));
    operands_.y = image.reserve(y_count_ * storage_bytes(ssd_y_storage(precision)));
    operands_.final_states = image.reserve(state_count_ * (quantised_ ? 1 : sizeof(float)));
    return image;
  }

  ssd_tables tables_;
  gpu_ssd call_;
  std::optional<ssd_int8_operands> quantised_;
  size_t y_count_, state_count_;
  ssd_operands operands_ = {};
};

}  // namespace

std::unique_ptr<gpu_kernel> prepare_ssd_prefill(const ssd_call& call, gpu_precision precision,
                                                int buffer_sets, int multiprocessors, void* stream) {
  return std::make_unique<ssd_kernels>(call, precision, buffer_sets, multiprocessors, stream);
}

}  // namespace scansim
