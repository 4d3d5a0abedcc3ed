// Traces of gemm, conv1d, hadamard, rms_norm and mamba_block through the program: generate, info, verify,
// compare, run, and every refusal.
#include <catch2/catch.hpp>
#include <cstring>

#include "tests/support/places.h"
#include "tests/system/program_run.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {
namespace {

using nlohmann::json;
using arguments = std::vector<std::string>;

arguments generate(const std::string& name, const std::string& path) {
  arguments a = {"trace", "generate", "--operator", name, "--seed", "7", "--expect", "--out", path};
  const auto add = [&](const arguments& more) { a.insert(a.end(), more.begin(), more.end()); };
  if (name == "gemm") add({"--rows", "9", "--inner", "64", "--columns", "12", "--pattern", "2:4"});
  if (name == "conv1d") add({"--channels", "6", "--length", "20", "--state"});
  if (name == "hadamard") add({"--rows", "3", "--size", "96"});
  if (name == "rms_norm") add({"--rows", "5", "--size", "64"});
  if (name == "mamba_block")
    add({"--model-width", "32", "--channels", "64", "--states", "8", "--length", "24", "--pattern", "2:4",
         "--state-pattern", "2:4", "--state-groups", "2"});
  return a;
}

void check_one_line(const program_end& end, const std::string& named) {
  CAPTURE(end.out, end.err, named);
  CHECK(end.status == 2);
  CHECK(end.error_lines() == 1);
  CHECK(end.err.find(named) != std::string::npos);
}

const arguments names = {"gemm", "conv1d", "hadamard", "rms_norm", "mamba_block"};

}  // namespace

TEST_CASE("cli operators are generated, described, verified and compared on ref and hls", "[system][cli]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors"), verdict = folder.file("v.json");
  for (const std::string& name : names) {
    CAPTURE(name);
    REQUIRE(run_scansim(generate(name, path)).status == 0);
    const program_end info = run_scansim({"trace", "info", path});
    REQUIRE(info.status == 0);
    CHECK(json::parse(info.out)["operator"] == name);
    CHECK(run_scansim({"trace", "verify", path}).status == 0);
    const program_end end = run_scansim({"compare", path, "--config", "tiny", "--json", verdict});
    CAPTURE(end.out, end.err);
    REQUIRE(end.status == 0);
    const json result = json::parse(read_bytes(verdict));
    CHECK(result["verdict"] == "agree");
    CHECK(result["trace"]["operator"] == name);
    CHECK(result["trace"]["sha256"] == json::parse(info.out)["sha256"]);
    CHECK(result["rungs"].size() == 2);
    CHECK(result["rungs"]["ref"]["compared_with"] == "recorded");
    const json& hls = result["rungs"]["hls"];
    CHECK(hls["compared_with"] == "ref");
    CHECK(hls["output_sha256"].get<std::string>().size() == 64);
    CHECK(hls["bound"]["largest_share"].get<double>() <= 1);
    CHECK(hls["traffic"]["compulsory_bytes"] == result["trace"]["compulsory_bytes"]);
    CHECK(hls["counters"][name]["outputs"].get<uint64_t>() > 0);
    CHECK(result["errors"]["hls_vs_ref"]["relative_mse"].get<double>() < 0.01);
    // The block's out_proj is pruned only when it is quantised.
    const double most = name == "mamba_block" ? 0.3 : 0.02;
    CHECK(result["errors"]["quantisation"]["relative_mse"].get<double>() < most);
    if (name == "gemm") CHECK(hls["storage"]["index_bytes"] == 12 * 16 * 3 / 8);
    const program_end hls_alone = run_scansim({"run", path, "--config", "tiny", "--rung", "hls"});
    CHECK(hls_alone.status == 0);
  }
}

TEST_CASE("cli operators refuse the rungs and options they do not have", "[system][cli]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors"), verdict = folder.file("v.json");
  for (const std::string& name : names) {
    REQUIRE(run_scansim(generate(name, path)).status == 0);
    const auto compare = [&](const arguments& more) {
      arguments a = {"compare", path, "--config", "tiny", "--json", verdict};
      a.insert(a.end(), more.begin(), more.end());
      return run_scansim(a);
    };
    // tiny is a machine for the scan alone.
    for (const char* rung : {"systemc", "rtl"}) {
      const std::string why = "design point tiny has no units for " + name + ": its gemm_depth is 0";
      check_one_line(compare({"--rungs", std::string("ref,hls,") + rung}), why);
      check_one_line(compare({"--rungs", rung}), why);
      check_one_line(run_scansim({"run", path, "--config", "tiny", "--rung", rung}), rung);
    }
    for (const char* source : {"live", "recorded"}) {
      if (name == "conv1d") continue;  // there is one
      check_one_line(compare({"--rungs", "ref,gpu", "--gpu", source}),
                     "there is no kernel of operator " + name);
    }
    if (name != "mamba_block") check_one_line(compare({"--unfused"}), "a trace of operator mamba_block");
    check_one_line(compare({"--rungs", "verilog"}), "--rungs");
    check_one_line(compare({"--wave", folder.file("w.fst")}), "--wave");
    check_one_line(compare({"--csv", folder.file("csv")}), "--csv");
    check_one_line(compare({"--rungs", "ref", "--switching"}), "--switching: expected");
    check_one_line(compare({"--memory", "none-such"}), "--memory");
    check_one_line(run_scansim({"compare", path, "--config", "none-such"}), "none-such");
    CHECK_FALSE(std::filesystem::exists(verdict));
  }
}

TEST_CASE("cli operators have a gpu rung, modelled from the least work of the call", "[system][cli]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors"), verdict = folder.file("v.json");
  for (const std::string& name : names) {
    CAPTURE(name);
    REQUIRE(run_scansim(generate(name, path)).status == 0);
    const program_end end = run_scansim({"compare", path, "--config", "tiny", "--rungs", "ref,gpu,hls",
                                         "--gpu", "modelled", "--json", verdict});
    CAPTURE(end.out, end.err);
    REQUIRE(end.status == 0);
    const json result = json::parse(read_bytes(verdict));
    const json& gpu = result["rungs"]["gpu"];
    CHECK(gpu["label"] == "modelled");
    CHECK(gpu["time_us"]["median"].get<double>() > 0);
    CHECK(gpu["compared_with"].is_null());
    CHECK(result["rungs"]["hls"]["compared_with"] == "ref");
  }
}

TEST_CASE("cli operators run a block without rotation on every rung, fused or not", "[system][cli][rtl]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors"), verdict = folder.file("v.json");
  // 40 channels: neither whole words nor a Hadamard size.
  REQUIRE(run_scansim({"trace", "generate", "--operator", "mamba_block", "--model-width", "32", "--channels",
                       "40", "--states", "8", "--length", "50", "--pattern", "2:4", "--no-hadamard",
                       "--expect", "--out", path})
              .status == 0);
  for (const bool fused : {true, false}) {
    arguments a = {"compare", path, "--config", "block-tiny", "--json", verdict, "--memory", "random"};
    if (!fused) a.push_back("--unfused");
    const program_end end = run_scansim(a);
    CAPTURE(end.out, end.err, fused);
    REQUIRE(end.status == 0);
    const json result = json::parse(read_bytes(verdict));
    CHECK(result["rungs"].size() == 4);
    const json& unit = result["rungs"]["rtl"]["counters"]["hadamard_fwht"];
    CHECK(unit["add_ops"] == 0);
    CHECK(unit["y_write_bits"] == 8 * 50 * 48);
  }
}

TEST_CASE("cli operators climb the whole ladder on a design point with units", "[system][cli][rtl]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors"), verdict = folder.file("v.json");
  for (const std::string& name : names) {
    CAPTURE(name);
    REQUIRE(run_scansim(generate(name, path)).status == 0);
    const program_end end = run_scansim({"compare", path, "--config", "block-tiny", "--json", verdict,
                                         "--csv", folder.file("csv"), "--memory", "random", "--seed", "3"});
    CAPTURE(end.out, end.err);
    REQUIRE(end.status == 0);
    const json result = json::parse(read_bytes(verdict));
    CHECK(result["rungs"]["systemc"]["compared_with"] == "hls");
    CHECK(result["rungs"]["rtl"]["compared_with"] == "systemc");
    CHECK(result["rungs"]["rtl"]["cycles"] == result["rungs"]["systemc"]["cycles"]);
    const json& traffic = result["rungs"]["rtl"]["traffic"];
    uint64_t read = 0, written = 0;
    for (const auto& [tensor, bytes] : traffic["tensors"].items()) {
      read += bytes["bytes_read"].get<uint64_t>();
      written += bytes["bytes_written"].get<uint64_t>();
    }
    CHECK(traffic["bytes_read"] == read);
    CHECK(traffic["bytes_written"] == written);
    CHECK(result["rungs"]["rtl"]["counters"]["dma"]["dram_read_bytes"] == read);
    CHECK(end.out.find("rtl: bound by ") != std::string::npos);
  }
  const program_end unfused = run_scansim(
      {"compare", path, "--config", "block-tiny", "--rungs", "hls,systemc", "--unfused", "--json", verdict});
  CHECK(unfused.status == 0);
  const json result = json::parse(read_bytes(verdict));
  CHECK(result["fused"] == false);
  CHECK(result["rungs"]["systemc"]["traffic"]["tensors"].contains("spill.u"));
}

TEST_CASE("cli operators with a wrong recorded output disagree and name the element", "[system][cli]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  REQUIRE(run_scansim(generate("gemm", path)).status == 0);
  std::string bytes = read_bytes(path);
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  const auto at = json::parse(bytes.substr(8, length))["expect.y"]["data_offsets"][0].get<size_t>();
  const float wrong = 1000;
  std::memcpy(bytes.data() + 8 + length + at + (2 * 12 + 5) * sizeof wrong, &wrong, sizeof wrong);
  write_bytes(path, bytes);
  const program_end end = run_scansim({"compare", path, "--config", "tiny"});
  CAPTURE(end.out, end.err);
  CHECK(end.status == 1);
  CHECK(end.out.find("y: 1 of 108 elements outside the tolerance of F32 recordings (rtol 0.0006, atol ") !=
        std::string::npos);
  CHECK(end.out.find("another), first at [2, 5]: ref ") != std::string::npos);
  CHECK(run_scansim({"trace", "verify", path}).status == 1);
}

TEST_CASE("cli operators malformed are refused with status 2 and one line", "[system][cli]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors"), verdict = folder.file("v.json");
  REQUIRE(run_scansim(generate("gemm", path)).status == 0);
  const std::string good = read_bytes(path);
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"w: ", with_metadata(good, [](json& m) { m["sparsity"] = "1:4"; })},
      {"sparsity", with_metadata(good, [](json& m) { m["sparsity"] = "3:5"; })},
      {"epilogue", with_metadata(good, [](json& m) { m["epilogue"] = "relu"; })},
      {"weight_format", with_metadata(good, [](json& m) { m["weight_format"] = 8; })},
      {"w.shape", with_header(good,
                              [](json& h) {
                                h["w"]["shape"] = {24, 32};
                              })},
      {"bias", with_header(good, [](json& h) { h["bias"]["dtype"] = "I32"; })},
      {"operator", with_metadata(good, [](json& m) { m["operator"] = "convolution"; })},
      {"expected", good.substr(0, good.size() - 3)},
  };
  for (const auto& [named, bytes] : cases) {
    write_bytes(path, bytes);
    check_one_line(run_scansim({"compare", path, "--config", "tiny", "--json", verdict}), named);
    check_one_line(run_scansim({"trace", "verify", path}), named);
    check_one_line(run_scansim({"trace", "info", path}), named);
    CHECK_FALSE(std::filesystem::exists(verdict));
  }
}

TEST_CASE("cli operators generate refuses options of other operators and sizes that do not fit",
          "[system][cli]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  const auto refused = [&](const std::string& named, arguments a) {
    a.insert(a.begin(), {"trace", "generate", "--out", path, "--operator"});
    check_one_line(run_scansim(a), named);
    CHECK_FALSE(std::filesystem::exists(path));
  };
  refused("--operator", {"matmul"});
  refused("--channels", {"gemm", "--rows", "2", "--inner", "8", "--columns", "2", "--channels", "3"});
  refused("--pattern", {"conv1d", "--channels", "2", "--length", "8", "--pattern", "2:4"});
  refused("--states", {"hadamard", "--rows", "2", "--size", "8", "--states", "4"});
  refused("--state-pattern",
          {"gemm", "--rows", "2", "--inner", "8", "--columns", "2", "--state-pattern", "2:4"});
  refused("--state-groups",
          {"mamba_block", "--model-width", "8", "--channels", "8", "--length", "4", "--state-groups", "2"});
  refused("--state-groups", {"mamba_block", "--model-width", "8", "--channels", "8", "--length", "4",
                             "--state-pattern", "2:4", "--state-groups", "3"});
  refused("--rows", {"selective_scan", "--rows", "2", "--shape", "unit"});
  refused("--rows", {"gemm", "--inner", "8", "--columns", "2"});
  refused("--pattern", {"gemm", "--rows", "2", "--inner", "8", "--columns", "2", "--pattern", "9:8"});
  refused("--size", {"hadamard", "--rows", "2", "--size", "36"});
  refused("--width", {"conv1d", "--channels", "2", "--length", "8", "--width", "9"});
  refused("--eps", {"rms_norm", "--rows", "2", "--size", "8", "--eps", "0"});
  refused("--states",
          {"mamba_block", "--model-width", "8", "--channels", "8", "--length", "4", "--states", "257"});
  refused("--shape", {"mamba_block", "--shape", "vmamba-t-stage1"});
  refused("--states", {"mamba_block", "--shape", "vim-ti", "--states", "0"});
  refused("--size", {"mamba_block", "--model-width", "8", "--channels", "8", "--length", "4", "--size", "8"});
  refused("--no-hadamard", {"hadamard", "--rows", "2", "--size", "8", "--no-hadamard"});
  refused("--model-width", {"mamba_block", "--channels", "8", "--length", "4"});
  refused("K <= 65536", {"gemm", "--rows", "1", "--inner", "65537", "--columns", "1"});
}

TEST_CASE("cli operators generate names the flag whose number does not fit, or that is missing",
          "[system][cli]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  // Each flag that takes a number, in a call that is whole without what it says wrong.
  const std::vector<std::pair<std::string, arguments>> whole = {
      {"selective_scan", {"--channels", "--states", "--length", "--groups", "--batch"}},
      {"scan_sets", {"--channels", "--states", "--length", "--groups", "--batch", "--random-sets"}},
      {"mamba_block", {"--model-width", "--channels", "--length", "--states", "--batch", "--width", "--eps"}},
      {"gemm", {"--rows", "--inner", "--columns"}},
      {"conv1d", {"--channels", "--length", "--width"}},
      {"hadamard", {"--rows", "--size"}},
      {"rms_norm", {"--rows", "--size", "--eps"}},
      {"embedding", {"--rows", "--size", "--vocabulary"}},
  };
  const std::string left_out = "(left out)";
  const auto run = [&](const std::string& name, const arguments& flags, const std::string& odd,
                       const std::string& value) {
    arguments a = {"trace", "generate", "--out", path, "--operator", name};
    for (const std::string& flag : flags)
      if (flag != odd || value != left_out) a.insert(a.end(), {flag, flag == odd ? value : "4"});
    return run_scansim(a);
  };
  for (const auto& [name, flags] : whole)
    for (const std::string& flag : flags) {
      for (const char* value :
           {"0", "-1", "-9223372036854775808", "9223372036854775807", "2147483648", "nan", "inf", "x", ""}) {
        CAPTURE(name, flag, value);
        check_one_line(run(name, flags, flag, value), flag + ": expected ");
      }
      CAPTURE(name, flag);
      const program_end without = run(name, flags, flag, left_out);
      if (without.status != 0) check_one_line(without, flag + ": expected a value");
    }
  CHECK_FALSE(std::filesystem::exists(folder.file("none")));
}

TEST_CASE("cli operators capture a layer of a model of text and of one of images", "[system][cli]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  const std::string nn = test::source_dir() + "/models/nn/";
  const auto capture = [&](const std::string& model, const arguments& more) {
    arguments a = {"trace", "capture", "--operator", "mamba_block", "--layer",
                   "1",     "--out",   path,         "--model",     nn + model + ".safetensors"};
    a.insert(a.end(), more.begin(), more.end());
    return run_scansim(a);
  };
  const arguments text = {"--text", nn + "heldout.txt", "--length", "40"};
  const arguments w4 = {"--weight-format", "w4g128"};
  const arguments images = {"--images", nn + "digits.safetensors", "--image", "5"};
  for (const bool of_text : {true, false}) {
    arguments options = of_text ? text : images;
    if (of_text) options.insert(options.end(), w4.begin(), w4.end());
    REQUIRE(capture(of_text ? "byte-mamba" : "digits-vim", options).status == 0);
    const program_end end = run_scansim({"compare", path, "--config", "block"});
    CAPTURE(end.out, end.err);
    CHECK(end.status == 0);
    CHECK(json::parse(run_scansim({"trace", "info", path}).out)["provenance"]["layer"] == 1);
    std::filesystem::remove(path);
  }
  for (const bool of_text : {true, false}) {
    arguments plain = of_text ? text : images;
    plain.push_back("--no-hadamard");
    REQUIRE(capture(of_text ? "byte-mamba" : "digits-vim", plain).status == 0);
    const json info = json::parse(run_scansim({"trace", "info", path}).out);
    CHECK(info.dump().find("\"hadamard\":false") != std::string::npos);
    const program_end end = run_scansim({"compare", path, "--config", "block", "--rungs", "ref,hls"});
    CAPTURE(end.out, end.err);
    CHECK(end.status == 0);
    std::filesystem::remove(path);
  }
  const auto refused = [&](const std::string& named, const std::string& model, arguments a,
                           const arguments& more = {}) {
    a.insert(a.end(), more.begin(), more.end());
    check_one_line(capture(model, a), named);
    CHECK_FALSE(std::filesystem::exists(path));
  };
  refused("--text", "byte-mamba", {});
  refused("--image", "byte-mamba", text, {"--image", "3"});
  refused("--images", "digits-vim", {});
  refused("--image", "digits-vim", {"--images", nn + "digits.safetensors", "--image", "600"});
  refused("--text", "digits-vim", text);
  refused("--decode-steps", "digits-vim", images, {"--decode-steps", "3"});
  refused("in_proj.weight", "byte-mamba", text, {"--pattern", "2:4"});
  refused("--weight-format", "byte-mamba", text, {"--weight-format", "w4"});
}

TEST_CASE("cli operators capture the four scans of digits-cross, one call where a machine has sets",
          "[system][cli]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors"), nn = source_dir() + "/models/nn/";
  const arguments command = {"trace",    "capture",
                             "--model",  nn + "digits-cross.safetensors",
                             "--images", nn + "digits.safetensors",
                             "--image",  "5",
                             "--layer",  "2",
                             "--out",    path};
  REQUIRE(run_scansim(command).status == 0);
  const json info = json::parse(run_scansim({"trace", "info", path}).out);
  CHECK(info["operator"] == "scan_sets");
  CHECK(info["provenance"]["test_image"] == 5);
  for (const std::string config : {"vision", "edge"}) {
    const program_end end = run_scansim({"compare", path, "--config", config, "--rungs", "ref,hls,systemc"});
    CAPTURE(end.out, end.err);
    CHECK(end.status == 0);
    CHECK((end.out.find("run as scans with sets") != std::string::npos) == (config == "vision"));
  }
  std::filesystem::remove(path);
  const auto refused = [&](const std::string& named, const arguments& more) {
    arguments asked = command;
    asked.insert(asked.end(), more.begin(), more.end());
    check_one_line(run_scansim(asked), named);
    CHECK_FALSE(std::filesystem::exists(path));
  };
  refused("--operator", {"--operator", "mamba_block"});
  refused("--operator", {"--operator", "selective_scan"});
  refused("--text", {"--text", nn + "heldout.txt"});
  refused("--no-hadamard", {"--no-hadamard"});
  check_one_line(
      run_scansim({"trace", "capture", "--operator", "scan_sets", "--model", nn + "digits-vim.safetensors",
                   "--images", nn + "digits.safetensors", "--layer", "0", "--out", path}),
      "--operator");
}

}  // namespace scansim::test
