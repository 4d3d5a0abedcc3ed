#include "host/cli/ladder.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "host/cli/difference_text.h"
#include "host/cli/gpu_rung.h"
#include "host/cli/interruption.h"
#include "host/cli/rung_runner.h"
#include "host/driver/scan_driver.h"
#include "host/quantise/calibrate.h"
#include "host/quantise/quantise.h"
#include "models/configs/data_directory.h"
#include "models/ref/relative_mse.h"
#include "models/ref/selective_scan_ref.h"
#include "sim/cosim/tool_process.h"

namespace scansim {
namespace {

bool is_machine(const std::string& rung) { return rung != "ref" && rung != "gpu"; }

class ladder_run {
 public:
  ladder_run(const scan_job& job, progress_display& progress) : job_(job), progress_(progress) {}

  ladder_outcome run() {
    describe_run();
    if (job_.rungs.front() == "ref") run_ref();
    if (runs("gpu")) run_gpu();
    if (is_machine(job_.rungs.back())) run_machines();
    return std::move(outcome_);
  }

 private:
  void describe_run();
  void run_ref();
  void run_gpu();
  void run_machines();
  void run_machine(const std::string& rung);
  void compare_with_ref(rung_result& entry, const scan_result& result);
  void compare_with_rung_above(rung_result& entry, const scan_result& result);
  bool runs(const std::string& rung) const {
    return std::find(job_.rungs.begin(), job_.rungs.end(), rung) != job_.rungs.end();
  }

  const scan_job& job_;
  progress_display& progress_;
  ladder_outcome outcome_;
  quantised_scan scan_;
  std::vector<double> quantised_y_;  // of ref on the quantised inputs; empty: ref does not run
  scan_output reference_;
  std::string above_;  // the integer rung above, empty for the first
  scan_result above_result_;
};

void ladder_run::describe_run() {
  run_result& result = outcome_.result;
  const scan_shape& shape = job_.trace.tensors.shape;
  result.point = job_.point;
  result.memory_model = job_.memory;
  result.seed = job_.seed;
  result.trace_path = job_.trace.path;
  result.trace_sha256 = job_.trace.sha256;
  result.tokens = static_cast<uint64_t>(shape.batch * shape.length);
  result.state_updates = result.tokens * static_cast<uint64_t>(shape.channels * shape.states);
  result.tool_versions["compiler"] = __VERSION__;
  if (runs("rtl")) result.tool_versions["verilator"] = tool_output({"verilator", "--version"});
}

void ladder_run::run_ref() {
  progress_.begin_step("ref");
  rung_result entry;
  entry.rung = "ref";
  const auto begin = std::chrono::steady_clock::now();
  reference_ = selective_scan_ref(job_.trace.tensors);
  entry.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const expect_comparison comparison =
      compare_to_expect(reference_, job_.trace.tensors, job_.trace.tolerance.value_or(expect_tolerance{}));
  if (comparison.present()) entry.compared_with = "recorded";
  entry.agree = comparison.agree();
  entry.finding = expect_text(comparison, job_.trace.tensors.shape);
  outcome_.result.rungs.push_back(entry);
}

void ladder_run::run_gpu() {
  progress_.begin_step("gpu");
  const auto begin = std::chrono::steady_clock::now();
  const gpu_sources sources =
      gpu_sources_here([this](const std::string& what) { progress_.begin_step("gpu: " + what); });
  rung_result entry = run_gpu_rung(job_.trace, job_.gpu, sources, runs("ref") ? &reference_ : nullptr);
  if (entry.gpu->label == "live")
    entry.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  outcome_.result.rungs.push_back(std::move(entry));
}

void ladder_run::run_machines() {
  progress_.begin_step("choosing scales");
  scan_ = quantise(job_.trace.tensors, scales_for(job_.trace, job_.point));
  if (runs("ref")) {
    progress_.begin_step("ref on the quantised inputs");
    quantised_y_ = selective_scan_ref(dequantise(scan_)).y;
    outcome_.result.quantisation_relative_mse = relative_mse(quantised_y_, reference_.y);
  }
  for (const std::string& rung : job_.rungs)
    if (is_machine(rung)) run_machine(rung);
}

void ladder_run::run_machine(const std::string& rung) {
  progress_.begin_step(rung);
  rung_result entry;
  entry.rung = rung;
  scan_result result;
  {
    std::optional<interruption_guard> guard;  // only rtl asks now and then, and leaves something to clean up
    if (rung == "rtl") guard.emplace();
    const wave_file waves(rung == "rtl" ? job_.wave_path : "");
    const auto machine = make_rung_device(rung, job_.point, {job_.memory, job_.seed, waves.partial_path()},
                                          progress_.callback());
    progress_.begin_step(rung);
    result = scan_driver(*machine, job_.point).run(scan_);
  }
  throw_if_interrupted();
  entry.counters = named_counters(result.counters, job_.point);
  entry.output_sha256 = result.y_sha256;
  entry.state_sha256 = result.h_last_sha256;
  entry.wall_s = result.wall_s;
  outcome_.result.compulsory_bytes = result.compulsory_bytes;
  if (has_time(rung)) {
    entry.cycles = result.counters[counter_index("machine", "cycles")];
    entry.energy = estimate_energy(entry.counters, job_.point,
                                   load_cost_table(job_.point.technology, energy_directory()));
  }
  if (above_.empty())
    compare_with_ref(entry, result);
  else
    compare_with_rung_above(entry, result);
  outcome_.result.rungs.push_back(entry);
  above_ = rung;
  above_result_ = std::move(result);
}

void ladder_run::compare_with_ref(rung_result& entry, const scan_result& result) {
  if (quantised_y_.empty()) return;
  const double error = relative_mse(dequantise(result.y, scan_.scales.frac_y), quantised_y_);
  const bool binding = job_.point.operand_bits == 8 && job_.point.output_bits == 16;
  if (entry.rung == "hls") outcome_.result.hls_vs_ref_relative_mse = error;
  entry.compared_with = "ref";
  entry.agree = !binding || error <= hls_relative_mse_bar;
  entry.finding =
      fmt::format("relative MSE {:.3g} on the same quantised inputs, {} {:.0e}", error,
                  binding ? "bar" : "reported only; the bar at 8-bit operands and 16-bit outputs is",
                  hls_relative_mse_bar);
}

void ladder_run::compare_with_rung_above(rung_result& entry, const scan_result& result) {
  const bool timed = has_time(entry.rung) && has_time(above_);
  const scan_tensors& tensors = job_.trace.tensors;
  scan_difference difference = first_difference(above_result_, result, tensors.shape, tensors.options.reverse,
                                                timed ? compared_counters::all : compared_counters::none)
                                   .value_or(scan_difference{});
  if (!timed) difference.counter = first_event_difference(above_result_, result);
  entry.compared_with = above_;
  entry.agree = !difference.tensor && !difference.counter;
  if (!entry.agree) {
    entry.finding = difference_text(difference, above_, entry.rung);
    outcome_.counters_only = !difference.tensor && timed;
  } else {
    entry.finding = timed ? "every bit, cycle and counter equal" : "every bit and event equal";
  }
}

}  // namespace

scan_scales scales_for(const scan_trace& trace, const design_point& point) {
  for (const scan_scales& scales : trace.scales)
    if (scales.operand_bits == point.operand_bits && scales.state_bits == point.state_bits &&
        scales.output_bits == point.output_bits)
      return scales;
  return calibrate(trace.tensors, widths_of(point));
}

ladder_outcome run_ladder(const scan_job& job, progress_display& progress) {
  return ladder_run(job, progress).run();
}

}  // namespace scansim
