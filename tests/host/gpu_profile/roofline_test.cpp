// The least work of a scan and its time by the ceilings, against numbers computed by hand; the datasheets.
#include "host/gpu_profile/roofline.h"

#include <catch2/catch.hpp>
#include <iterator>
#include <map>

#include "host/gpu_profile/gpu_datasheet.h"
#include "host/gpu_profile/kernel_call_work.h"
#include "host/gpu_profile/scan_work.h"
#include "models/configs/data_directory.h"
#include "tests/host/cuda/layer/generated_layer.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {

TEST_CASE("scan_work counts each operand of a prefill once", "[unit][gpu]") {
  // B 2, D 4, N 8, G 2, L 16: 128 elements; B and C 2 x 2 x 2 x 8 x 16 = 1024 values; state 64 values.
  const scan_shape shape{2, 4, 8, 2, 16};
  const profile_work bare = scan_work(shape, {}, {}, gpu_precision::fp32);
  CHECK(bare.bytes == 4 * (128 * 3 + 1024 + 32 + 64));
  CHECK(bare.exps == 128 * 8);
  CHECK(bare.flops == 128 * (6 * 8 + 1));
  CHECK(bare.unit_ops == 128 * 8);
  CHECK(bare.launches == 1);
  const scan_parts all{true, true, true, true};
  const profile_work full = scan_work(shape, {}, all, gpu_precision::fp32);
  CHECK(full.bytes == 4 * (128 * 4 + 1024 + 32 + 4 + 4 + 128));
  CHECK(full.exps == 128 * 8);
  CHECK(full.flops == 128 * (6 * 8 + 5));
  CHECK(scan_work(shape, {}, all, gpu_precision::bf16).bytes == 2 * (128 * 4 + 1024) + 4 * (40 + 128));
  CHECK(scan_work(shape, {}, all, gpu_precision::int8).bytes == 128 * 5 + 1024 + 40 + 128);
}

TEST_CASE("scan_work of a decode with an int8 state moves one byte a state each way", "[unit][gpu]") {
  const scan_shape shape{2, 4, 8, 1, 3};
  const scan_options decode{.decode = true};
  const auto bytes = [&](gpu_precision precision) { return scan_work(shape, decode, {}, precision).bytes; };
  const double moves = 3 * 2 * 4 * 8 * 2;  // tokens, batch, D, N, in and out
  CHECK(bytes(gpu_precision::bf16) - bytes(gpu_precision::bf16_int8_state) == moves);
  CHECK(bytes(gpu_precision::fp32) - bytes(gpu_precision::fp32_int8_state) == 3 * moves);
}

TEST_CASE("scan_work counts what the special function unit does: N, 1 for softplus, 2 for silu",
          "[unit][gpu]") {
  const scan_shape shape{2, 4, 8, 2, 16};
  scan_options softplus;
  softplus.delta_softplus = true;
  const scan_parts z{.z = true};
  CHECK(scan_work(shape, softplus, {}, gpu_precision::bf16).unit_ops == 128 * 9);
  CHECK(scan_work(shape, {}, z, gpu_precision::bf16).unit_ops == 128 * 10);
  for (const gpu_precision precision : {gpu_precision::fp32, gpu_precision::bf16, gpu_precision::int8})
    CHECK(scan_work(shape, softplus, z, precision).unit_ops == 128 * 11);
  CHECK(scan_work(shape, softplus, z, gpu_precision::bf16).exps == 128 * 8);
  softplus.decode = true;
  CHECK(scan_work(shape, softplus, z, gpu_precision::fp32).unit_ops == 128 * 11);
  CHECK(scan_work(shape, softplus, z, gpu_precision::fp32).launches == 16);
}

TEST_CASE("scan_work moves parameters and state at every token of a decode", "[unit][gpu]") {
  const scan_shape shape{2, 4, 8, 2, 16};
  scan_options decode;
  decode.decode = true;
  CHECK(scan_work(shape, decode, {}, gpu_precision::fp32).bytes == 4 * (128 * 3 + 1024 + 16 * (32 + 2 * 64)));
  CHECK(scan_work(shape, decode, {}, gpu_precision::fp16).bytes ==
        2 * (128 * 3 + 1024) + 16 * (4 * 32 + 2 * 2 * 64));
}

TEST_CASE("kernel_call_work of a layer is each operand once and products of all projections", "[unit][gpu]") {
  const mamba_block_call c =
      generated_layer({.batch = 2, .length = 3, .d_model = 16, .channels = 8, .states = 5});
  const double weights =
      16 * 16 + 8 * 16 + (1 + 10) * 8 + 8 * 1;  // in, out, x and dt_proj; R is d_model / 16
  const double floats =
      16 + 8 * (4 + 1 + 5 + 1 + 1) + 2 * 8 * 5;  // norm; W, bias, A, D, dt_bias; the last state
  const profile_work work = kernel_call_work(c, gpu_precision::bf16);
  CHECK(work.bytes == 2 * (2 * 6 * 16 + weights) + 4 * floats);
  CHECK(work.exps == 6 * 8 * 5);
  CHECK(work.unit_ops == 6 * 8 * (5 + 1 + 2 + 2));
  CHECK(work.tensor_flops == 2 * 6 * weights);
  CHECK(kernel_call_work(c, gpu_precision::fp32).tensor_flops == 6 * work.tensor_flops);
  CHECK(work.launches == 1);
}

TEST_CASE("kernel_call_work of a conv1d update has its state read and written", "[unit][gpu]") {
  conv1d_call c;
  c.channels = 3, c.length = 1, c.width = 4;
  c.x = {1, 2, 3}, c.w.resize(12), c.state.resize(9);
  CHECK(is_conv1d_update(c));
  CHECK(kernel_call_work(c, gpu_precision::fp32).bytes == 4 * (2 * 3 + 2 * 9 + 12));
  c.length = 9, c.x.resize(27);
  CHECK_FALSE(is_conv1d_update(c));
  CHECK(kernel_call_work(c, gpu_precision::fp32).bytes == 4 * (2 * 27 + 9 + 12));
  c.length = 1, c.x.resize(3), c.state.clear();
  CHECK_FALSE(is_conv1d_update(c));
}

TEST_CASE("roofline is the longest of the times by its ceilings", "[unit][gpu]") {
  const profile_work work{1000, 500, 4000};
  const profile_ceiling bytes{"copy_bandwidth", "byte/s", 1e9, "datasheet", "x"},
      exps{"exp_rate", "exp/s", 1e8, "datasheet", "x"},
      flops{"float32_rate", "flop/s", 1e9, "datasheet", "x"};
  CHECK_FALSE(roofline(work, {}));
  CHECK(roofline(work, {bytes})->time_us == Approx(1));
  const auto bound = roofline(work, {bytes, exps, flops});
  CHECK(bound->time_us == Approx(5));
  CHECK(bound->ceiling == "exp_rate");
  CHECK(roofline(work, {bytes, flops})->time_us == Approx(4));
  CHECK(roofline(work, {bytes, flops})->ceiling == "float32_rate");
  CHECK_FALSE(roofline({}, {bytes}));
  CHECK_THROWS_AS(roofline(work, {{"hope", "byte/s", 1, "datasheet", "x"}}), std::invalid_argument);
}

TEST_CASE("roofline holds a kernel to the ceiling of its own way to compute exps", "[unit][gpu]") {
  profile_work work{1000, 1600, 100};
  work.unit_ops = 1900;
  const profile_ceiling unit{"unit_rate", "op/s", 1e9, "measured", "x"},
      split{"exp_rate", "exp/s", 2e9, "measured", "x"};
  const auto bound = roofline(work, {unit, split});
  CHECK(bound->ceiling == "unit_rate");
  CHECK(bound->time_us == Approx(1.9));
  REQUIRE(bound->times.size() == 2);
  CHECK(bound->times[0].applies);
  CHECK_FALSE(bound->times[1].applies);
  CHECK(bound->times[1].time_us == Approx(0.8));
  CHECK(roofline(work, {unit, split}, exp_way::split)->time_us == Approx(0.8));
  CHECK(roofline(work, {unit, split}, exp_way::split)->ceiling == "exp_rate");
  CHECK(roofline(work, {split})->ceiling == "exp_rate");  // a profile of before unit_rate
  work.unit_ops = 0;                                      // and one whose unit operations were not counted
  CHECK(roofline(work, {unit, split})->ceiling == "exp_rate");
  profile_kernel kernel{"k", "bf16", {{"exps", "split"}}};
  CHECK(exp_way_of(kernel) == exp_way::split);
  kernel.configuration = {{"exps", "unit"}};
  CHECK(exp_way_of(kernel) == exp_way::unit);
  kernel.configuration.clear();
  CHECK(exp_way_of(kernel) == exp_way::unit);
}

TEST_CASE("roofline has the kernel's instructions, its shared memory and the launches", "[unit][gpu]") {
  profile_work work{1000, 0, 0};
  work.launches = 7;
  work.instructions = 8000;
  work.shared_bytes = 6000;
  const profile_ceiling bytes{"copy_bandwidth", "byte/s", 1e9, "datasheet", "x"},
      issue{"issue_rate", "instruction/s", 1e9, "datasheet", "x"},
      shared{"shared_bandwidth", "byte/s", 1e9, "datasheet", "x"},
      floor{"launch_floor", "us", 2, "assumption", "x"};
  work.tensor_flops = 5000;
  const profile_ceiling tensor{"tensor_rate", "flop/s", 1e9, "datasheet", "x"};
  CHECK(roofline(work, {bytes, tensor})->ceiling == "tensor_rate");
  CHECK(roofline(work, {bytes, tensor})->time_us == Approx(5));
  CHECK(roofline(work, {bytes, shared})->ceiling == "shared_bandwidth");
  CHECK(roofline(work, {bytes, shared})->time_us == Approx(6));
  CHECK(roofline(work, {bytes, shared, issue})->ceiling == "issue_rate");
  CHECK(roofline(work, {bytes, shared, issue})->time_us == Approx(8));
  const auto bound = roofline(work, {bytes, shared, issue, floor});
  CHECK(bound->ceiling == "launch_floor");
  CHECK(bound->basis == "assumption");
  CHECK(bound->time_us == Approx(14));
}

TEST_CASE("roofline of a decode step on an H100 is that of its launch, and an assumption", "[unit][gpu]") {
  scan_options decode;
  decode.decode = decode.delta_softplus = true;
  const gpu_datasheet sheet = load_gpu_datasheet("h100-sxm", gpu_model_directory());
  const auto bound = roofline(
      scan_work({1, 1536, 16, 1, 1}, decode, {true, true, true, true}, gpu_precision::bf16), sheet.ceilings);
  CHECK(bound->ceiling == "launch_floor");
  CHECK(bound->basis == "assumption");
  CHECK(bound->time_us == Approx(2));
  const auto busy =
      roofline(scan_work({64, 5120, 128, 1, 1}, decode, {true, true, true, true}, gpu_precision::fp32),
               sheet.ceilings);
  CHECK(busy->ceiling == "copy_bandwidth");
}

TEST_CASE("roofline of a mamba-2.8b layer on an H100 is bound by the special function units", "[unit][gpu]") {
  const scan_shape shape{1, 5120, 16, 1, 2048};
  const gpu_datasheet sheet = load_gpu_datasheet("h100-sxm", gpu_model_directory());
  scan_options options;
  options.delta_softplus = true;
  const auto bound =
      roofline(scan_work(shape, options, {true, true, true, false}, gpu_precision::bf16), sheet.ceilings);
  CHECK(bound->ceiling == "unit_rate");
  CHECK(bound->basis == "datasheet");
  CHECK(bound->time_us == Approx(5120.0 * 2048 * 19 / (132 * 16 * 1980e6) * 1e6));  // 47.6 us
  CHECK(sheet.power_limit_w == 700);
}

TEST_CASE("gpu_datasheet loads every model, each ceiling with a source", "[unit][gpu]") {
  const auto names = list_gpu_datasheets(gpu_model_directory());
  CHECK(names.size() == 5);
  for (const std::string& name : names) {
    CAPTURE(name);
    const gpu_datasheet sheet = load_gpu_datasheet(name, gpu_model_directory());
    REQUIRE(sheet.ceilings.size() == std::size(ceiling_units));
    std::map<std::string, double> value;
    for (const profile_ceiling& ceiling : sheet.ceilings) {
      CAPTURE(ceiling.name);
      value[ceiling.name] = ceiling.value;
      CHECK(ceiling.basis == (ceiling.name == "launch_floor" ? "assumption" : "datasheet"));
      CHECK(ceiling.source.size() > 20);
    }
    // 16 unit operations, 64 or 128 fma lanes, 4 instructions of 32 threads and 32 banks of 4 bytes per clock
    // on every multiprocessor.
    const double lanes = value["float32_rate"] / value["unit_rate"] / 2;
    CHECK((lanes == Approx(4).epsilon(0.01) || lanes == Approx(8).epsilon(0.01)));
    CHECK(value["issue_rate"] == Approx(8 * value["unit_rate"]));
    CHECK(value["shared_bandwidth"] == Approx(8 * value["unit_rate"]));
    CHECK(value["exp_rate"] == Approx(value["unit_rate"] * 4 / 3));
    CHECK(sheet.multiprocessors % 4 == 0);
    CHECK(sheet.compute_capability.size() == 3);
  }
}

TEST_CASE("gpu_datasheet refuses damaged files by field", "[unit][gpu]") {
  const temporary_folder folder;
  const std::string path = folder.file("x.yaml"), good = read_bytes(gpu_model_directory() + "/h100-sxm.yaml");
  const auto refused = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    write_bytes(path, text.replace(at, from.size(), to));
    return refusal([&] { load_gpu_datasheet(path, ""); });
  };
  CHECK(refused("unit: byte/s", "unit: GB/s").find("copy_bandwidth.unit") != std::string::npos);
  CHECK(refused("unit: exp/s, ", "").find("exp_rate.unit") != std::string::npos);
  CHECK(refused("value: 3.35e12", "value: many").find("copy_bandwidth.value") != std::string::npos);
  CHECK(refused("value: 3.35e12", "value: -1").find("copy_bandwidth.value") != std::string::npos);
  CHECK(refused("value: 3.35e12", "value: nan").find("copy_bandwidth.value") != std::string::npos);
  CHECK(refused("multiprocessors: 132", "multiprocessors: 132.5").find("multiprocessors") !=
        std::string::npos);
  CHECK(refused("multiprocessors: 132", "multiprocessors: 0").find("multiprocessors") != std::string::npos);
  for (const char* version : {"sm_90", "9", "9.", ".0", "9.0.1", "123.0", "9,0"})
    CHECK(refused("\"9.0\"", version).find("compute_capability") != std::string::npos);
  std::string newer = good;
  write_bytes(path, newer.replace(newer.find("\"9.0\""), 5, "\"12.0\""));
  CHECK(load_gpu_datasheet(path, "").compute_capability == "12.0");
  CHECK(refused("launch_floor: {value: 2, unit: us", "launch_floor: {value: 2, unit: ms")
            .find("launch_floor.unit") != std::string::npos);
  CHECK(refused("launch_floor:", "launch_floor_ns:").find("launch_floor_ns") != std::string::npos);
  CHECK(refused("power_limit:", "power:").find("power") != std::string::npos);
  CHECK(refused("device:", "extra: 1\ndevice:").find("extra") != std::string::npos);
  CHECK(refused("device:", "device: twice\ndevice:").find("device") != std::string::npos);
  CHECK(refused("{value: 700", "[value: 700").find("x.yaml") != std::string::npos);
  CHECK(refusal([&] { load_gpu_datasheet("b200", gpu_model_directory()); }).find("h100-sxm") !=
        std::string::npos);
  CHECK(refusal([&] { load_gpu_datasheet(folder.file("none.yaml"), ""); }).find("none.yaml") !=
        std::string::npos);
}

}  // namespace scansim::test
