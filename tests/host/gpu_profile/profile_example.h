// A complete profile as the recorder writes it, and a folder entry with its outputs, for tests to damage. The
// figures are invented and belong to no device.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "host/gpu_profile/gpu_profile.h"
#include "traces/safetensors.h"
#include "traces/sha256.h"

namespace scansim::test {

inline gpu_profile example_profile() {
  gpu_profile profile;
  profile.origin = "recorder";
  profile.created = "2026-01-02T03:04:05Z";
  profile.trace = {std::string(64, '1'), "layer.safetensors", "selective_scan", "prefill", 1, 4, 8, 2, 32};
  profile.device.name = "Example GPU";
  profile.device.compute_capability = "9.0";
  profile.device.multiprocessors = 4;
  profile.device.power_limit_w = 100;
  profile.build = profile_build{"0123abcd", false, "nvcc 13.0", "-O3", "80 90"};
  profile.kernel = {"selective_scan_serial", "fp32", {{"schedule", "serial"}, {"threads", "128"}}};
  profile.protocol = profile_protocol{20, 100, 3, 4096, 1000.0, 990.0};
  profile.metrics = {{"time", "us", "median of 100 launches", 10.0, 9.5, 12.0, 100},
                     {"achieved_bandwidth", "byte/s", "median of 100 launches", 4e8, {}, {}, 100}};
  profile.work = profile_work{4000, 1024, 7000};
  profile.ceilings = {{"copy_bandwidth", "byte/s", 5e8, "measured", "device copy"},
                      {"exp_rate", "exp/s", 1e9, "measured", "exp-only kernel"}};
  profile.energy = profile_energy{"board", "energy counter", 2.0, 30.0, 200000, 500.0, 200.0};
  return profile;
}

// Writes <folder>/<stem>.json with outputs beside it.
inline std::string write_record(const std::filesystem::path& folder, const std::string& stem,
                                gpu_profile profile, const std::vector<float>& y,
                                const std::vector<float>& h_last) {
  std::filesystem::create_directories(folder);
  safetensors_writer writer;
  writer.add_floats("y", {static_cast<int64_t>(y.size())}, y);
  writer.add_floats("h_last", {static_cast<int64_t>(h_last.size())}, h_last);
  writer.set_metadata("trace_sha256", profile.trace.sha256.value());
  const std::string outputs = (folder / (stem + ".outputs.safetensors")).string();
  writer.write(outputs);
  profile.outputs = profile_outputs{stem + ".outputs.safetensors", sha256_of_file(outputs)};
  const std::string path = (folder / (stem + ".json")).string();
  write_gpu_profile(path, profile);
  return path;
}

}  // namespace scansim::test
