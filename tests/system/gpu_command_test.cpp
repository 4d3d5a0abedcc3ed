// `scansim gpu import`, and the gpu rung of `compare`, as a user meets them.
#include <catch2/catch.hpp>
#include <cstdlib>

#include "host/gpu_profile/gpu_profile.h"
#include "tests/support/places.h"
#include "tests/system/program_run.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/scan_trace.h"

namespace scansim::test {
namespace {

using nlohmann::json;

const std::string page =
    "==PROF== Connected to process 1\n"
    "\"ID\",\"Kernel Name\",\"CC\",\"dram__bytes.sum\",\"gpu__time_duration.sum\"\n"
    "\"\",\"\",\"\",\"Kbyte\",\"usecond\"\n"
    "\"0\",\"scan\",\"9.0\",\"1,234.5\",\"7.25\"\n";

// Another data root for the program: the source tree's models, records of its own.
class other_data_root {
 public:
  other_data_root() {
    const std::filesystem::path source = test::source_dir();
    std::filesystem::create_directory_symlink(source / "models", folder_.path() / "models");
    std::filesystem::create_directory_symlink(source / "rtl", folder_.path() / "rtl");
    std::filesystem::create_directories(records());
    setenv("SCANSIM_DATA", folder_.path().c_str(), 1);
  }
  ~other_data_root() { unsetenv("SCANSIM_DATA"); }
  std::filesystem::path records() const { return folder_.path() / "traces" / "gpu"; }

 private:
  temporary_folder folder_;
};

json compared_on_tiny(const std::string& trace, const temporary_folder& folder,
                      std::vector<std::string> options) {
  const std::string path = folder.file("v.json");
  options.insert(options.begin(),
                 {"compare", trace, "--config", "tiny", "--json", path, "--allow-uncompared"});
  const program_end end = run_scansim(options);
  CAPTURE(end.out, end.err);
  REQUIRE(end.status == 0);
  return json::parse(read_bytes(path));
}

}  // namespace

TEST_CASE("cli gpu import writes a profile, and nothing for a bad page", "[system][cli]") {
  const temporary_folder folder;
  const std::string csv = folder.file("raw.csv"), profile = folder.file("p.json");
  write_bytes(csv, page);
  const program_end end = run_scansim({"gpu", "import", "--ncu", csv, "--json", profile});
  CAPTURE(end.out, end.err);
  REQUIRE(end.status == 0);
  const gpu_profile read = load_gpu_profile(profile);
  CHECK(read.find_metric("time")->value == 7.25);
  CHECK(read.find_metric("dram_bytes")->value == Approx(1234500));
  CHECK(read.kernel.precision == "unknown");
  CHECK_FALSE(read.trace.sha256);
  std::filesystem::remove(profile);
  const std::pair<std::string, std::string> edits[] = {
      {"\"Kbyte\"", "\"\""}, {"\"Kbyte\"", "\"Kfurlong\""}, {"1,234.5", "n/a"}, {"1,234.5", "1,23.5"}};
  for (const auto& [from, to] : edits) {
    std::string text = page;
    write_bytes(csv, text.replace(text.find(from), from.size(), to));
    const program_end bad = run_scansim({"gpu", "import", "--ncu", csv, "--json", profile});
    CAPTURE(to, bad.err);
    CHECK(bad.status == 2);
    CHECK(bad.error_lines() == 1);
    CHECK(bad.err.find("dram__bytes.sum") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(profile));
  }
}

TEST_CASE("cli compare models a gpu where none is and none was recorded", "[system][cli]") {
  const temporary_folder folder;
  const other_data_root data;
  const std::string trace = folder.file("t.safetensors");
  write_small_trace(trace);
  const json result = compared_on_tiny(trace, folder, {"--rungs", "ref,gpu,hls", "--gpu", "modelled"});
  const json& gpu = result["rungs"]["gpu"];
  CHECK(gpu["label"] == "modelled");
  CHECK(gpu["order"] == 1);
  CHECK(gpu["device"] == "NVIDIA H100 SXM5 80GB");
  CHECK(gpu["time_us"]["median"].get<double>() > 0);
  CHECK(gpu["energy"]["idle_included_uj"].is_null());
  CHECK(gpu["energy"]["upper_bound_uj"] == Approx(700 * gpu["time_us"]["median"].get<double>()));
  REQUIRE(gpu["ceilings"].size() == 3);
  for (const json& ceiling : gpu["ceilings"]) {
    CHECK(ceiling["basis"] == "datasheet");
    CHECK(ceiling["source"].is_string());
  }
  CHECK(result["rungs"]["hls"]["compared_with"] == "ref");
  CHECK(result["command"].get<std::string>().find("--gpu modelled") != std::string::npos);
  const json other = compared_on_tiny(
      trace, folder, {"--rungs", "gpu", "--gpu", "modelled", "--gpu-model", "a100-sxm-80gb"});
  CHECK(other["rungs"]["gpu"]["time_us"]["median"] > gpu["time_us"]["median"]);
}

TEST_CASE("cli compare calls an import under traces/gpu recorded, for its trace alone", "[system][cli]") {
  const temporary_folder folder;
  const other_data_root data;
  const std::string trace = folder.file("t.safetensors"), csv = folder.file("raw.csv"),
                    record = (data.records() / "r.json").string();
  write_small_trace(trace);
  write_bytes(csv, page);
  REQUIRE(run_scansim({"gpu", "import", "--ncu", csv, "--json", record, "--trace", trace, "--precision",
                       "fp32", "--device", "My GPU"})
              .status == 0);
  CHECK(load_gpu_profile(record).trace.sha256 == load_scan_trace(trace).sha256);
  const json gpu = compared_on_tiny(trace, folder, {"--rungs", "gpu", "--gpu", "recorded"})["rungs"]["gpu"];
  CHECK(gpu["label"] == "recorded");
  CHECK(gpu["device"] == "My GPU");
  CHECK(gpu["time_us"]["median"] == 7.25);
  CHECK(gpu["energy"].is_null());
  const std::vector<std::string> elsewhere = {
      "compare", trace, "--config", "tiny", "--rungs", "gpu", "--gpu", "recorded", "--gpu-precision", "bf16"};
  CHECK(run_scansim(elsewhere).status == 2);
  write_bytes((data.records() / "broken.json").string(), "{");
  const program_end broken =
      run_scansim({"compare", trace, "--config", "tiny", "--rungs", "gpu", "--gpu", "recorded"});
  CHECK(broken.status == 2);
  CHECK(broken.err.find("broken.json") != std::string::npos);
}

TEST_CASE("cli compare runs every rung by default and never compares with the gpu", "[system][cli]") {
  const temporary_folder folder;
  const std::string trace = folder.file("t.safetensors");
  write_small_trace(trace);
  const json rungs = compared_on_tiny(trace, folder, {"--gpu", "modelled"})["rungs"];
  CHECK(rungs.size() == 5);
  CHECK(rungs["gpu"]["ratios"]["rung"] == "rtl");
  CHECK(rungs["gpu"]["ratios"]["time"].get<double>() > 0);
  CHECK(rungs["gpu"]["ratios"]["energy_idle_included"].is_null());
  CHECK(rungs["hls"]["compared_with"] == "ref");
  CHECK(rungs["systemc"]["compared_with"] == "hls");
  CHECK(rungs["rtl"]["compared_with"] == "systemc");
}

TEST_CASE("cli asks for a gpu that is not there with status 3", "[system][cli]") {
  const temporary_folder folder;
  const std::string trace = folder.file("t.safetensors");
  write_small_trace(trace);
  if (run_scansim({"gpu", "info"}).out.find("device: none") == std::string::npos) return;
  const program_end end =
      run_scansim({"compare", trace, "--config", "tiny", "--rungs", "gpu", "--gpu", "live"});
  CHECK(end.status == 3);
  CHECK(end.error_lines() == 1);
}

}  // namespace scansim::test
