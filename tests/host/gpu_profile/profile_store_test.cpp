// The store: records are found by trace and precision, chosen by device, and never passed over when broken.
#include "host/gpu_profile/profile_store.h"

#include <catch2/catch.hpp>

#include "tests/host/gpu_profile/profile_example.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {
namespace {

gpu_profile on_device(const std::string& device, const std::string& precision = "fp32") {
  gpu_profile profile = example_profile();
  profile.device.name = device;
  profile.kernel.precision = precision;
  return profile;
}

const std::string example_sha(64, '1');

}  // namespace

TEST_CASE("profile_store finds records by trace and precision below a folder", "[unit][gpu]") {
  const temporary_folder folder;
  CHECK(find_profiles(folder.file("none"), example_sha, "fp32").empty());
  write_record(folder.path() / "a", "t-fp32", on_device("GPU A"), {1, 2}, {3});
  write_record(folder.path() / "a", "t-fp16", on_device("GPU A", "fp16"), {1, 2}, {3});
  gpu_profile other = on_device("GPU A");
  other.trace.sha256 = std::string(64, '2');
  write_record(folder.path() / "a", "u-fp32", other, {1, 2}, {3});
  const auto found = find_profiles(folder.path().string(), example_sha, "fp32");
  REQUIRE(found.size() == 1);
  CHECK(found[0].path == (folder.path() / "a" / "t-fp32.json").string());
  const recorded_outputs outputs = load_recorded_outputs(found[0]);
  CHECK(outputs.y == std::vector<float>{1, 2});
  CHECK(outputs.h_last == std::vector<float>{3});
  CHECK(find_profiles(folder.path().string(), example_sha, "bf16").empty());
}

TEST_CASE("profile_store offers all devices and picks by name, else the first", "[unit][gpu]") {
  const temporary_folder folder;
  write_record(folder.path() / "z", "t", on_device("NVIDIA Beta"), {1}, {1});
  write_record(folder.path() / "y", "t", on_device("NVIDIA Alpha"), {1}, {1});
  gpu_profile imported = on_device("NVIDIA Aaa");
  imported.origin = "ncu";
  write_gpu_profile(folder.file("imported.json"), imported);
  const auto found = find_profiles(folder.path().string(), example_sha, "fp32");
  REQUIRE(found.size() == 3);
  CHECK(found[0].profile.device.name == "NVIDIA Aaa");
  REQUIRE(pick_profile(found, "") != nullptr);
  CHECK(pick_profile(found, "")->profile.device.name == "NVIDIA Alpha");  // a record before an import
  CHECK(pick_profile(found, "beta")->profile.device.name == "NVIDIA Beta");
  CHECK(pick_profile(found, "aaa")->profile.origin == "ncu");
  CHECK(pick_profile(found, "gamma") == nullptr);
  CHECK(pick_profile({}, "") == nullptr);
}

TEST_CASE("profile_store leaves out imports of unknown precision or without time", "[unit][gpu]") {
  const temporary_folder folder;
  gpu_profile imported = on_device("GPU");
  imported.origin = "ncu";
  imported.kernel.precision = "unknown";
  write_gpu_profile(folder.file("a.json"), imported);
  imported.kernel.precision = "fp32";
  imported.metrics.erase(imported.metrics.begin());
  write_gpu_profile(folder.file("b.json"), imported);
  CHECK(find_profiles(folder.path().string(), example_sha, "fp32").empty());
}

TEST_CASE("profile_store reports a broken profile by name", "[unit][gpu]") {
  const temporary_folder folder;
  write_record(folder.path(), "t", on_device("GPU"), {1}, {1});
  write_bytes(folder.file("broken.json"), "{}");
  const std::string message =
      refusal([&] { find_profiles(folder.path().string(), std::string(64, '9'), "fp32"); });
  CHECK(message.find("broken.json: schema: ") != std::string::npos);
}

TEST_CASE("profile_store refuses outputs that are not the recorded ones", "[unit][gpu]") {
  const temporary_folder folder;
  write_record(folder.path(), "t", on_device("GPU"), {1, 2}, {3});
  const auto found = find_profiles(folder.path().string(), example_sha, "fp32");
  const std::string outputs = folder.file("t.outputs.safetensors"), good = read_bytes(outputs);
  std::string changed = good;
  changed.back() = static_cast<char>(changed.back() ^ 1);
  write_bytes(outputs, changed);
  CHECK(refusal([&] { load_recorded_outputs(found[0]); }).find("SHA-256") != std::string::npos);
  std::filesystem::remove(outputs);
  CHECK(refusal([&] { load_recorded_outputs(found[0]); }).find("outputs.file") != std::string::npos);
  write_bytes(outputs, good);
  stored_profile other = found[0];
  other.profile.trace.sha256 = std::string(64, '3');
  CHECK(refusal([&] { load_recorded_outputs(other); }).find("trace_sha256") != std::string::npos);
}

}  // namespace scansim::test
