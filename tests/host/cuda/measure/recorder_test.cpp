// Records on disk: whole or absent, never over another, and readable by everyone who looks for them.
#include "host/cuda/measure/recorder.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "host/cuda/measure/layer_image.h"
#include "host/gpu_profile/kernel_call_work.h"
#include "host/gpu_profile/profile_store.h"
#include "tests/host/cuda/layer/generated_layer.h"
#include "tests/host/cuda/measure/scratch_folder.h"
#include "tests/host/cuda/measure/scripted_gpu.h"
#include "tests/traces/generated_sets.h"
#include "tests/traces/generated_ssd.h"
#include "traces/calls/conv1d.h"
#include "traces/calls/embedding.h"
#include "traces/input_error.h"
#include "traces/safetensors.h"
#include "traces/trace.h"

using namespace scansim;
using namespace scansim::test;
namespace fs = std::filesystem;

namespace {

std::string text_of(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

record_request request_of(const scratch_folder& folder, const std::vector<std::string>& traces,
                          const scripted_gpu& gpu) {
  record_request request;
  request.traces = traces;
  request.out = (folder.path / "out" / "device").string();
  request.protocol.clock = const_cast<scripted_gpu&>(gpu).clock();
  return request;
}

}  // namespace

TEST_CASE("recorder leaves profile and outputs that the store finds by checksum and precision",
          "[unit][gpu]") {
  const scratch_folder folder;
  scripted_gpu gpu({});
  record_request request = request_of(folder, {folder.trace("one", 1), folder.trace("two", 2, true)}, gpu);
  request.precisions = {gpu_precision::fp32, gpu_precision::fp16};
  const std::vector<planned_record> plan = plan_records(request);
  CHECK(gpu.calls == 0);
  CHECK(folder.files_in("out").empty());
  REQUIRE(record(gpu, request, plan) == 4);
  CHECK(folder.files_in("out/device").size() == 8);

  const scan_trace trace = load_scan_trace(request.traces[0]);
  CHECK(plan[0].profile_path ==
        (fs::path(request.out) / ("one-" + trace.sha256.substr(0, 12) + "-fp32.json")).string());
  const std::vector<stored_profile> found =
      find_profiles((folder.path / "out").string(), trace.sha256, "fp16");
  REQUIRE(found.size() == 1);
  CHECK(found[0].profile.trace.sha256 == trace.sha256);
  CHECK(found[0].profile.trace.mode == "prefill");
  const recorded_outputs outputs = load_recorded_outputs(found[0]);
  CHECK(outputs.y == trace.tensors.u);  // what the scripted scan gives
  CHECK(outputs.h_last == std::vector<float>(2 * 4 * 3, 0.5f));
  const safetensors_file file = safetensors_file::open(plan[1].outputs_path);
  CHECK(file.metadata().at("trace_sha256") == trace.sha256);
  CHECK(file.find("y")->shape == std::vector<int64_t>{2, 4, 5});
  CHECK(file.find("h_last")->shape == std::vector<int64_t>{2, 4, 3});
  CHECK(load_gpu_profile(plan[2].profile_path).trace.mode == "decode");
}

TEST_CASE("recorder never replaces a record, whatever the trace is called now", "[unit][gpu]") {
  const scratch_folder folder;
  scripted_gpu gpu({});
  record_request request = request_of(folder, {folder.trace("one", 1)}, gpu);
  const std::vector<planned_record> plan = plan_records(request);
  record(gpu, request, plan);
  const std::string before = text_of(plan[0].profile_path);
  CHECK_THROWS_WITH(plan_records(request), Catch::Contains(plan[0].profile_path));
  CHECK_THROWS_AS(record(gpu, request, plan), tool_error);  // as if it appeared after the plan was made
  fs::remove(plan[0].outputs_path);
  CHECK_THROWS_AS(record(gpu, request, plan), tool_error);
  CHECK_FALSE(fs::exists(plan[0].outputs_path));  // no outputs beside another's profile
  CHECK(folder.files_in("out/device").size() == 1);
  fs::copy_file(request.traces[0], folder.path / "renamed.safetensors");
  request.traces = {(folder.path / "renamed.safetensors").string()};
  CHECK_THROWS_AS(plan_records(request), input_error);
  CHECK(text_of(plan[0].profile_path) == before);
  request.precisions = {gpu_precision::bf16};  // another record
  CHECK(plan_records(request).size() == 1);
  fs::rename(plan[0].profile_path, plan[0].outputs_path);  // outputs without a profile are somebody's, too
  request.precisions = {gpu_precision::fp32};
  CHECK_THROWS_WITH(plan_records(request), Catch::Contains(plan[0].outputs_path));
}

TEST_CASE("recorder leaves no file of a record whose device failed, and keeps those before", "[unit][gpu]") {
  int calls_per_record = 0;
  {
    const scratch_folder folder;
    scripted_gpu gpu({});
    const record_request request = request_of(folder, {folder.trace("one", 1)}, gpu);
    record(gpu, request, plan_records(request));
    calls_per_record = gpu.calls;
  }
  for (const int call : {0, 1, calls_per_record / 2, calls_per_record - 1, calls_per_record + 5}) {
    const scratch_folder folder;
    gpu_script script;
    script.failing_call = call;
    scripted_gpu gpu(script);
    const record_request request = request_of(folder, {folder.trace("one", 1), folder.trace("two", 2)}, gpu);
    CHECK_THROWS_AS(record(gpu, request, plan_records(request)), tool_error);
    CAPTURE(call);
    CHECK(folder.files_in("out/device").size() == (call < calls_per_record ? 0u : 2u));
  }
}

TEST_CASE("recorder checks traces, folder and precision before the device is touched", "[unit][gpu]") {
  const scratch_folder folder;
  scripted_gpu gpu({});
  const std::string trace = folder.trace("one", 1);
  const auto refused = [&](const std::vector<std::string>& traces, const std::string& out,
                           gpu_precision precision, const std::string& named) {
    record_request request = request_of(folder, traces, gpu);
    request.out = out;
    request.precisions = {precision};
    CHECK_THROWS_AS(plan_records(request), input_error);
    CHECK_THROWS_WITH(plan_records(request), Catch::Contains(named));
  };
  const std::string out = (folder.path / "out").string();
  refused({trace, (folder.path / "none").string()}, out, gpu_precision::fp32, "none");
  refused({trace, trace}, out, gpu_precision::fp32, "one.safetensors");
  refused({trace}, trace, gpu_precision::fp32, "--out");
  refused({trace}, trace + "/below", gpu_precision::fp32, "--out");
  refused({trace}, "", gpu_precision::fp32, "--out");
  CHECK(gpu.calls == 0);
  CHECK_FALSE(fs::exists(out));
}

TEST_CASE("recorder takes the int8 decode of a scan", "[unit][gpu]") {
  const scratch_folder folder;
  scripted_gpu gpu({});
  record_request request = request_of(folder, {folder.trace("two", 2, true)}, gpu);
  request.precisions = {gpu_precision::int8};
  const std::vector<planned_record> plan = plan_records(request);
  REQUIRE(record(gpu, request, plan) == 1);
  const gpu_profile profile = load_gpu_profile(plan[0].profile_path);
  CHECK(profile.trace.mode == "decode");
  CHECK(profile.kernel.precision == "int8");
}

TEST_CASE("recorder takes a decode with an int8 state beside float activations, by a name of its own",
          "[unit][gpu]") {
  const scratch_folder folder;
  scripted_gpu gpu({});
  record_request request = request_of(folder, {folder.trace("two", 2, true)}, gpu);
  request.precisions = {gpu_precision::bf16, gpu_precision::bf16_int8_state};
  const std::vector<planned_record> plan = plan_records(request);
  REQUIRE(record(gpu, request, plan) == 2);
  CHECK(plan[1].profile_path.ends_with("-bf16-int8-state.json"));
  const gpu_profile plain = load_gpu_profile(plan[0].profile_path),
                    mixed = load_gpu_profile(plan[1].profile_path);
  CHECK(mixed.kernel.precision == "bf16-int8-state");
  const std::string folder_of = fs::path(plan[0].profile_path).parent_path().string();
  for (const gpu_profile* one : {&plain, &mixed})  // the one is never taken for the other
    CHECK(find_profiles(folder_of, *one->trace.sha256, one->kernel.precision).size() == 1);
  request.traces = {folder.trace("whole", 2)};
  CHECK_THROWS_WITH(
      plan_records(request),
      Catch::Contains("mode: expected \"decode\" for precision bf16-int8-state, found \"prefill\""));
}

TEST_CASE("recorder takes a whole layer, and times its kernels one by one behind the whole", "[unit][gpu]") {
  const scratch_folder folder;
  gpu_script script;
  script.steps = {"norm", "scan"};
  script.step_us = 70;
  scripted_gpu gpu(script);
  mamba_block_call layer =
      generated_layer({.batch = 2, .length = 3, .d_model = 4, .channels = 8, .states = 5});
  const std::string path = (folder.path / "layer.safetensors").string(),
                    both = (folder.path / "both.safetensors").string();
  write_trace(path, layer);
  record_request request = request_of(folder, {path}, gpu);
  request.precisions = {gpu_precision::bf16};
  const std::vector<planned_record> plan = plan_records(request);
  REQUIRE(record(gpu, request, plan) == 1);
  const gpu_profile profile = load_gpu_profile(plan[0].profile_path);
  CHECK(profile.trace.op == "mamba_block");
  CHECK((profile.trace.batch == 2 && profile.trace.channels == 8 && profile.trace.states == 5));
  CHECK(profile.find_metric("time")->value == Approx(1000));
  for (const char* step : {"time of norm", "time of scan"}) {
    REQUIRE(profile.find_metric(step) != nullptr);
    CHECK(profile.find_metric(step)->value == Approx(70));
    CHECK(profile.find_metric(step)->unit == "us");
    CHECK(profile.find_metric(step)->samples >= 50);
  }
  // Each on every set in turn, the first step's launches before the second's.
  CHECK(gpu.launched_steps.front() == std::pair{0, 0});
  CHECK(gpu.launched_steps.back().first == 1);
  CHECK(std::is_sorted(gpu.launched_steps.begin(), gpu.launched_steps.end(),
                       [](const auto& a, const auto& b) { return a.first < b.first; }));
  CHECK(gpu.launched_steps[1].second == 1);
  const safetensors_file file = safetensors_file::open(plan[0].outputs_path);
  CHECK(file.find("y")->shape == std::vector<int64_t>{2, 3, 4});
  CHECK(file.find("h_last")->shape == std::vector<int64_t>{2, 8, 5});
  request.precisions = {gpu_precision::int8};
  CHECK_THROWS_WITH(plan_records(request),
                    Catch::Contains("int8 kernel (selective_scan, ssd), found \"mamba_block\""));
  layer.backward = layer.forward;
  layer.conv_state.clear(), layer.h0.clear();
  write_trace(both, layer);
  request.precisions = {gpu_precision::fp32}, request.traces = {both};
  const std::vector<planned_record> of_both = plan_records(request);
  REQUIRE(record(gpu, request, of_both) == 1);
  CHECK(safetensors_file::open(of_both[0].outputs_path).find("h_last")->shape ==
        std::vector<int64_t>{2, 2, 8, 5});
  layer.state_sparsity = {2, 4};  // states of a layer that are not all there
  CHECK_FALSE(has_layer_kernels(layer));
}

TEST_CASE("recorder takes calls of ssd and conv1d, their outputs under the operators' own names",
          "[unit][gpu]") {
  const scratch_folder folder;
  scripted_gpu gpu({});
  const ssd_call ssd =
      generated_ssd({{"--heads", 2}, {"--head-channels", 3}, {"--states", 4}, {"--length", 9}}, 1);
  conv1d_call conv;
  conv.channels = 2, conv.length = 3, conv.width = 4, conv.past = 3;
  conv.x = {1, 2, 3, 4, 5, 6}, conv.w.assign(8, 0.5F);
  const std::string ssd_path = (folder.path / "ssd.safetensors").string(),
                    conv_path = (folder.path / "conv.safetensors").string();
  write_trace(ssd_path, ssd);
  write_trace(conv_path, conv);
  record_request request = request_of(folder, {ssd_path, conv_path}, gpu);
  request.precisions = {gpu_precision::bf16};
  const std::vector<planned_record> plan = plan_records(request);
  REQUIRE(record(gpu, request, plan) == 2);
  const gpu_profile of_ssd = load_gpu_profile(plan[0].profile_path),
                    of_conv = load_gpu_profile(plan[1].profile_path);
  CHECK(of_ssd.trace.op == "ssd");
  CHECK((of_ssd.trace.channels == 6 && of_ssd.trace.states == 4 && of_ssd.trace.length == 9));
  CHECK(of_conv.trace.op == "conv1d");
  const safetensors_file file = safetensors_file::open(plan[0].outputs_path);
  CHECK(file.find("y")->shape == std::vector<int64_t>{1, 9, 2, 3});
  CHECK(file.find("final_states")->shape == std::vector<int64_t>{1, 2, 3, 4});
  CHECK(load_recorded_outputs({plan[0].profile_path, of_ssd}).h_last.size() == 24);
  CHECK(load_recorded_outputs({plan[1].profile_path, of_conv}).y == conv.x);
  request.precisions = {gpu_precision::int8};
  CHECK_THROWS_WITH(plan_records(request),
                    Catch::Contains("int8 kernel (selective_scan, ssd), found \"conv1d\""));
  request.traces = {ssd_path};
  const std::vector<planned_record> int8 = plan_records(request);
  REQUIRE(record(gpu, request, int8) == 1);
  CHECK(load_gpu_profile(int8[0].profile_path).kernel.precision == "int8");
  ssd_call rising = ssd;
  rising.a[1] = 0;
  write_trace((folder.path / "rising.safetensors").string(), rising);
  request.traces = {(folder.path / "rising.safetensors").string()};
  CHECK_THROWS_WITH(plan_records(request), Catch::Contains("A: expected negative values for precision int8"));
}

TEST_CASE("recorder takes several scans of one input, final states behind each other", "[unit][gpu]") {
  const scratch_folder folder;
  scripted_gpu gpu({});
  const scan_sets_call sets = generated_sets({{"--channels", "6"},
                                              {"--states", "5"},
                                              {"--grid", "2x3"},
                                              {"--sets", "raster; transpose channels=1+3"}},
                                             1);
  const std::string path = (folder.path / "sets.safetensors").string();
  write_trace(path, sets);
  record_request request = request_of(folder, {path}, gpu);
  request.precisions = {gpu_precision::bf16};
  const std::vector<planned_record> plan = plan_records(request);
  REQUIRE(record(gpu, request, plan) == 1);
  const gpu_profile profile = load_gpu_profile(plan[0].profile_path);
  CHECK(profile.trace.op == "scan_sets");
  CHECK((profile.trace.channels == 6 && profile.trace.states == 5 && profile.trace.length == 6));
  const safetensors_file file = safetensors_file::open(plan[0].outputs_path);
  CHECK(file.find("y")->shape == std::vector<int64_t>{1, 6, 6});
  CHECK(file.find("h_last")->shape == std::vector<int64_t>{(6 + 3) * 5});
  const profile_work work = kernel_call_work(sets, gpu_precision::bf16);
  CHECK(work.exps == (6 + 3) * 6 * 5);
  CHECK(work.unit_ops == work.exps + (6 + 3) * 6 * (1 + 2));
  request.precisions = {gpu_precision::int8};
  CHECK_THROWS_WITH(plan_records(request), Catch::Contains("found \"scan_sets\""));
}

TEST_CASE("recorder refuses an operator without a kernel by name", "[unit][gpu]") {
  const scratch_folder folder;
  scripted_gpu gpu({});
  embedding_call table;
  table.vocabulary = 2, table.size = 1, table.length = 1, table.w = {1, 2}, table.ids = {0};
  const std::string path = (folder.path / "table.safetensors").string();
  write_trace(path, table);
  CHECK_THROWS_WITH(plan_records(request_of(folder, {path}, gpu)), Catch::Contains("found \"embedding\""));
}

TEST_CASE("recorder holds interrupts while it writes and only then", "[unit][gpu]") {
  const scratch_folder folder;
  scripted_gpu gpu({});
  const record_request request = request_of(folder, {folder.trace("one", 1)}, gpu);
  std::vector<std::string> events;
  record_hooks hooks;
  hooks.progress = [&](const std::string&) { events.push_back("progress"); };
  hooks.hold_interrupts = [&]() -> std::shared_ptr<void> {
    CHECK(folder.files_in("out/device").empty());
    events.push_back("hold");
    return std::shared_ptr<void>(&events, [&](void*) { events.push_back("release"); });
  };
  hooks.recorded = [&](const planned_record& planned, const gpu_profile& profile) {
    CHECK(fs::exists(planned.profile_path));
    CHECK(profile.outputs.has_value());
    events.push_back("recorded");
  };
  record(gpu, request, plan_records(request), hooks);
  REQUIRE(events.size() > 3);
  CHECK(std::vector<std::string>(events.end() - 3, events.end()) ==
        std::vector<std::string>{"hold", "recorded", "release"});
  CHECK(std::count(events.begin(), events.end(), "hold") == 1);
}
