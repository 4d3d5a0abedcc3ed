// Why a synthesis failed: the first cause that node, the package, Yosys or npm gave, whatever was thrown.
#include "host/area/synthesis_failure.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "host/area/area_report.h"
#include "models/configs/data_directory.h"
#include "tests/support/places.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/input_error.h"

using namespace scansim;
using namespace scansim::test;
namespace fs = std::filesystem;

namespace {

const std::string toy_rtl = source_dir() + "/tests/host/area/toy_rtl";

// What `area` says of a package whose bundle.js is `script`.
std::string said_of(const std::string& script) {
  const temporary_folder folder;
  const std::string package = folder.file("package"), work = folder.file("work");
  fs::create_directories(package + "/gen");
  write_bytes(package + "/gen/bundle.js", script);
  write_bytes(package + "/package.json", R"({"type": "module"})");
  REQUIRE(setenv("SCANSIM_YOSYS", package.c_str(), 1) == 0);
  std::string said;
  try {
    run_area(load_design_point("tiny", config_directory(), {"num_lanes=1"}), toy_rtl, work);
  } catch (const tool_error& error) {
    said = error.what();
  }
  unsetenv("SCANSIM_YOSYS");
  return said;
}

}  // namespace

TEST_CASE("synthesis_failure passes on what JavaScript threw", "[area][negative]") {
  if (std::system("command -v node >/dev/null") != 0) {
    WARN("not run: node is not installed");
    return;
  }
  const auto runs = [](const std::string& body) {
    return "export async function runYosys(args, tree) {" + body + "}";
  };
  const std::pair<std::string, const char*> scripts[] = {
      {"export const x = ;", "ERROR: SyntaxError: Unexpected token ';'"},
      {"import 'no-such-package';", "ERROR: Cannot find package 'no-such-package'"},
      {"export const other = 1;", "ERROR: TypeError: runYosys is not a function"},
      {"throw new RangeError('WebAssembly.instantiate(): Out of memory: Cannot allocate Wasm memory for new "
       "instance');",
       "ERROR: RangeError: WebAssembly.instantiate(): Out of memory: Cannot allocate Wasm memory for new "
       "instance;"},
      {runs("throw new WebAssembly.RuntimeError('unreachable');"), "ERROR: RuntimeError: unreachable"},
      {runs("throw new Error('fetch failed', {cause: new Error('ENOSPC: no space left')});"),
       "ERROR: fetch failed (ENOSPC: no space left)"},
      {runs("throw 'out of tape';"), "ERROR: out of tape"},
      {runs("throw undefined;"), "ERROR: undefined"},
      {runs("throw new Error('');"), "ERROR: no message"},
      {runs("return undefined;"), "ERROR: the tool ended without area.json"},
      {runs("return {};"), "ERROR: the tool ended without area.json"},
      {runs("setTimeout(() => { throw new Error('late'); }, 1); await new Promise(() => {});"),
       "ERROR: late"},
      {runs("console.log('ERROR: Module ssm_x not found'); throw new Error('Exited with status 1');"),
       "ERROR: Module ssm_x not found"},
      {runs("console.log('1. Executing'); console.log('ERROR: the first'); throw new Error('the second');"),
       "ERROR: the first"},
      {runs("process.exit(7);"), "failed with status 7: no message"},
      {runs("process.kill(process.pid, 'SIGKILL'); await new Promise(r => setTimeout(r, 5000));"),
       "no message; ended by signal 9 (Killed)"}};
  for (const auto& [script, expected] : scripts) {
    CAPTURE(script);
    const std::string said = said_of(script);
    CHECK_THAT(said, Catch::Contains("synthesis failed with status "));
    CHECK_THAT(said, Catch::Contains(expected));
    CHECK(said.find('\n') == std::string::npos);
  }
}

TEST_CASE("synthesis_failure reads the first cause of a log", "[area][negative]") {
  const temporary_folder folder;
  const auto cause = [&](const std::string& log, int status = 1) {
    write_bytes(folder.file("log"), log);
    return synthesis_failure(folder.file("log"), status);
  };
  CHECK(cause("") == "no message");
  CHECK(cause("", 137) == "no message; ended by signal 9 (Killed)");
  CHECK(cause("1. Executing\n", 139).starts_with("ended by signal 11"));
  CHECK(cause("<--- Last few GCs --->\nFATAL ERROR: Reached heap limit Allocation failed\n", 134) ==
        "FATAL ERROR: Reached heap limit Allocation failed");
  CHECK(cause("file:///x.mjs:3\nawait error;\n      ^\n\nReferenceError: error is not defined\n    at f\n") ==
        "ReferenceError: error is not defined");
  CHECK(cause("node:internal/errors:496\n\nError [ERR_MODULE_NOT_FOUND]: Cannot find module 'x'\n") ==
        "Error [ERR_MODULE_NOT_FOUND]: Cannot find module 'x'");
  CHECK(cause("ERROR: Exited with status 1\n") == "ERROR: Exited with status 1");

  const auto of_npm = [&](const std::string& log) {
    write_bytes(folder.file("log"), log);
    return npm_failure(folder.file("log"), 1);
  };
  CHECK(of_npm("npm error code ENOTFOUND\nnpm error errno ENOTFOUND\nnpm error network request failed\n") ==
        "npm error network request failed");
  CHECK(of_npm("npm WARN old\nnpm ERR! code E404\nnpm ERR! 404 Not Found - GET x\nnpm ERR! A log\n") ==
        "npm ERR! 404 Not Found - GET x");
  CHECK(of_npm("") == "no message");
}
