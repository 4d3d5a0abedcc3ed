#include "host/cuda/measure/gpu_call.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/cuda/measure/layer_image.h"
#include "host/gpu_profile/kernel_call_work.h"
#include "host/gpu_profile/scan_work.h"
#include "traces/calls/scan_sets_view.h"
#include "traces/calls/selective_scan.h"
#include "traces/input_error.h"
#include "traces/metadata_reader.h"

namespace scansim {
namespace {

profile_trace described_as(const gpu_call& call, const char* op, bool decode) {
  profile_trace trace;
  trace.sha256 = call.sha256();
  trace.path = call.path();
  trace.op = op;
  trace.mode = decode ? "decode" : "prefill";
  return trace;
}

void check_negative(const std::vector<float>& rates, const std::string& trace) {
  for (const float a : rates)
    if (!(a < 0))
      throw input_error(trace, "A", "negative values for precision int8 (its logarithm is quantised)",
                        fmt::format("{}", a));
}

// An int8 state beside float activations is a decode's.
void check_decode(bool decode, gpu_precision precision, const std::string& trace) {
  if (has_int8_state(precision) && !decode)
    throw input_error(trace, std::string(metadata_reader::root_field) + ".mode",
                      std::string("\"decode\" for precision ") + precision_name(precision), "\"prefill\"");
}

class scan_gpu_call : public gpu_call {
 public:
  explicit scan_gpu_call(const scan_trace& given) : given_(&given) {}
  explicit scan_gpu_call(scan_trace&& given)
      : owned_(std::make_unique<scan_trace>(std::move(given))), given_(owned_.get()) {}
  const std::string& path() const override { return given_->path; }
  const std::string& sha256() const override { return given_->sha256; }

  profile_trace described() const override {
    const scan_shape& shape = given_->tensors.shape;
    profile_trace trace = described_as(*this, selective_scan_kind.name, given_->tensors.options.decode);
    trace.batch = shape.batch, trace.channels = shape.channels, trace.states = shape.states;
    trace.groups = shape.groups, trace.length = shape.length;
    return trace;
  }
  void check(gpu_precision precision) const override {
    check_decode(given_->tensors.options.decode, precision, path());
    if (precision == gpu_precision::int8) check_negative(given_->tensors.a, path());
  }
  std::unique_ptr<gpu_kernel> prepare(gpu_device& device, gpu_precision precision,
                                      int buffer_sets) const override {
    return device.prepare_scan(given_->tensors, precision, buffer_sets);
  }
  std::vector<gpu_output> outputs() const override {
    const scan_shape& shape = given_->tensors.shape;
    return {{"y", {shape.batch, shape.channels, shape.length}},
            {"h_last", {shape.batch, shape.channels, shape.states}}};
  }
  profile_work work(gpu_precision precision) const override {
    const scan_tensors& tensors = given_->tensors;
    return scan_work(tensors.shape, tensors.options, parts_of(tensors), precision);
  }

 private:
  std::unique_ptr<scan_trace> owned_;
  const scan_trace* given_;
};

// The other operators: their calls are the traces' own.
template <class Call>
class traced_gpu_call : public gpu_call {
 public:
  explicit traced_gpu_call(const trace& given)
      : path_(given.path), sha256_(given.sha256), held_(given.call_), call_(payload<Call>(*held_)) {}
  const std::string& path() const override { return path_; }
  const std::string& sha256() const override { return sha256_; }
  bool serves(gpu_precision precision) const override { return precision < gpu_precision::int8; }
  void check(gpu_precision precision) const override {
    if (!serves(precision))
      throw input_error(path_, std::string(metadata_reader::root_field) + ".operator",
                        "an operator with an int8 kernel (selective_scan, ssd)",
                        std::string("\"") + call_.kind().name + "\"");
  }
  profile_work work(gpu_precision precision) const override { return kernel_call_work(call_, precision); }

 protected:
  std::string path_, sha256_;
  std::shared_ptr<const call> held_;
  const Call& call_;
};

class ssd_gpu_call : public traced_gpu_call<ssd_call> {
 public:
  using traced_gpu_call::traced_gpu_call;
  bool serves(gpu_precision) const override { return true; }
  void check(gpu_precision precision) const override {
    check_decode(call_.decode, precision, path_);
    if (precision >= gpu_precision::int8) check_negative(call_.a, path_);
  }
  profile_trace described() const override {
    profile_trace trace = described_as(*this, ssd_kind.name, call_.decode);
    trace.batch = call_.batch, trace.channels = call_.heads * call_.head_channels,
    trace.states = call_.states;
    trace.groups = call_.groups, trace.length = call_.length;
    return trace;
  }
  std::unique_ptr<gpu_kernel> prepare(gpu_device& device, gpu_precision precision,
                                      int buffer_sets) const override {
    return device.prepare_ssd(call_, precision, buffer_sets);
  }
  std::vector<gpu_output> outputs() const override {
    const ssd_call& c = call_;
    return {{"y", {c.batch, c.length, c.heads, c.head_channels}},
            {"final_states", {c.sequences, c.heads, c.head_channels, c.states}}};
  }
};

class conv1d_gpu_call : public traced_gpu_call<conv1d_call> {
 public:
  using traced_gpu_call::traced_gpu_call;
  profile_trace described() const override {
    profile_trace trace = described_as(*this, conv1d_kind.name, false);
    trace.batch = 1, trace.channels = call_.channels, trace.length = call_.length;
    return trace;
  }
  std::unique_ptr<gpu_kernel> prepare(gpu_device& device, gpu_precision precision,
                                      int buffer_sets) const override {
    return device.prepare_conv1d(call_, precision, buffer_sets);
  }
  std::vector<gpu_output> outputs() const override { return {{"y", {call_.channels, call_.length}}}; }
};

class sets_gpu_call : public traced_gpu_call<scan_sets_call> {
 public:
  using traced_gpu_call::traced_gpu_call;
  profile_trace described() const override {
    profile_trace trace = described_as(*this, scan_sets_kind.name, false);
    trace.batch = call_.batch, trace.channels = call_.channels, trace.length = call_.length;
    for (size_t k = 0; k < call_.sets.size(); ++k) {
      const set_weights weights = weights_of(call_, k);
      trace.states = std::max(trace.states, weights.a.states);
      trace.groups = std::max(trace.groups, weights.b.groups);
    }
    return trace;
  }
  std::unique_ptr<gpu_kernel> prepare(gpu_device& device, gpu_precision precision,
                                      int buffer_sets) const override {
    return device.prepare_scan_sets(call_, precision, buffer_sets);
  }
  // Final states of all sets that return one, in their order.
  std::vector<gpu_output> outputs() const override {
    int64_t states = 0;
    for (const scan_set& set : call_.sets)
      if (set.final_state) states += call_.batch * set.channels * set.states;
    return {{"y", {call_.batch, call_.channels, call_.output_rows}}, {"h_last", {states}}};
  }
};

class layer_gpu_call : public traced_gpu_call<mamba_block_call> {
 public:
  using traced_gpu_call::traced_gpu_call;
  profile_trace described() const override {
    profile_trace trace = described_as(*this, mamba_block_kind.name, false);
    trace.batch = call_.batch, trace.channels = call_.channels, trace.states = call_.states;
    trace.groups = 1, trace.length = call_.length;
    return trace;
  }
  void check(gpu_precision precision) const override {
    traced_gpu_call::check(precision);
    check_layer_call(call_, path_);
  }
  std::unique_ptr<gpu_kernel> prepare(gpu_device& device, gpu_precision precision,
                                      int buffer_sets) const override {
    return device.prepare_mamba_block(call_, precision, buffer_sets);
  }
  std::vector<gpu_output> outputs() const override {
    const mamba_block_call& c = call_;
    std::vector<int64_t> states = {c.batch, c.channels, c.states};
    if (c.backward) states.insert(states.begin(), 2);  // of both directions
    return {{"y", {c.batch, c.length, c.d_model}}, {"h_last", states}};
  }
};

}  // namespace

std::unique_ptr<gpu_call> gpu_call_of(const scan_trace& given) {
  return std::make_unique<scan_gpu_call>(given);
}

std::unique_ptr<gpu_call> gpu_call_of(const trace& given) {
  const call_kind* kind = &given.call_->kind();
  if (kind == &selective_scan_kind) return std::make_unique<scan_gpu_call>(scan_trace_of(given));
  if (kind == &ssd_kind) return std::make_unique<ssd_gpu_call>(given);
  if (kind == &scan_sets_kind) return std::make_unique<sets_gpu_call>(given);
  if (kind == &conv1d_kind) return std::make_unique<conv1d_gpu_call>(given);
  if (kind == &mamba_block_kind && has_layer_kernels(payload<mamba_block_call>(*given.call_)))
    return std::make_unique<layer_gpu_call>(given);
  return nullptr;
}

std::unique_ptr<gpu_call> load_gpu_call(const std::string& path) {
  const trace given = load_trace(path);
  if (std::unique_ptr<gpu_call> call = gpu_call_of(given)) return call;
  if (&given.call_->kind() == &mamba_block_kind)  // says which layers have none
    check_layer_call(payload<mamba_block_call>(*given.call_), path);
  throw input_error(path, std::string(metadata_reader::root_field) + ".operator",
                    "an operator with a GPU kernel (selective_scan, scan_sets, ssd, conv1d, mamba_block)",
                    std::string("\"") + given.call_->kind().name + "\"");
}

}  // namespace scansim
