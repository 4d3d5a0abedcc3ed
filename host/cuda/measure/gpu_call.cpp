#include "host/cuda/measure/gpu_call.h"

#include <fmt/format.h>

#include "host/cuda/measure/layer_image.h"
#include "host/gpu_profile/kernel_call_work.h"
#include "host/gpu_profile/scan_work.h"
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
  bool serves(gpu_precision precision) const override { return precision != gpu_precision::int8; }
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
    if (precision == gpu_precision::int8) check_negative(call_.a, path_);
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
    return {{"y", {c.batch, c.length, c.d_model}}, {"h_last", {c.batch, c.channels, c.states}}};
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
                    "an operator with a GPU kernel (selective_scan, ssd, conv1d, mamba_block)",
                    std::string("\"") + given.call_->kind().name + "\"");
}

}  // namespace scansim
