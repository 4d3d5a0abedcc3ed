// Runs with a timeline for its tests: what a rung kept of a trace, and its file read back.
#pragma once
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "host/run/run.h"
#include "host/timeline/timeline_json.h"
#include "tests/support/places.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/generate.h"
#include "traces/scan_trace.h"

namespace scansim::test {

struct timeline_case {
  std::string trace, config, memory;
  std::vector<std::string> overrides = {};
  bool fused = true;
};

inline run_result timeline_run(const timeline_case& one, const std::vector<std::string>& rungs,
                               const timeline_request& asked = {},
                               std::span<const rung> ladder = rung_list()) {
  run_request request;
  request.trace_path = one.trace;
  request.design = {one.config, one.overrides};
  request.memory = one.memory;
  request.seed = 5;
  request.program.fused = one.fused;
  request.rungs = rungs;
  request.timeline_path = "asked for";
  request.timeline = asked;
  run_observer silent;
  return run(request, silent, ladder);
}

// The file of a run's timeline, as its bytes.
inline std::string timeline_bytes(const temporary_folder& folder, const run_result& result) {
  REQUIRE(result.timeline != nullptr);
  write_timeline(folder.file("timeline"), *result.timeline,
                 {result.trace_sha256, result.operator_name, result.point.name, result.memory_model,
                  result.point.clock_mhz, result.seed});
  return read_bytes(folder.file("timeline"));
}

// A small scan, several tiles and chunks of it.
inline std::string scan_in(const temporary_folder& folder, bool decode = false, bool reverse = false) {
  generate_request scan;
  scan.channels = 10, scan.states = 12, scan.length = decode ? 5 : 50, scan.batch = 2;
  scan.decode = decode, scan.reverse = reverse, scan.with_h0 = true;
  const std::string path = folder.file(decode ? "decode" : reverse ? "reverse" : "scan");
  write_scan_trace(path, generate_scan(scan));
  return path;
}

}  // namespace scansim::test
