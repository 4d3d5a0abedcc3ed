// The least work of a scan and its time by the ceilings, against numbers computed by hand; the datasheets.
#include "host/gpu_profile/roofline.h"

#include <catch2/catch.hpp>

#include "host/gpu_profile/gpu_datasheet.h"
#include "host/gpu_profile/scan_work.h"
#include "models/configs/data_directory.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {

TEST_CASE("scan_work counts each operand of a prefill once", "[unit][gpu]") {
  // B 2, D 4, N 8, G 2, L 16: 128 elements; B and C 2 x 2 x 2 x 8 x 16 = 1024 values; state 64 values.
  const scan_shape shape{2, 4, 8, 2, 16};
  const profile_work bare = scan_work(shape, {}, {}, gpu_precision::fp32);
  CHECK(bare.bytes == 4 * (128 * 3 + 1024 + 32 + 64));
  CHECK(bare.exps == 128 * 8);
  CHECK(bare.flops == 128 * (6 * 8 + 1));
  const scan_parts all{true, true, true, true};
  const profile_work full = scan_work(shape, {}, all, gpu_precision::fp32);
  CHECK(full.bytes == 4 * (128 * 4 + 1024 + 32 + 4 + 4 + 128));
  CHECK(full.exps == 128 * 8);
  CHECK(full.flops == 128 * (6 * 8 + 5));
  CHECK(scan_work(shape, {}, all, gpu_precision::bf16).bytes == 2 * (128 * 4 + 1024) + 4 * (40 + 128));
  CHECK(scan_work(shape, {}, all, gpu_precision::int8).bytes == 128 * 5 + 1024 + 40 + 128);
}

TEST_CASE("scan_work moves parameters and state at every token of a decode", "[unit][gpu]") {
  const scan_shape shape{2, 4, 8, 2, 16};
  scan_options decode;
  decode.decode = true;
  CHECK(scan_work(shape, decode, {}, gpu_precision::fp32).bytes == 4 * (128 * 3 + 1024 + 16 * (32 + 2 * 64)));
  CHECK(scan_work(shape, decode, {}, gpu_precision::fp16).bytes ==
        2 * (128 * 3 + 1024) + 16 * (4 * 32 + 2 * 2 * 64));
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
}

TEST_CASE("roofline of a mamba-2.8b layer on an H100 is bound by exps", "[unit][gpu]") {
  const scan_shape shape{1, 5120, 16, 1, 2048};
  const gpu_datasheet sheet = load_gpu_datasheet("h100-sxm", gpu_model_directory());
  const auto bound =
      roofline(scan_work(shape, {}, {true, true, true, false}, gpu_precision::bf16), sheet.ceilings);
  CHECK(bound->ceiling == "exp_rate");
  CHECK(bound->time_us == Approx(5120.0 * 2048 * 16 / (132 * 16 * 1980e6) * 1e6));  // 40.1 us
  CHECK(sheet.power_limit_w == 700);
}

TEST_CASE("gpu_datasheet loads every model, each ceiling with a source", "[unit][gpu]") {
  const auto names = list_gpu_datasheets(gpu_model_directory());
  CHECK(names.size() == 5);
  for (const std::string& name : names) {
    CAPTURE(name);
    const gpu_datasheet sheet = load_gpu_datasheet(name, gpu_model_directory());
    REQUIRE(sheet.ceilings.size() == 3);
    for (const profile_ceiling& ceiling : sheet.ceilings) {
      CHECK(ceiling.basis == "datasheet");
      CHECK(ceiling.source.size() > 20);
    }
    // 16 exps and 64 or 128 fma lanes per clock on every multiprocessor.
    const double lanes = sheet.ceilings[2].value / sheet.ceilings[1].value / 2;
    CHECK((lanes == Approx(4).epsilon(0.01) || lanes == Approx(8).epsilon(0.01)));
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
