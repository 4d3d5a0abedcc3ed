// `scansim bench`: simulation speed of the rungs on one generated trace, one after the other in this process.
//   cycles_per_s = machine cycles / wall time, state_updates_per_s = B L D N / wall time, from start to done
// With --trace: the block program of that trace (bench_program.h). Without --length the trace is as long as
// rtl simulates in about ten seconds. Building the rtl library is reported apart. hls and systemc run several
// times and their median counts; rtl runs once.
#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "host/cli/bench_program.h"
#include "host/cli/interruption.h"
#include "host/cli/ladder.h"
#include "host/cli/option_checks.h"
#include "host/cli/rung_runner.h"
#include "host/cli/subcommand.h"
#include "host/driver/scan_driver.h"
#include "host/quantise/calibrate.h"
#include "host/quantise/quantise.h"
#include "host/report/git_revision.h"
#include "host/report/output_file.h"
#include "host/report/text_table.h"
#include "sim/cosim/rtl_build.h"
#include "traces/generate.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

using nlohmann::json;

constexpr double rtl_target_s = 10;
const std::vector<std::string> bench_rungs = {"hls", "systemc", "rtl"};

struct bench_request {
  design_request design;
  generate_request trace;
  std::vector<std::string> rungs = bench_rungs;
  std::string memory, json_path;
  std::string trace_path;  // of an operator; empty: a generated scan
};

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

quantised_scan make_scan(const generate_request& request, const design_point& point) {
  const scan_tensors tensors = generate_scan(request);
  return quantise(tensors, calibrate(tensors, widths_of(point)));
}

class bench_run {
 public:
  bench_run(const bench_request& request, progress_display& progress)
      : request_(request),
        progress_(progress),
        point_(load_design(request.design)),
        options_{checked_memory(request.memory, point_), request.trace.seed, ""} {}

  void run();
  json to_json() const;
  std::string text() const;

 private:
  bool runs(const std::string& rung) const {
    return std::find(request_.rungs.begin(), request_.rungs.end(), rung) != request_.rungs.end();
  }
  int64_t length_for_rtl(scan_driver& driver);
  rung_speed measure(const std::string& rung, scan_driver& driver) const;
  double updates_per_s(const std::string& rung) const;
  json ratios() const;

  const bench_request& request_;
  progress_display& progress_;
  design_point point_;
  device_options options_;
  generate_request trace_;
  quantised_scan scan_;
  std::vector<rung_speed> speeds_;
  double rtl_build_s_ = 0;
};

// Whole chunks, from the speed on the two first ones.
int64_t bench_run::length_for_rtl(scan_driver& driver) {
  progress_.begin_step("rtl: trial run");
  generate_request trial = request_.trace;
  trial.length = 2 * point_.chunk_tokens;
  const double wall_s = driver.run(make_scan(trial, point_)).wall_s;
  const double chunks = rtl_target_s / wall_s * 2;
  return point_.chunk_tokens * std::clamp(static_cast<int64_t>(chunks), int64_t{2}, int64_t{1024});
}

void bench_run::run() {
  std::unique_ptr<device> rtl;
  const interruption_guard guard;  // every long step below asks
  trace_ = request_.trace;
  if (runs("rtl")) {
    progress_.begin_step("rtl");
    const auto begin = std::chrono::steady_clock::now();
    rtl = make_rung_device("rtl", point_, options_, progress_.callback());
    rtl_build_s_ = seconds_since(begin);
    scan_driver driver(*rtl, point_);
    if (trace_.length == 0) trace_.length = length_for_rtl(driver);
  }
  progress_.begin_step("generating the trace");
  trace_.length = resolve_shape(trace_).length;
  scan_ = make_scan(trace_, point_);
  for (const std::string& rung : bench_rungs) {
    if (!runs(rung)) continue;
    progress_.begin_step(rung);
    const auto machine = rung == "rtl" ? std::move(rtl) : make_rung_device(rung, point_, options_, {});
    scan_driver driver(*machine, point_);
    speeds_.push_back(measure(rung, driver));
  }
}

rung_speed bench_run::measure(const std::string& rung, scan_driver& driver) const {
  const scan_shape& shape = scan_.shape;
  rung_speed speed;
  speed.rung = rung;
  speed.work = static_cast<double>(shape.batch * shape.length * shape.channels * shape.states);
  measure_speed(speed, [&] {
    const scan_result result = driver.run(scan_);
    throw_if_interrupted();
    if (has_time(rung)) speed.cycles = result.counters[counter_index("machine", "cycles")];
    return result.wall_s;
  });
  return speed;
}

double bench_run::updates_per_s(const std::string& rung) const {
  for (const rung_speed& speed : speeds_)
    if (speed.rung == rung) return speed.work_per_s();
  return 0;
}

// A ratio is of state updates per second, which every rung has; between systemc and rtl it is that of cycles
// too.
json bench_run::ratios() const {
  json object = json::object();
  const auto add = [&](const char* name, const char* fast, const char* slow) {
    object[name] = runs(fast) && runs(slow) ? json(updates_per_s(fast) / updates_per_s(slow)) : json();
  };
  add("systemc_over_rtl", "systemc", "rtl");
  add("hls_over_systemc", "hls", "systemc");
  return object;
}

std::string cpu_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

// The head of the JSON form: the same for both kinds of bench.
json bench_head(const design_point& point, const std::string& memory) {
  double load[3] = {0, 0, 0};
  const bool known = getloadavg(load, 3) == 3;
  return {{"schema_version", 1},
          {"scansim", {{"revision", git_revision()}, {"dirty", git_dirty()}}},
          {"design_point", scansim::to_json(point)},
          {"memory_model", memory},
          {"machine",
           {{"cpu", cpu_name()},
            {"cores", std::thread::hardware_concurrency()},
            {"load_average", known ? json{load[0], load[1], load[2]} : json()},
            {"compiler", __VERSION__}}}};
}

json bench_run::to_json() const {
  json object = bench_head(point_, options_.memory_model);
  object["trace"] = generation_provenance(trace_);
  object["rungs"] = json::object();
  object["ratios"] = ratios();
  object["rtl_build_s"] = runs("rtl") ? json(rtl_build_s_) : json();
  object["trace"]["length"] = trace_.length;
  for (const rung_speed& speed : speeds_)
    object["rungs"][speed.rung] = {{"runs", speed.runs},
                                   {"wall_s", speed.wall_s},
                                   {"cycles", speed.cycles ? json(*speed.cycles) : json()},
                                   {"cycles_per_s", speed.cycles ? json(speed.cycles_per_s()) : json()},
                                   {"state_updates_per_s", speed.work_per_s()}};
  return object;
}

std::string bench_run::text() const {
  text_table table({"<rung", "runs", "wall", "cycles", "cycles/s", "state updates/s"});
  for (const rung_speed& speed : speeds_)
    table.add_row({speed.rung, std::to_string(speed.runs), with_si_prefix(speed.wall_s, "s"),
                   speed.cycles ? std::to_string(*speed.cycles) : "-",
                   speed.cycles ? with_si_prefix(speed.cycles_per_s()) : "-",
                   with_si_prefix(speed.work_per_s())});
  const json object = to_json();
  std::string text =
      fmt::format("design point {}, memory {}, shape {}, {} tokens; {}, {} cores, load average {}\n",
                  point_.name, options_.memory_model, trace_.shape, trace_.length, cpu_name(),
                  std::thread::hardware_concurrency(), object["machine"]["load_average"][0].dump());
  text += table.text();
  for (const auto& [name, ratio] : object["ratios"].items())
    if (ratio.is_number()) text += fmt::format("{}: {:.1f}\n", name, ratio.get<double>());
  if (runs("rtl"))
    text += fmt::format("building the rtl library (or finding it in the cache): {:.1f} s\n", rtl_build_s_);
  return text;
}

int run_bench_of_trace(const bench_request& request, progress_display& progress) {
  const design_point point = load_design(request.design);
  const std::string memory = checked_memory(request.memory, point);
  const interruption_guard guard;
  const program_bench bench =
      bench_program(request.trace_path, point, request.rungs, {memory, request.trace.seed, ""}, progress);
  if (!request.json_path.empty()) {
    json object = bench_head(point, memory);
    object.update(to_json(bench));
    write_file_atomically(request.json_path, object.dump(2) + "\n");
  }
  progress.begin_step("");
  fmt::print("design point {}, memory {}, trace {}\n{}", point.name, memory, request.trace_path,
             text_of(bench));
  return status_agree;
}

int run_bench(const bench_request& request) {
  check_output_path("--json", request.json_path);
  for (const std::string& rung : request.rungs)
    if (std::find(bench_rungs.begin(), bench_rungs.end(), rung) == bench_rungs.end())
      throw input_error("command line", "--rungs", "some of hls, systemc, rtl", "'" + rung + "'");
  progress_display progress(false);
  if (!request.trace_path.empty()) return run_bench_of_trace(request, progress);
  bench_run bench(request, progress);
  bench.run();
  if (!request.json_path.empty()) {
    const interruption_guard guard;
    write_file_atomically(request.json_path, bench.to_json().dump(2) + "\n");
  }
  progress.begin_step("");
  fmt::print("{}", bench.text());
  return status_agree;
}

}  // namespace

command_action add_bench(CLI::App& app) {
  auto request = std::make_shared<bench_request>();
  request->trace.shape = "mamba-130m";
  add_design_options(app, request->design);
  app.add_option("--shape", request->trace.shape, "Shape of the trace (see trace generate)")
      ->capture_default_str();
  app.add_option("--length", request->trace.length, "Tokens; default: as many as rtl simulates in about 10 s")
      ->check(whole_number<int64_t>);
  app.add_option("--seed", request->trace.seed, "Seed of the trace and of the random memory model")
      ->check(whole_number<uint64_t>)
      ->capture_default_str();
  app.add_option("--memory", request->memory, "Memory model; default: the design point's")->check(not_empty);
  app.add_option("--trace", request->trace_path,
                 "An operator or mamba_block trace instead of a generated scan")
      ->check(not_empty);
  app.add_option("--rungs", request->rungs, "Some of hls, systemc, rtl, comma separated; default: all")
      ->delimiter(',');
  app.add_option("--json", request->json_path, "Writes the result to this file");
  return [request] { return run_bench(*request); };
}

}  // namespace scansim
