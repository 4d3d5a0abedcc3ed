#include "host/cli/bench_program.h"

#include <fmt/format.h>

#include <chrono>

#include "host/cli/interruption.h"
#include "host/cli/rung_runner.h"
#include "host/operators/operator_list.h"
#include "host/report/text_table.h"
#include "traces/calls/selective_scan.h"
#include "traces/input_error.h"
#include "traces/trace.h"

namespace scansim {
namespace {

double cycles_per_s(const program_bench& bench, const std::string& rung) {
  for (const rung_speed& speed : bench.speeds)
    if (speed.rung == rung) return speed.cycles_per_s();
  return 0;
}

rung_speed measure(const std::string& rung, device& machine, const program& built,
                   const design_point& point) {
  rung_speed speed;
  speed.rung = rung;
  measure_speed(speed, [&] {
    const program_result result = run_program(machine, built, point);
    throw_if_interrupted();
    if (has_time(rung)) speed.cycles = result.counters[counter_index("machine", "cycles")];
    speed.work = static_cast<double>(result.counters[counter_index("gemm_nm", "macs")]);
    return result.wall_s;
  });
  return speed;
}

}  // namespace

program_bench bench_program(const std::string& trace_path, const design_point& point,
                            const std::vector<std::string>& rungs, const device_options& options,
                            progress_display& progress) {
  const call_kind* kind = kind_in(trace_path);
  if (kind == nullptr || kind == &selective_scan_kind)
    throw input_error(trace_path, "operator", "gemm, conv1d, hadamard, rms_norm or mamba_block",
                      "another one");
  progress.begin_step("compiling the program");
  const scansim::trace trace = load_trace(trace_path);
  const program built = make_operator_program(*trace.call_, {}, point, trace_path);
  program_bench bench{trace_path, {}, 0};
  for (const std::string& rung : rungs) {
    progress.begin_step(rung);
    const auto begin = std::chrono::steady_clock::now();
    const auto machine = make_rung_device(rung, point, options, progress.callback());
    if (rung == "rtl")
      bench.rtl_build_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    progress.begin_step(rung);
    bench.speeds.push_back(measure(rung, *machine, built, point));
  }
  return bench;
}

nlohmann::json to_json(const program_bench& bench) {
  nlohmann::json object = {{"trace", bench.trace_path}, {"rungs", nlohmann::json::object()}};
  for (const rung_speed& speed : bench.speeds)
    object["rungs"][speed.rung] = {
        {"runs", speed.runs},
        {"wall_s", speed.wall_s},
        {"cycles", speed.cycles ? nlohmann::json(*speed.cycles) : nlohmann::json()},
        {"cycles_per_s", speed.cycles ? nlohmann::json(speed.cycles_per_s()) : nlohmann::json()},
        {"macs_per_s", speed.work_per_s()}};
  const double systemc = cycles_per_s(bench, "systemc"), rtl = cycles_per_s(bench, "rtl");
  object["ratios"]["systemc_over_rtl"] =
      systemc > 0 && rtl > 0 ? nlohmann::json(systemc / rtl) : nlohmann::json();
  return object;
}

std::string text_of(const program_bench& bench) {
  text_table table({"<rung", "runs", "wall", "cycles", "cycles/s", "MAC/s"});
  for (const rung_speed& speed : bench.speeds)
    table.add_row({speed.rung, std::to_string(speed.runs), with_si_prefix(speed.wall_s, "s"),
                   speed.cycles ? std::to_string(*speed.cycles) : "-",
                   speed.cycles ? with_si_prefix(speed.cycles_per_s()) : "-",
                   with_si_prefix(speed.work_per_s())});
  std::string text = table.text();
  const auto ratio = to_json(bench)["ratios"]["systemc_over_rtl"];
  if (ratio.is_number()) text += fmt::format("systemc_over_rtl: {:.1f}\n", ratio.get<double>());
  if (bench.rtl_build_s > 0)
    text +=
        fmt::format("building the rtl library (or finding it in the cache): {:.1f} s\n", bench.rtl_build_s);
  return text;
}

}  // namespace scansim
