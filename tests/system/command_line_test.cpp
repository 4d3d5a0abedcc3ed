// Malformed command lines and design points: exit status 2 and one line that names the culprit.
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "tests/support/places.h"
#include "tests/system/program_run.h"
#include "tests/system/shell_run.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {
namespace {

struct bad_call {
  std::vector<std::string> arguments;  // TRACE and DIR are replaced
  std::string named;                   // must appear in the message
};

const std::vector<bad_call> bad_calls = {
    {{}, "subcommand"},
    {{"frobnicate"}, "frobnicate"},
    {{"--frobnicate"}, "frobnicate"},
    {{"compare"}, "trace"},
    {{"compare", "TRACE"}, "--config"},
    {{"compare", "--config", "tiny"}, "trace"},
    {{"compare", "TRACE", "extra", "--config", "tiny"}, "extra"},
    // A second command would hide the status of the first.
    {{"compare", "TRACE", "--config", "tiny", "--rungs", "ref", "version"}, "version"},
    {{"trace", "verify", "TRACE", "config", "list"}, "config"},
    {{"compare", "TRACE", "--config"}, "--config"},
    {{"compare", "TRACE", "--config", "huge"}, "huge"},
    {{"compare", "TRACE", "--config", ""}, "expected"},
    {{"compare", "TRACE", "--config", "../tiny"}, "../tiny"},
    {{"compare", "TRACE", "--config", "DIR/none.yaml"}, "none.yaml"},
    {{"compare", "TRACE", "--config", "tiny", "--config", "base"}, "--config"},
    {{"compare", "DIR/none.safetensors", "--config", "tiny"}, "none.safetensors"},
    {{"compare", "DIR", "--config", "tiny"}, "file"},
    {{"compare", "TRACE", "--config", "tiny", "--rungs", "hls,gls"}, "--rungs"},
    {{"compare", "TRACE", "--config", "tiny", "--rungs", ""}, "--rungs"},
    {{"compare", "TRACE", "--config", "tiny", "--rungs"}, "--rungs"},
    {{"compare", "TRACE", "--config", "tiny", "--rungs", "hls", "--memory", "sram"}, "--memory"},
    {{"compare", "TRACE", "--config", "tiny", "--rungs", "hls", "--memory", ""}, "--memory"},
    {{"compare", "TRACE", "--config", "tiny", "--rungs", "hls", "--seed", "-1"}, "--seed"},
    {{"compare", "TRACE", "--config", "tiny", "--rungs", "hls", "--seed", "seven"}, "--seed"},
    {{"compare", "TRACE", "--config", "tiny", "--rungs", "hls", "--seed", "99999999999999999999999"},
     "--seed"},
    {{"compare", "TRACE", "--config", "tiny", "--rungs", "hls", "--seed", "1.5"}, "--seed"},
    {{"compare", "TRACE", "--config", "tiny", "--rungs", "hls", "--wave", "DIR/out.fst"}, "--wave"},
    {{"compare", "TRACE", "--config", "tiny", "--rungs", "hls", "--json", "DIR"}, "--json"},
    {{"compare", "TRACE", "--config", "tiny", "--rungs", "hls", "--json", "DIR/none/out.json"}, "--json"},
    {{"compare", "TRACE", "--config", "tiny", "--rungs", "rtl", "--wave", "DIR/none/out.fst"}, "--wave"},
    {{"compare", "TRACE", "--config", "tiny", "--rungs", "hls", "--csv", "TRACE"}, "--csv"},
    {{"run", "TRACE", "--config", "tiny"}, "--rung"},
    {{"run", "TRACE", "--config", "tiny", "--rung", "fpga"}, "fpga"},
    {{"run", "TRACE", "--config", "tiny", "--rung", "gpu", "--gpu", "guessed"}, "--gpu"},
    {{"compare", "TRACE", "--config", "tiny", "--gpu", ""}, "--gpu"},
    {{"compare", "TRACE", "--config", "tiny", "--gpu", "recorded", "--rungs", "gpu"}, "--gpu"},
    {{"compare", "TRACE", "--config", "tiny", "--gpu-precision", "fp64"}, "--gpu-precision"},
    {{"compare", "TRACE", "--config", "tiny", "--gpu-model", "voodoo2"}, "voodoo2"},
    {{"compare", "TRACE", "--config", "tiny", "--gpu-model", "DIR/none.yaml"}, "none.yaml"},
    {{"run", "TRACE", "--config", "tiny", "--rung", "hls,rtl"}, "hls,rtl"},
    {{"compare", "TRACE", "--confg", "tiny"}, "found '--confg tiny'"},
    {{"run", "TRACE", "--config", "tiny", "--rungs=hls"}, "found '--rungs=hls'"},
    {{"trace", "generate", "--shape", "unit", "--outt", "DIR/o.safetensors"}, "found '--outt"},
    {{"cache", "clear", "--older-than", "x"}, "--older-than: expected a number in 0..36500, found 'x'"},
    {{"sweep", "run", "s.yaml", "--out", "DIR/s", "--jobs", "0x4"},
     "--jobs: expected a number in 0..256, found '0x4'"},
    {{"compare", "TRACE", "--config", "tiny", "--timeline", "DIR/t.json", "--timeline-events", "0999"},
     "--timeline-events: expected a number of at least 1000, found '0999'"},
    {{"trace"}, "subcommand"},
    {{"trace", "paint"}, "paint"},
    {{"trace", "info"}, "trace"},
    {{"trace", "info", "DIR/none.safetensors"}, "none.safetensors"},
    {{"trace", "info", "/dev/zero"}, "/dev/zero"},
    {{"trace", "verify", "DIR/none.safetensors"}, "none.safetensors"},
    {{"trace", "generate", "--shape", "unit"}, "--out"},
    {{"trace", "generate", "--shape", "nonsense", "--out", "DIR/o.safetensors"}, "nonsense"},
    {{"trace", "generate", "--out", "DIR/o.safetensors"}, "--shape"},
    {{"trace", "generate", "--shape", "unit", "--length", "0x", "--out", "DIR/o.safetensors"}, "--length"},
    {{"trace", "generate", "--shape", "unit", "--length", "-5", "--out", "DIR/o.safetensors"}, "expected"},
    {{"trace", "generate", "--shape", "unit", "--length", "99999999999999999999", "--out",
      "DIR/o.safetensors"},
     "--length"},
    {{"trace", "generate", "--shape", "unit", "--seed", "-3", "--out", "DIR/o.safetensors"}, "--seed"},
    {{"trace", "generate", "--shape", "unit", "--batch", "0", "--out", "DIR/o.safetensors"}, "expected"},
    {{"trace", "generate", "--shape", "unit", "--groups", "3", "--out", "DIR/o.safetensors"}, "expected"},
    {{"trace", "generate", "--shape", "unit", "--states", "257", "--out", "DIR/o.safetensors"}, "256"},
    {{"trace", "generate", "--shape", "unit", "--length", "4000000000000", "--out", "DIR/o.safetensors"},
     "expected"},
    {{"trace", "generate", "--shape", "unit", "--out", "DIR/none/o.safetensors"}, "--out"},
    {{"trace", "generate", "--shape", "unit", "--out", "DIR"}, "--out"},
    {{"trace", "capture", "--model", "TRACE", "--text", "TRACE", "--layer", "0"}, "--out"},
    {{"trace", "capture", "--model", "TRACE", "--text", "TRACE", "--layer", "0", "--out",
      "DIR/o.safetensors"},
     "TRACE"},
    {{"trace", "capture", "--model", "MODEL", "--text", "DIR/none", "--layer", "0", "--out", "DIR/o"},
     "none"},
    {{"trace", "capture", "--model", "MODEL", "--text", "TRACE", "--layer", "99", "--out", "DIR/o"},
     "--layer"},
    {{"trace", "capture", "--model", "MODEL", "--text", "TRACE", "--layer", "-1", "--out", "DIR/o"},
     "--layer"},
    {{"trace", "capture", "--model", "MODEL", "--text", "TRACE", "--layer", "0", "--length", "0", "--out",
      "DIR/o"},
     "--length"},
    {{"trace", "capture", "--model", "MODEL", "--text", "TEXT", "--layer", "0", "--length", "99999999",
      "--out", "DIR/o"},
     "--length"},
    {{"trace", "capture", "--model", "MODEL", "--text", "TRACE", "--layer", "0", "--out", "DIR/o"},
     "expected a text, found a safetensors file"},
    {{"trace", "capture", "--model", "MODEL", "--layer", "0", "--out", "DIR/o"}, "--tokens"},
    {{"trace", "capture", "--model", "MODEL", "--text", "TEXT", "--tokens", "TEXT", "--layer", "0", "--out",
      "DIR/o"},
     "--tokens"},
    {{"trace", "capture", "--model", "MODEL", "--tokens", "TEXT", "--layer", "0", "--out", "DIR/o"},
     "integers"},
    {{"trace", "capture", "--model", "MODEL", "--text", "TRACE", "--layer", "0", "--decode-steps", "-2",
      "--out", "DIR/o"},
     "--decode-steps"},
    {{"trace", "capture", "--model", "MODEL", "--text", "TRACE", "--layer", "0", "--no-hadamard", "--out",
      "DIR/o"},
     "--no-hadamard"},
    {{"config"}, "subcommand"},
    {{"config", "show"}, "config"},
    {{"config", "show", "huge"}, "huge"},
    {{"config", "show", "tiny", "--set", "num_lanes"}, "num_lanes"},
    {{"config", "show", "tiny", "--set", "num_lanes="}, "num_lanes"},
    {{"config", "show", "tiny", "--set", "num_lanes=three"}, "num_lanes"},
    {{"config", "show", "tiny", "--set", "num_lanes=3"}, "num_lanes"},
    {{"config", "show", "tiny", "--set", "num_lanes=128"}, "num_lanes"},
    {{"config", "show", "tiny", "--set", "lanes=2"}, "lanes"},
    {{"config", "show", "tiny", "--set", "operand_bits=9"}, "operand_bits"},
    {{"config", "show", "tiny", "--set", "memory=tape"}, "memory"},
    {{"config", "show", "tiny", "--set", "technology=steam"}, "technology"},
    {{"config", "show", "tiny", "--set", "clock_mhz=0"}, "clock_mhz"},
    {{"config", "show", "tiny", "--set", "clock_mhz=nan"}, "clock_mhz"},
    {{"gpu"}, "subcommand"},
    {{"gpu", "paint"}, "paint"},
    {{"gpu", "import"}, "--ncu"},
    {{"gpu", "import", "--ncu", "TRACE"}, "--json"},
    {{"gpu", "import", "--ncu", "DIR/none.csv", "--json", "DIR/p.json"}, "none.csv"},
    {{"gpu", "import", "--ncu", "DIR", "--json", "DIR/p.json"}, "file"},
    {{"gpu", "import", "--ncu", "TRACE", "--json", "DIR/p.json"}, "the CSV of ncu, found a safetensors file"},
    {{"gpu", "import", "--ncu", "TRACE", "--json", "DIR/none/p.json"}, "--json"},
    {{"gpu", "import", "--ncu", "TRACE", "--json", "DIR"}, "--json"},
    {{"gpu", "import", "--ncu", "TRACE", "--json", "DIR/p.json", "--precision", "fp64"},
     "command line: --precision: expected fp32, fp16, bf16, int8, fp32-int8-state, "
     "fp16-int8-state or bf16-int8-state, found 'fp64'"},
    {{"gpu", "import", "--ncu", "TEXT", "--nsys", "TEXT", "--json", "DIR/p.json"},
     "one of --ncu, --nsys and --pytorch, found 2"},
    {{"gpu", "import", "--nsys", "TRACE", "--json", "DIR/p.json"},
     "the CSV or SQLite of nsys, found a safetensors file"},
    {{"gpu", "import", "--pytorch", "TEXT", "--json", "DIR/p.json"}, "a whole Chrome trace in JSON"},
    {{"gpu", "import", "--ncu", "TEXT", "--json", "DIR/p.json", "--calls", "0"}, "--calls"},
    {{"gpu", "import", "--ncu", "TEXT", "--json", "DIR/p.json", "--launch", "1,,2"}, "--launch"},
    {{"gpu", "import", "--ncu", "TEXT", "--json", "DIR/p.json", "--decimal-mark", ";"}, "--decimal-mark"},
    {{"gpu", "import", "--list"}, "--pytorch"},
    {{"bench"}, "--config"},
    {{"bench", "--config", "tiny", "--rungs", "ref"}, "--rungs"},
    {{"bench", "--config", "tiny", "--rungs", "hls", "--shape", "nonsense"}, "nonsense"},
    {{"bench", "--config", "tiny", "--rungs", "hls", "--length", "-4"}, "expected"},
    {{"bench", "--config", "tiny", "--rungs", "hls", "--json", "DIR/none/b.json"}, "--json"},
    {{"accuracy"}, "--model"},
    {{"accuracy", "--model", "byte-mamba"}, "--format"},
    {{"accuracy", "--model", "gpt", "--format", "float"}, "gpt"},
    {{"accuracy", "--model", "TRACE", "--format", "float"}, "t.safetensors"},
    {{"accuracy", "--model", "byte-mamba", "--format", "W7A8"}, "--format"},
    {{"accuracy", "--model", "byte-mamba", "--format", "W8A8", "--pattern", "3:5"}, "--pattern"},
    {{"accuracy", "--model", "byte-mamba", "--format", "W8A8", "--config", "huge"}, "huge"},
    {{"accuracy", "--model", "byte-mamba", "--format", "W8A8", "--json", "DIR"}, "--json"},
    {{"accuracy", "--model", "byte-mamba", "--format", "W8A8", "--ablation", "--pattern", "2:4"},
     "--ablation"},
    {{"accuracy", "--model", "byte-mamba", "--format", "W8A8", "--ablation", "--state-pattern", "2:4"},
     "--ablation"},
    {{"accuracy", "--model", "digits-vim", "--format", "W8A8", "--ablation"}, "--ablation"},
    {{"accuracy", "--model", "digits-vim", "--format", "float", "--bytes", "9"}, "--bytes"},
    {{"sparsify"}, "model"},
    {{"sparsify", "MODEL"}, "--pattern"},
    {{"sparsify", "MODEL", "--pattern", "2:4"}, "--out"},
    {{"sparsify", "MODEL", "--pattern", "4:2", "--out", "DIR/o.safetensors"}, "--pattern"},
    {{"sparsify", "MODEL", "--pattern", "2:4", "--out", "DIR"}, "--out"},
    {{"sparsify", "MODEL", "--pattern", "2:4", "--out", "DIR/none/o.safetensors"}, "--out"},
    {{"sparsify", "DIR/none.safetensors", "--pattern", "2:4", "--out", "DIR/o"}, "none.safetensors"},
    {{"sparsify", "TRACE", "--pattern", "2:4", "--out", "DIR/o.safetensors"}, "t.safetensors"},
    {{"sparsify", "MODEL", "--pattern", "2:4", "--layers", "9", "--out", "DIR/o.safetensors"}, "--layers"},
    {{"sparsify", "MODEL", "--pattern", "2:4", "--method", "activation", "--out", "DIR/o"}, "--method"},
    {{"compare", "TRACE", "--config", "tiny", "--one", "1", "--two=2", "three"},
     "found '--one 1 --two=2 three'"},
    // A name that somebody forgot in a list.
    {{"compare", "TRACE", "--config", "tiny", "--rungs", "ref,,hls"},
     "--rungs: expected a value between commas"},
    {{"compare", "TRACE", "--config", "tiny", "--rungs", "ref,hls,"}, "found none in 'ref,hls,'"},
    {{"compare", "TRACE", "--config", "tiny", "--rungs", ","}, "--rungs"},
    {{"compare", "TRACE", "--config", "tiny", "--rungs", "ref", ",hls"}, "--rungs"},
    {{"compare", "TRACE", "--config", "tiny", "--rungs", "ref", "--fail-on", "quantisation,,blind-check"},
     "--fail-on"},
    {{"compare", "TRACE", "--config", "tiny", "--rungs", "ref", "--fail-on", "quantisation,speed"},
     "--fail-on"},
    {{"bench", "--config", "tiny", "--rungs", "hls,,systemc"}, "--rungs"},
    {{"sparsify", "MODEL", "--pattern", "2:4", "--layers", "0,,1", "--out", "DIR/o.safetensors"}, "--layers"},
    {{"sparsify", "MODEL", "--pattern", "2:4", "--layers", "0,x", "--out", "DIR/o.safetensors"}, "--layers"},
    {{"regress", "run", "smoke", "--tag", "scan,,gemm", "--out", "DIR/r"}, "--tag"},
    {{"regress", "run", "smoke", "--test", "a,", "--out", "DIR/r"}, "--test"},
    {{"gpu", "record", "TRACE", "--precision", "fp32,,bf16", "--out", "DIR/r"}, "--precision"},
    {{"trace", "generate", "--operator", "scan_sets", "--channels", "4", "--states", "2", "--grid", "2x2",
      "--sets", "raster;;raster", "--out", "DIR/o.safetensors"},
     "set"},
    {{"trace", "generate", "--operator", "scan_sets", "--channels", "4", "--states", "2", "--grid", "2x2",
      "--sets", "raster;", "--out", "DIR/o.safetensors"},
     "set"},
    {{"trace", "generate", "--operator", "scan_sets", "--channels", "4", "--states", "2", "--grid", "2x2",
      "--sets", "raster/raster/raster/", "--out", "DIR/o.safetensors"},
     "map"},
    {{"area"}, "--config"},
    {{"area", "--config", "huge"}, "huge"},
};

std::string replaced(std::string text, const temporary_folder& folder) {
  const std::pair<std::string, std::string> words[] = {
      {"TRACE", folder.file("t.safetensors")},
      {"MODEL", test::source_dir() + "/models/nn/byte-mamba.safetensors"},
      {"TEXT", test::source_dir() + "/models/nn/heldout.txt"},
      {"DIR", folder.path().string()}};
  for (const auto& [word, path] : words)
    if (text.starts_with(word)) return path + text.substr(word.size());
  return text;
}

size_t files_below(const temporary_folder& folder) {
  return static_cast<size_t>(std::distance(std::filesystem::recursive_directory_iterator(folder.path()), {}));
}

}  // namespace

TEST_CASE("cli refuses malformed command lines with status 2 and one line", "[unit][cli]") {
  const temporary_folder folder;
  write_small_trace(folder.file("t.safetensors"));
  for (const bad_call& call : bad_calls) {
    std::vector<std::string> arguments;
    std::string line;
    for (const std::string& argument : call.arguments) {
      arguments.push_back(replaced(argument, folder));
      line += " " + arguments.back();
    }
    CAPTURE(line);
    const program_end end = run_scansim(arguments);
    CAPTURE(end.err, end.out);
    CHECK(end.status == 2);
    CHECK(end.error_lines() == 1);
    CHECK(end.err.find(replaced(call.named, folder)) != std::string::npos);
    CHECK(files_below(folder) == 1);
  }
}

TEST_CASE("cli takes decimal numbers with zeros in front for what they are", "[unit][cli]") {
  const temporary_folder folder;
  const auto bytes = [&](const std::string& length, const std::string& seed) {
    const std::string path = folder.file("n.safetensors");
    const program_end end = run_scansim(
        {"trace", "generate", "--shape", "unit", "--length", length, "--seed", seed, "--out", path});
    CAPTURE(length, seed, end.err);
    CHECK(end.status == 0);
    return read_bytes(path);
  };
  const std::string wanted = bytes("10", "12");
  CHECK(bytes("010", "012") == wanted);  // no octal numbers, as `seq -w` would otherwise be
  CHECK(bytes("0010", "0000000012") == wanted);
  CHECK(bytes("08", "00") == bytes("8", "0"));
}

TEST_CASE("cli takes a file for a file whatever its name is", "[unit][cli]") {
  const shell_folder folder;
  for (const char* name :
       {"run",    "sweep", "compare", "help", "version", "info", "ref", "-x", "--json",
        "-",      "--",    "a b",     " a ",  "'",       "\"",   "*",   "\\", "日本.safetensors",
        "x.yaml", "\n"}) {
    const std::string file = name;
    CAPTURE(file);
    write_bytes(folder.file(file), read_bytes(folder.file("t.safetensors")));
    std::string quoted = "$'";
    for (const char c : file)
      quoted += c == '\n' ? "\\n" : c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    quoted += "'";
    for (const std::string& call :
         {"compare --config tiny --rungs ref,hls -- " + quoted,
          "compare --rungs ref,hls --config tiny -- " + quoted, "run --config tiny --rung hls -- " + quoted,
          "trace info -- " + quoted, "trace verify -- " + quoted}) {
      const program_end end = folder.run("$S " + call);
      CAPTURE(call, end.err);
      CHECK(end.status == 0);
    }
    if (file[0] == '-') continue;
    CHECK(folder.run("$S compare " + quoted + " --config tiny --rungs ref,hls").status == 0);
    CHECK(folder.run("$S compare --config tiny --rungs ref,hls " + quoted).status == 0);
    CHECK(folder.run("$S trace verify " + quoted).status == 0);
  }
}

TEST_CASE("cli refuses malformed design point files with status 2 and one line", "[unit][cli]") {
  const temporary_folder folder;
  const std::string path = folder.file("p.yaml");
  const std::string good = read_bytes(test::source_dir() + "/models/configs/tiny.yaml");
  const auto check = [&](const std::string& text, const std::string& named) {
    write_bytes(path, text);
    const program_end end = run_scansim({"config", "show", path});
    CAPTURE(text, named, end.err);
    CHECK(end.status == 2);
    CHECK(end.error_lines() == 1);
    CHECK(end.err.find(named) != std::string::npos);
  };
  const auto edited = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
  };
  check("", "p.yaml");
  check("[1, 2", "p.yaml");
  check("- 1\n- 2\n", "p.yaml");
  check("just text", "p.yaml");
  check(std::string("\0\1\2", 3), "p.yaml");
  check(edited("num_lanes: 1 ", "num_lanes: [1]"), "num_lanes");
  check(edited("num_lanes: 1 ", "num_lanes: "), "num_lanes");
  check(edited("num_lanes: 1 ", "num_lanes: 1e9 "), "num_lanes");
  check(edited("num_lanes: 1 ", "num_lanes: 99999999999999999999 "), "num_lanes");
  check(edited("num_lanes: 1 ", "extra: 1\nnum_lanes: 1 "), "extra");
  check(edited("num_lanes: 1 ", "num_lanes: 1\nnum_lanes: 1 "), "num_lanes");
  check(edited("memory: ideal", "memory: {a: 1}"), "memory");
  check(good.substr(good.find("num_lanes")), "clock_mhz");
}

TEST_CASE("cli help names every subcommand and gives an example", "[unit][cli]") {
  const program_end all = run_scansim({"--help"});
  CHECK(all.status == 0);
  for (const char* name :
       {"compare", "run", "trace", "config", "bench", "area", "gpu", "accuracy", "sparsify"}) {
    CAPTURE(name);
    CHECK(all.out.find(name) != std::string::npos);
    const program_end one = run_scansim({name, "--help"});
    CHECK(one.status == 0);
    CHECK(one.out.find("Example: scansim " + std::string(name)) != std::string::npos);
  }
  for (const char* name : {"info", "generate", "capture", "verify"}) {
    const program_end one = run_scansim({"trace", name, "--help"});
    CAPTURE(name, one.out);
    CHECK(one.status == 0);
    CHECK(one.out.find("Example: scansim trace " + std::string(name)) != std::string::npos);
  }
  for (const char* name : {"record", "import", "info"}) {
    const program_end one = run_scansim({"gpu", name, "--help"});
    CAPTURE(name, one.out);
    CHECK(one.status == 0);
    CHECK(one.out.find("Example: scansim gpu " + std::string(name)) != std::string::npos);
  }
  CHECK(run_scansim({"--version"}).out.find("scansim ") == 0);
}

}  // namespace scansim::test
