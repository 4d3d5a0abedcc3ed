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

// A trace of PyTorch's profiler: two steps of a convolution and a scan.
std::string torch_text() {
  std::string events;
  int begin = 0;
  for (const double time : {1.5, 20.0, 2.5, 22.0}) {
    const std::string kernel = time < 10 ? "conv" : "scan";
    begin += 100;
    events += (events.empty() ? "" : ",") + std::string(R"({"ph":"X","cat":"kernel","name":")") + kernel +
              R"(","ts":)" + std::to_string(begin) + R"(,"dur":)" + std::to_string(time) +
              R"(,"args":{"device":0,"grid":[4,1,1],"block":[64,1,1],"correlation":)" +
              std::to_string(begin) + "}}";
  }
  return R"({"deviceProperties":[{"id":0,"name":"Torch GPU","numSms":4}],"traceEvents":[)" + events + "]}";
}

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
  REQUIRE(gpu["ceilings"].size() == 8);
  for (const json& ceiling : gpu["ceilings"]) {
    CHECK(ceiling["basis"] == (ceiling["name"] == "launch_floor" ? "assumption" : "datasheet"));
    CHECK(ceiling["source"].is_string());
  }
  CHECK(gpu["roofline"]["ceiling"] == "launch_floor");  // a small call is a launch
  CHECK(gpu["roofline"]["basis"] == "assumption");
  CHECK(gpu["time_us"]["median"] == 2);
  CHECK(gpu["roofline"]["bounds"].size() == 8);
  CHECK(result["rungs"]["hls"]["compared_with"] == "ref");
  CHECK(result["command"].get<std::string>().find("--gpu modelled") != std::string::npos);
  const json other = compared_on_tiny(
      trace, folder, {"--rungs", "gpu", "--gpu", "modelled", "--gpu-model", "a100-sxm-80gb"});
  CHECK(other["rungs"]["gpu"]["roofline"]["bounds"][0]["time_us"] > gpu["roofline"]["bounds"][0]["time_us"]);
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

TEST_CASE("cli gpu import says what it left out, lists a file and takes launches", "[system][cli]") {
  const temporary_folder folder;
  const std::string csv = folder.file("raw.csv"), torch = folder.file("t.json"),
                    profile = folder.file("p.json");
  std::string text = page;
  write_bytes(csv, text.replace(text.find("\"CC\""), 4, "\"numa__id\""));
  program_end end = run_scansim({"gpu", "import", "--ncu", csv, "--json", profile});
  CAPTURE(end.out, end.err);
  CHECK(end.status == 0);
  CHECK(end.out.find("left out, 1 column (an unknown name): numa__id\n") != std::string::npos);
  CHECK(end.out.find("time: sum over units, 1 launch, from gpu__time_duration.sum\n") != std::string::npos);
  const gpu_profile read = load_gpu_profile(profile);
  CHECK(read.import->left_out.size() == 1);
  CHECK(read.import->file == csv);
  CHECK(read.import->sha256->size() == 64);
  CHECK(run_scansim({"gpu", "import", "--ncu", csv, "--json", profile, "--strict"}).status == 2);
  CHECK(run_scansim({"gpu", "import", "--ncu", csv, "--json", profile, "--strict", "--skip", "numa__id"})
            .status == 0);
  write_bytes(torch, torch_text());
  end = run_scansim({"gpu", "import", "--pytorch", torch, "--list"});
  CAPTURE(end.out, end.err);
  CHECK(end.status == 0);
  CHECK(end.out.find("the trace of PyTorch's profiler\n") != std::string::npos);
  CHECK(end.out.find("2  200 to 400") != std::string::npos);
  end = run_scansim({"gpu", "import", "--pytorch", torch, "--json", profile});
  CHECK(end.status == 2);
  CHECK(end.error_lines() == 1);
  CHECK(end.err.find("--kernel") != std::string::npos);
  REQUIRE(
      run_scansim({"gpu", "import", "--pytorch", torch, "--json", profile, "--launch", "200,400"}).status ==
      0);
  CHECK(load_gpu_profile(profile).find_metric("time")->value == 21);
}

TEST_CASE("cli compare says which profiler a recorded time is imported from", "[system][cli]") {
  const temporary_folder folder;
  const other_data_root data;
  const std::string trace = folder.file("t.safetensors"), torch = folder.file("t.json"),
                    result = folder.file("r.json"), record = (data.records() / "r.json").string(),
                    html = folder.file("r.html");
  write_small_trace(trace);
  write_bytes(torch, torch_text());
  REQUIRE(run_scansim({"gpu", "import", "--pytorch", torch, "--json", record, "--trace", trace, "--precision",
                       "bf16", "--calls", "2"})
              .status == 0);
  CHECK(load_gpu_profile(record).work->exps == 4 * 8 * 32);
  const program_end end = run_scansim({"compare", trace, "--config", "tiny", "--json", result, "--rungs",
                                       "ref,gpu,hls,fast", "--gpu", "recorded", "--gpu-precision", "bf16"});
  CAPTURE(end.out, end.err);
  REQUIRE(end.status == 0);
  CHECK(end.out.find("gpu: recorded, bf16, Torch GPU: " + record) != std::string::npos);
  CHECK(end.out.find("fast over gpu: ratios withheld, ") != std::string::npos);
  const json gpu = json::parse(read_bytes(result))["rungs"]["gpu"];
  CHECK(gpu["label"] == "recorded");
  CHECK(gpu["kernel"] == "conv + scan");
  CHECK(gpu["time_us"]["median"] == 23);
  CHECK(gpu["time_us"]["low"] == 21.5);
  CHECK(gpu["time_us"]["basis"] ==
        "measured, from begin to end on the device, sum of the 2 launches of a call, median of 2 calls, low "
        "and high their "
        "extremes, imported from PyTorch's profiler (traced)");
  CHECK(gpu["comparison"].is_null());
  CHECK(gpu["ratios"]["time"].is_null());
  const program_end report = run_scansim({"report", result, "--html", html});
  CAPTURE(report.err);
  REQUIRE(report.status == 0);
  const std::string text = read_bytes(html);
  CHECK(text.find("recorded") != std::string::npos);
  CHECK(text.find("imported from PyTorch") != std::string::npos);
}

TEST_CASE("cli gpu correlate prints, writes and ends as it found, and report shows it", "[system][cli]") {
  const temporary_folder folder;
  const other_data_root data;
  const std::string trace = folder.file("t.safetensors"), csv = folder.file("raw.csv"),
                    rows = folder.file("rows"), record = rows + "/r.json", verdict = folder.file("v.json"),
                    html = folder.file("v.html"), table = folder.file("c.csv"),
                    document = folder.file("c.json");
  std::filesystem::create_directories(rows);
  write_small_trace(trace);
  write_bytes(csv, page);
  program_end end = run_scansim({"gpu", "correlate", rows});
  CHECK(end.status == 2);
  CHECK(end.error_lines() == 1);
  REQUIRE(run_scansim({"gpu", "import", "--ncu", csv, "--json", record, "--trace", trace, "--precision",
                       "fp32", "--device", "NVIDIA H200"})
              .status == 0);
  REQUIRE(run_scansim({"compare", trace, "--config", "tiny", "--json", verdict, "--rungs", "ref,hls,fast",
                       "--allow-uncompared"})
              .status == 0);
  end = run_scansim({"gpu", "correlate", rows, "--csv", table, "--json", document});
  CAPTURE(end.out, end.err);
  REQUIRE(end.status == 0);
  CHECK(end.out.find("datasheet h200-sxm") != std::string::npos);
  CHECK(json::parse(read_bytes(document))["calls"][0]["rows"].size() == 2);
  CHECK(read_bytes(table).find("\nimported,") == std::string::npos);  // behind the call's columns
  CHECK(read_bytes(table).find(",imported,NVIDIA H200,scan,fp32,ncu,") != std::string::npos);
  CHECK(run_scansim({"gpu", "correlate", rows, "--outlier", "101"}).status == 2);
  CHECK(run_scansim({"gpu", "correlate", rows, "--trace", "another"}).status == 2);
  end = run_scansim({"report", verdict, "--html", html, "--correlate", rows});
  CAPTURE(end.err);
  REQUIRE(end.status == 0);
  CHECK(read_bytes(html).find("\"correlation\":{") != std::string::npos);
  CHECK(read_bytes(html).find("\"label\":\"simulated\"") != std::string::npos);
  std::filesystem::remove(record);
  std::filesystem::copy(verdict, rows + "/v.json");
  CHECK(run_scansim({"gpu", "correlate", rows}).status == 4);  // nothing measured
  write_bytes(rows + "/x.json", "{");
  end = run_scansim({"gpu", "correlate", rows});
  CHECK(end.status == 2);
  CHECK(end.error_lines() == 1);
  CHECK(end.err.find("x.json") != std::string::npos);
}

TEST_CASE("cli gpu import describes the call of any operator that has kernels", "[system][cli]") {
  const temporary_folder folder;
  const std::string trace = folder.file("t.safetensors"), csv = folder.file("raw.csv"),
                    profile = folder.file("p.json");
  REQUIRE(
      run_scansim({"trace", "generate", "--shape", "mamba2-130m", "--length", "8", "--out", trace}).status ==
      0);
  write_bytes(csv, page);
  REQUIRE(
      run_scansim({"gpu", "import", "--ncu", csv, "--json", profile, "--trace", trace, "--precision", "bf16"})
          .status == 0);
  const gpu_profile read = load_gpu_profile(profile);
  CHECK(read.trace.op == "ssd");
  CHECK(read.trace.length == 8);
  CHECK(read.work->bytes > 0);
}

TEST_CASE("cli gpu import asks how many calls the launches of a decode trace are", "[system][cli]") {
  const temporary_folder folder;
  const std::string trace = folder.file("t.safetensors"), torch = folder.file("t.json"),
                    profile = folder.file("p.json");
  REQUIRE(run_scansim({"trace", "generate", "--channels", "4", "--states", "8", "--length", "2", "--decode",
                       "--h0", "--out", trace})
              .status == 0);
  write_bytes(torch, torch_text());
  std::vector<std::string> arguments = {"gpu",   "import",  "--pytorch", torch,      "--json",
                                        profile, "--trace", trace,       "--kernel", "scan"};
  const program_end end = run_scansim(arguments);
  CAPTURE(end.err);
  CHECK(end.status == 2);
  CHECK(end.err.find("--calls: expected how many calls the file holds: one of ") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(profile));
  arguments.insert(arguments.end(), {"--calls", "1"});
  REQUIRE(run_scansim(arguments).status == 0);
  CHECK(load_gpu_profile(profile).find_metric("time")->value == 42);
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
