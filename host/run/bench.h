// How fast the rungs simulate, of any operator, one after the other in this process: a trace, or a generated
// scan.
//   cycles_per_s = machine cycles / wall time,   work_per_s = work / wall time, from start to done;
//   work: state updates B L D N of a scan, MACs of the gemm unit of every other operator
// Without a length the generated scan is as long as the slowest rung simulates in about ten seconds. A rung
// that a tool builds runs once, and the time to build it is apart; the others run several times and their
// median counts. Contract: as run.h; results are not compared.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/run/bench_speed.h"
#include "host/run/run_observer.h"
#include "host/run/run_request.h"
#include "sim/rungs/rung.h"
#include "traces/generate.h"

namespace scansim {

struct bench_request {
  design_request design;
  std::string trace_path;          // empty: a generated scan
  generate_request scan;           // its seed is that of the random memory model too
  std::vector<std::string> rungs;  // empty: every machine
  std::string memory;              // empty: the design point's
};

struct bench_ratio {
  // "systemc_over_rtl", of one work per second: neighbours among the rungs with outputs, and one without over
  // the one above it.
  std::string name;
  std::optional<double> ratio;  // absent: one of the two did not run
};

struct bench_result {
  design_point point;
  std::string memory_model;
  std::string trace_path;  // empty: generated
  generate_request scan;   // as generated, with its length
  std::string work;        // "state updates" or "MAC"
  std::vector<rung_speed> speeds;
  std::vector<bench_ratio> ratios;
  std::optional<double> build_s;  // of the rungs that a tool builds
};

bench_result bench(const bench_request& request, run_observer& observer,
                   std::span<const rung> ladder = rung_list());

nlohmann::json to_json(const bench_result& result);
std::string bench_text(const bench_result& result);

}  // namespace scansim
