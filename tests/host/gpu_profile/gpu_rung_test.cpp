// Which source the gpu rung takes, what it says when a better one is missing, and how outputs are judged.
#include "host/run/gpu_rung.h"

#include <catch2/catch.hpp>

#include "host/cuda/ssd/ssd_quantise.h"
#include "host/gpu_profile/gpu_datasheet.h"
#include "host/gpu_profile/kernel_call_work.h"
#include "host/gpu_profile/roofline.h"
#include "host/run/gpu_compare.h"
#include "host/run/load_case.h"
#include "models/configs/data_directory.h"
#include "models/ref/ssd_ref.h"
#include "tests/host/gpu_profile/profile_example.h"
#include "tests/support/places.h"
#include "tests/traces/generated_sets.h"
#include "tests/traces/generated_ssd.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/calls/conv1d.h"
#include "traces/generate.h"
#include "traces/trace.h"

namespace scansim::test {
namespace {

constexpr const char* no_gpu = "no CUDA device: a test says so";

// A trace with ref's outputs, and sources that hold nothing yet.
struct rung_case {
  temporary_folder folder;
  scan_trace trace;
  scan_output reference;
  gpu_choice choice;
  gpu_sources sources;
  bool has_gpu = false;
  int measurements = 0;
  gpu_profile profile = example_profile();

  rung_case() {
    trace = load_scan_trace(test::source_dir() + "/traces/byte-mamba-early-prefill.safetensors");
    reference = selective_scan_ref(trace.tensors);
    profile.trace.sha256 = trace.sha256;
    sources.profile_folder = folder.file("gpu");
    sources.model_folder = gpu_model_directory();
    sources.measure = [this](const gpu_call&, gpu_precision,
                             std::string& why) -> std::optional<measured_call> {
      why = no_gpu;
      if (!has_gpu) return std::nullopt;
      ++measurements;
      gpu_profile live = profile;
      live.device.name = "Live GPU";
      return measured_call{live, {y(), h_last()}};
    };
  }
  std::vector<float> y() const { return {reference.y.begin(), reference.y.end()}; }
  std::vector<float> h_last() const { return {reference.h_last.begin(), reference.h_last.end()}; }
  void record(const std::vector<float>& outputs) {
    write_record(folder.path() / "gpu" / "example", "t-fp32", profile, outputs, h_last());
  }
  rung_result run(bool with_ref = true) {
    return run_gpu_rung(trace, choice, sources, with_ref ? &reference : nullptr);
  }
};

}  // namespace

TEST_CASE("gpu_rung takes live before recorded before modelled", "[unit][gpu]") {
  rung_case one;
  rung_result entry = one.run();
  CHECK(entry.gpu->label == "modelled");
  CHECK(entry.gpu->device == "NVIDIA H100 SXM5 80GB");
  CHECK(entry.finding.find(no_gpu) != std::string::npos);
  CHECK(entry.finding.find("no record of this trace at fp32") != std::string::npos);
  CHECK(entry.compared_with.empty());
  one.record(one.y());
  entry = one.run();
  CHECK(entry.gpu->label == "recorded");
  CHECK(entry.gpu->device == "Example GPU");
  CHECK(entry.compared_with == "ref");
  CHECK(entry.agree);
  one.has_gpu = true;
  entry = one.run();
  CHECK(entry.gpu->label == "live");
  CHECK(entry.gpu->device == "Live GPU");
  CHECK(entry.compared_with == "ref");
}

TEST_CASE("gpu_rung takes only the source that is named", "[unit][gpu]") {
  rung_case one;
  one.choice.source = "live";
  CHECK_THROWS_AS(one.run(), tool_error);
  one.choice.source = "recorded";
  CHECK(refusal([&] { one.run(); }).find("--gpu") != std::string::npos);
  one.has_gpu = true;
  CHECK_FALSE(refusal([&] { one.run(); }).empty());
  one.record(one.y());
  CHECK(one.run().gpu->label == "recorded");
  one.choice.source = "modelled";
  CHECK(one.run().gpu->label == "modelled");
  CHECK(one.run().finding.empty());
  CHECK(one.measurements == 0);
}

TEST_CASE("gpu_rung keeps measured and modelled facts apart", "[unit][gpu]") {
  rung_case one;
  const gpu_result modelled = *one.run().gpu;
  CHECK(modelled.energy_bound_uj == Approx(700 * modelled.time_us));
  CHECK_FALSE(modelled.energy);
  for (const profile_ceiling& ceiling : modelled.ceilings) CHECK(ceiling.basis != "measured");
  CHECK(modelled.counted_kernel.find("selective_scan_") == 0);
  CHECK(modelled.bounds.size() == modelled.ceilings.size());
  one.profile.ceilings.push_back({"float32_rate", "flop/s", 1, "datasheet", "a datasheet"});
  one.record(one.y());
  const gpu_result recorded = *one.run().gpu;
  CHECK(recorded.ceilings.size() == 2);
  CHECK(recorded.roofline_us == Approx(8));  // 4000 bytes at 5e8 byte/s; 1024 exps at 1e9 take 1 us
  CHECK(recorded.binding_ceiling == "copy_bandwidth");
  CHECK(*recorded.achieved_share() == Approx(0.8));
  CHECK(recorded.time_us == 10);
  CHECK(*recorded.time_high_us == 12);
  CHECK_FALSE(recorded.energy_bound_uj);
}

TEST_CASE("gpu_rung models a call without a kernel by its least work and one launch", "[unit][gpu]") {
  const rung_case one;
  const least_work least{1e6, 2e9, 1e6, 3e9};
  const profile_work work = work_of(least, gpu_precision::bf16);
  CHECK(work.bytes == 2e6);
  CHECK(work.unit_ops == 3e9);
  CHECK(work.launches == 1);
  const gpu_result gpu = *modelled_gpu_rung(work, one.choice, one.sources, "").gpu;
  CHECK(gpu.binding_ceiling == "unit_rate");
  CHECK(gpu.time_us == Approx(3e9 / (132 * 16 * 1980e6) * 1e6));
  CHECK(gpu.counted_kernel.empty());
  const gpu_result small =
      *modelled_gpu_rung(work_of({1, 0, 1, 0}, gpu_precision::fp32), one.choice, one.sources, "").gpu;
  CHECK(small.binding_ceiling == "launch_floor");
  CHECK(small.time_us == 2);
}

TEST_CASE("gpu_rung compares with ref within the published tolerance and names the place", "[unit][gpu]") {
  rung_case one;
  std::vector<float> wrong = one.y();
  const int64_t length = one.trace.tensors.shape.length;
  wrong[3 * length + 7] += 0.01f;
  one.record(wrong);
  const rung_result entry = one.run();
  CHECK_FALSE(entry.agree);
  CHECK(entry.finding.find("(batch 0, channel 3, token 7)") != std::string::npos);
  CHECK(one.run(false).compared_with.empty());
  CHECK_FALSE(one.run(false).gpu->comparison);
}

TEST_CASE("gpu_rung refuses outputs of another size and a broken record", "[unit][gpu]") {
  rung_case one;
  std::vector<float> outputs = one.y();
  outputs.pop_back();
  one.record(outputs);
  CHECK(refusal([&] { one.run(); }).find(": y: expected ") != std::string::npos);
  write_bytes(one.folder.file("gpu/example/other.json"), "{\"schema\":\"x\"}");
  CHECK(refusal([&] { one.run(); }).find("other.json: schema") != std::string::npos);
}

TEST_CASE("gpu_rung says which other devices have a record, and takes the one asked for", "[unit][gpu]") {
  rung_case one;
  one.record(one.y());
  one.profile.device.name = "Second GPU";
  write_record(one.folder.path() / "gpu" / "second", "t-fp32", one.profile, one.y(), one.h_last());
  CHECK(one.run().gpu->device == "Example GPU");
  CHECK(one.run().finding.find("also recorded on Second GPU") != std::string::npos);
  one.choice.device = "second";
  CHECK(one.run().gpu->device == "Second GPU");
  one.choice.device = "third";
  CHECK(refusal([&] { one.run(); }).find("Example GPU, Second GPU") != std::string::npos);
}

TEST_CASE("gpu_rung takes an import with time and precision, without outputs", "[unit][gpu]") {
  rung_case one;
  one.profile.origin = "ncu";
  one.profile.build.reset();
  one.profile.protocol.reset();
  one.profile.energy.reset();
  one.profile.ceilings.clear();
  std::filesystem::create_directories(one.sources.profile_folder);
  write_gpu_profile(one.folder.file("gpu/i.json"), one.profile);
  const rung_result entry = one.run();
  CHECK(entry.gpu->label == "recorded");
  CHECK(entry.compared_with.empty());
  CHECK(entry.gpu->time_basis.find("Nsight Compute") != std::string::npos);
  CHECK_FALSE(entry.gpu->achieved_share());
}

TEST_CASE("gpu_compare gives ref what the kernel was given", "[unit][gpu]") {
  const rung_case one;
  for (const gpu_precision precision : {gpu_precision::fp16, gpu_precision::bf16, gpu_precision::int8}) {
    CAPTURE(precision_name(precision));
    const scan_output exact = selective_scan_ref(as_stored(one.trace, precision));
    std::vector<float> y(exact.y.begin(), exact.y.end()), h_last(exact.h_last.begin(), exact.h_last.end());
    const gpu_agreement same = compare_gpu_outputs(y, h_last, one.trace, precision, one.reference, "test");
    CHECK(same.agree);
    CHECK(same.figures.relative_mse < 1e-12);
    for (float& value : y) value *= 1.2f;
    CHECK_FALSE(compare_gpu_outputs(y, h_last, one.trace, precision, one.reference, "test").agree);
    y.assign(y.size(), std::numeric_limits<float>::quiet_NaN());
    CHECK_FALSE(compare_gpu_outputs(y, h_last, one.trace, precision, one.reference, "test").agree);
  }
}

TEST_CASE("gpu_compare uses the published tolerances", "[unit][gpu]") {
  CHECK(gpu_tolerance(gpu_precision::fp32, false).rtol == 6e-4);
  CHECK(gpu_tolerance(gpu_precision::fp32, false).atol == 2e-3);
  CHECK(gpu_tolerance(gpu_precision::fp16, false).rtol == 3e-3);
  CHECK(gpu_tolerance(gpu_precision::bf16, false).atol == 5e-2);
  CHECK(gpu_tolerance(gpu_precision::fp32, true).rtol == 3e-4);
  CHECK(gpu_tolerance(gpu_precision::fp16, true).atol == 1e-2);
  CHECK(gpu_tolerance(gpu_precision::bf16, true).rtol == 1e-2);
}

TEST_CASE("gpu_rung models ssd by its bytes: products of matrices are not float32's", "[unit][gpu]") {
  std::map<std::string, int64_t> flags = {
      {"--heads", 24}, {"--head-channels", 64}, {"--states", 128}, {"--length", 256}};
  const profile_work prefill = kernel_call_work(generated_ssd(flags, 1), gpu_precision::bf16);
  CHECK(prefill.tensor_flops == 4.0 * static_cast<double>(generated_ssd(flags, 1).state_updates()));
  CHECK(kernel_call_work(generated_ssd(flags, 1), gpu_precision::fp32).tensor_flops ==
        6 * prefill.tensor_flops);
  const double values = 24 * 64 * 256, states = 24 * 64 * 128;
  CHECK(prefill.exps == 24 * 256);
  CHECK(prefill.unit_ops == 2 * 24 * 256 + 2 * values);
  CHECK(prefill.bytes == 2 * (3 * values + 24 * 256 + 2 * 128 * 256) + 4 * 3 * 24 + 4 * states);
  const gpu_datasheet sheet = load_gpu_datasheet("h100-sxm", gpu_model_directory());
  CHECK(roofline(prefill, sheet.ceilings)->ceiling == "launch_floor");
  flags["--length"] = 4096;
  CHECK(roofline(kernel_call_work(generated_ssd(flags, 1), gpu_precision::bf16), sheet.ceilings)->ceiling ==
        "copy_bandwidth");
  flags["--length"] = 256;  // int8, but for y and the parameters
  CHECK(kernel_call_work(generated_ssd(flags, 1), gpu_precision::int8).bytes ==
        2 * values + 2 * values + 24 * 256 + 2 * 128 * 256 + 4 * 3 * 24 + states);
  flags["--length"] = 3, flags["--decode"] = 1;
  CHECK(kernel_call_work(generated_ssd(flags, 1), gpu_precision::int8).bytes < 3 * (2 * states + 1e5));
  const profile_work decode = kernel_call_work(generated_ssd(flags, 1), gpu_precision::bf16);
  CHECK(decode.launches == 3);
  CHECK(decode.bytes > 3 * 2 * 2 * states);
  CHECK(decode.flops > 5 * 3 * states);
}

TEST_CASE("gpu_rung runs a call of ssd as one of a scan", "[unit][gpu]") {
  const temporary_folder folder;
  const std::string path = folder.file("ssd.safetensors");
  write_trace(path,
              generated_ssd({{"--heads", 2}, {"--head-channels", 3}, {"--states", 4}, {"--length", 9}}, 1));
  const trace given = load_trace(path);
  const auto one = load_case(path, load_design_point("tiny", config_directory()));
  const std::vector<named_reals> reference = one->ref();
  gpu_sources sources;
  sources.profile_folder = folder.file("gpu");
  sources.model_folder = gpu_model_directory();
  std::optional<measured_call> live;
  sources.measure = [&](const gpu_call& asked, gpu_precision, std::string& why) {
    CHECK(asked.sha256() == given.sha256);
    why = no_gpu;
    return live;
  };
  gpu_choice choice;
  rung_result entry = run_gpu_rung(*one, choice, sources, &reference);
  CHECK(entry.gpu->label == "modelled");
  CHECK(entry.finding.find("no record of this trace at fp32") != std::string::npos);
  live.emplace();
  live->profile = example_profile();
  live->outputs.y.assign(reference[0].values.begin(), reference[0].values.end());
  live->outputs.h_last.assign(reference[1].values.begin(), reference[1].values.end());
  entry = run_gpu_rung(*one, choice, sources, &reference);
  CHECK(entry.gpu->label == "live");
  CHECK((entry.agree && entry.compared_with == "ref" && entry.outputs[1].name == "final_states"));
  live->outputs.h_last[7] += 1;
  entry = run_gpu_rung(*one, choice, sources, &reference);
  CHECK_FALSE(entry.agree);
  CHECK(entry.finding.find(
            "final_states: 1 of 24 elements outside rtol 0.0006, atol 0.002, first at (sequence 0, "
            "head 0, channel 1, state 3)") != std::string::npos);
  choice.precision = "int8", choice.source = "live";  // on what the int8 operands stand for
  const auto& c = payload<ssd_call>(*given.call_);
  const ssd_output want = ssd_ref(ssd_dequantise(ssd_quantise(c, path), c));
  live->outputs.y.assign(want.y.begin(), want.y.end());
  live->outputs.h_last.assign(want.final_states.begin(), want.final_states.end());
  entry = run_gpu_rung(*one, choice, sources, &reference);
  CHECK(entry.agree);
  CHECK(entry.finding.find("on the same int8 operands, bar 1e-03") != std::string::npos);
  choice.precision = "bf16-int8-state", choice.source = "modelled";
  CHECK_THROWS_WITH(run_gpu_rung(*one, choice, sources, &reference), Catch::Contains("expected \"decode\""));
  choice.precision = "int8", choice.source = "live";
  for (float& y : live->outputs.y) y *= 1.04f;
  CHECK_FALSE(run_gpu_rung(*one, choice, sources, &reference).agree);
}

TEST_CASE("gpu_rung judges the final state of every set of scan_sets", "[unit][gpu]") {
  const temporary_folder folder;
  const std::string path = folder.file("sets.safetensors");
  write_trace(path, generated_sets({{"--channels", "4"},
                                    {"--states", "3"},
                                    {"--grid", "2x3"},
                                    {"--sets", "raster; transpose channels=1+2"}},
                                   1));
  const auto one = load_case(path, load_design_point("tiny", config_directory()));
  const std::vector<named_reals> reference = one->ref();
  gpu_sources sources;
  sources.profile_folder = folder.file("gpu"), sources.model_folder = gpu_model_directory();
  measured_call live;
  live.profile = example_profile();
  live.outputs.y.assign(reference[0].values.begin(), reference[0].values.end());
  for (size_t k = 1; k < reference.size(); ++k)
    live.outputs.h_last.insert(live.outputs.h_last.end(), reference[k].values.begin(),
                               reference[k].values.end());
  REQUIRE(live.outputs.h_last.size() == (4 + 2) * 3);
  sources.measure = [&](const gpu_call&, gpu_precision, std::string&) { return std::optional(live); };
  gpu_choice choice;
  CHECK(run_gpu_rung(*one, choice, sources, &reference).agree);
  live.outputs.h_last.back() += 1;
  const rung_result entry = run_gpu_rung(*one, choice, sources, &reference);
  CHECK_FALSE(entry.agree);
  CHECK(entry.finding.find("h_last.1: 1 of 6 elements outside") != std::string::npos);
  live.outputs.h_last.pop_back();
  CHECK_THROWS_WITH(run_gpu_rung(*one, choice, sources, &reference),
                    Catch::Contains("h_last.1: expected 6 values"));
}

TEST_CASE("gpu_rung says which operator has no int8 kernel", "[unit][gpu]") {
  const temporary_folder folder;
  const std::string path = folder.file("conv.safetensors");
  conv1d_call conv;
  conv.channels = 2, conv.length = 3, conv.width = 4, conv.past = 3;
  conv.x = {1, 2, 3, 4, 5, 6}, conv.w.assign(8, 0.5F);
  write_trace(path, conv);
  gpu_sources sources;
  sources.profile_folder = folder.file("gpu"), sources.model_folder = gpu_model_directory();
  gpu_choice choice;
  choice.precision = "int8", choice.source = "live";
  CHECK_THROWS_WITH(
      run_gpu_rung(*load_case(path, load_design_point("tiny", config_directory())), choice, sources, nullptr),
      Catch::Contains("no int8 kernel of operator conv1d"));
}

}  // namespace scansim::test
