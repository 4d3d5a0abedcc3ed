// What ran is named by digest, against what the program was built beside; the line that reproduces a run is
// complete: copied into a shell that knows nothing of this one, it shows the same.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/places.h"
#include "tests/system/program_run.h"
#include "tests/system/shell_run.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/scan_trace.h"
#include "traces/sha256.h"

namespace scansim::test {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

// A data folder of its own, in a path with a space.
std::string copied_data(const shell_folder& folder) {
  const fs::path data = folder.file("my data");
  for (const char* part : {"models/configs", "models/energy", "models/gpu", "sim/mem/parameters", "sim/cosim",
                           "rtl", "traces/gpu"}) {
    fs::create_directories(data / part);
    fs::copy(fs::path(source_dir()) / part, data / part,
             fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  }
  return data.string();
}

void append(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::app) << text; }

std::string line_of(const std::string& text, const std::string& begin) {
  const size_t at = text.find(begin);
  REQUIRE(at != std::string::npos);
  return text.substr(at + begin.size(), text.find('\n', at) - at - begin.size());
}

std::string wrong_trace(const shell_folder& folder) {
  const std::string trace = folder.file("it's wrong.safetensors");
  write_small_trace(trace);
  scan_tensors wrong = load_scan_trace(trace).tensors;
  wrong.expect_y[9] += 1;
  write_scan_trace(trace, wrong);
  return trace;
}

}  // namespace

TEST_CASE("cli compare prints a line that reproduces the run in another shell", "[system][cli]") {
  const shell_folder folder;
  const std::string data = copied_data(folder), trace = wrong_trace(folder), json = folder.file("r.json");
  // The one design point of this name is in that data folder.
  fs::copy(data + "/models/configs/tiny.yaml", data + "/models/configs/mine.yaml");
  const program_end end = folder.run(
      "$S compare \"$T\" --config mine --memory latency --set chunk_tokens=16 "
      "--rungs ref,hls --json r.json",
      {"SCANSIM_DATA=" + data, "T=" + trace});
  CAPTURE(end.out, end.err);
  REQUIRE(end.status == 1);
  const std::string line = line_of(end.out, "reproduce: ");
  CHECK(nlohmann::json::parse(read_bytes(json)).at("reproduce") == line);
  const program_end again = folder.run("cd /; unset SCANSIM_CACHE; " + line);
  CAPTURE(line, again.out, again.err);
  CHECK(again.status == 1);
  CHECK(line_of(again.out, "ref disagrees with recorded") == line_of(end.out, "ref disagrees with recorded"));
  CHECK_THAT(again.out, Contains("memory latency"));
}

TEST_CASE("cli compare names digests, and sources that are not those of the revision", "[system][cli]") {
  const shell_folder folder;
  const std::string data = copied_data(folder), json = folder.file("r.json");
  const auto compared = [&] {
    const program_end end = folder.run("$S compare t.safetensors --config tiny --rungs ref,hls --json r.json",
                                       {"SCANSIM_DATA=" + data});
    CHECK(end.status == 0);
    return std::pair(end.out, nlohmann::json::parse(read_bytes(json)).at("scansim"));
  };
  const auto [text, facts] = compared();
  const bool changed_here =
      facts.at("data").at("differs_from_revision") || facts.at("rtl").at("differs_from_revision");
  CHECK(changed_here == (text.find("differs from the revision") != std::string::npos));
  CHECK(facts.at("data").at("as_built") == true);
  CHECK(facts.at("rtl").at("as_built") == true);
  CHECK(facts.at("data").at("folder") == data);
  append(data + "/rtl/scan/ssm_scan_serial.sv", "// touched\n");
  const auto [rtl_text, rtl_facts] = compared();
  CHECK_THAT(rtl_text, Contains("rtl " + rtl_facts.at("rtl").at("sha256").get<std::string>().substr(0, 12) +
                                " (differs from the revision)"));
  CHECK(rtl_facts.at("rtl").at("differs_from_revision") == true);
  CHECK(rtl_facts.at("data").at("as_built") == true);
  CHECK(rtl_facts.at("rtl").at("sha256") != facts.at("rtl").at("sha256"));
  append(data + "/models/energy/asic7-hbm2.csv", "\n");
  const auto [data_text, data_facts] = compared();
  CHECK_THAT(data_text,
             Contains("data " + data_facts.at("data").at("sha256").get<std::string>().substr(0, 12) +
                      " (differs from the revision)"));
}

TEST_CASE("cli compare names the Verilated library that ran", "[system][cli][rtl]") {
  const shell_folder folder;
  const std::string trace = folder.file("t.safetensors"), json = folder.file("r.json");
  write_small_trace(trace);
  CHECK(run_scansim({"compare", trace, "--config", "tiny", "--rungs", "hls,rtl", "--json", json}).status ==
        0);
  const std::string named = nlohmann::json::parse(read_bytes(json)).at("scansim").at("library_sha256");
  bool found = false;
  for (const auto& entry : fs::directory_iterator(rtl_cache()))
    if (const fs::path library = entry.path() / "librtl.so"; fs::exists(library))
      found |= sha256_of_file(library.string()) == named;
  CHECK(found);
}

TEST_CASE("cli compare with the rtl rung asks each tool for its version once", "[system][cli][rtl]") {
  const shell_folder folder;
  const program_end end = folder.run(
      R"(export PLAIN=$PATH ASKED=$PWD/asked; mkdir tools; cat >tools/verilator <<'END'
#!/bin/sh
tool=${0##*/}
[ "$*" = --version ] && echo $tool >>$ASKED
PATH=$PLAIN exec $tool "$@"
END
chmod +x tools/verilator; cp tools/verilator tools/g++
PATH=$PWD/tools:$PLAIN $S compare t.safetensors --config tiny --rungs hls,rtl --json r.json)");
  CHECK(end.status == 0);
  CHECK(read_bytes(folder.file("asked")) == "verilator\ng++\n");
  const auto versions = nlohmann::json::parse(read_bytes(folder.file("r.json"))).at("tool_versions");
  CHECK_THAT(versions.at("verilator").get<std::string>(), Contains("Verilator"));
}

}  // namespace scansim::test
