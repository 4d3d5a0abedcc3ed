#include "host/run/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>

#include "host/program/scan/scan_formula.h"
#include "host/run/difference.h"
#include "host/run/first_difference.h"
#include "host/run/gpu_rung.h"
#include "host/run/kept_outputs.h"
#include "host/run/machine_rung.h"
#include "host/run/reference.h"
#include "host/run/reproduction.h"
#include "host/run/run_warnings.h"
#include "host/run/rung_choice.h"
#include "host/run/source_digest.h"
#include "host/run/wall_time.h"
#include "host/run/wider_states.h"
#include "host/timeline/timeline_difference.h"
#include "models/configs/data_directory.h"
#include "sim/rungs/device_memory.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

class ladder_run {
 public:
  ladder_run(const run_request& request, run_observer& observer, std::span<const rung> ladder,
             const case_loader& load)
      : request_(request), observer_(observer), load_([&request, load](const design_point& point) {
          return load ? load(request.trace_path, point) : load_case(request.trace_path, point);
        }) {
    check_rung_names(request, ladder);
    result_.point = load_design(request.design);
    result_.memory_model = checked_memory(request.memory, result_.point);
    observer_.begin_step("reading " + request.trace_path);
    call_ = load_(result_.point);
    rungs_ = chosen_rungs(request, result_.point, call_->facts(), ladder);
    check_gpu();
    waves_.emplace(request.wave_path, observer);
  }

  run_result run() {
    describe_run();
    for (size_t at = 0; at < rungs_.size(); ++at) {
      observer_.begin_step(rungs_[at]->name);
      rung_result entry = run_rung(at);
      entry.rung = rungs_[at]->name;
      if (request_.keep_outputs) keep(entry, *rungs_[at]);
      result_.rungs.push_back(std::move(entry));
    }
    if (!result_.agree()) result_.reproduce = reproduction(request_, rungs_, result_, off_arithmetic_);
    return std::move(result_);
  }

 private:
  rung_result run_rung(size_t at) {
    switch (rungs_[at]->source) {
      case rung_source::reference:
        return run_reference();
      case rung_source::gpu:
        return run_gpu();
      case rung_source::machine:
        break;
    }
    return run_machine(at);
  }

  void check_gpu();
  memory_bandwidth memory_peak() const;
  void describe_run();
  rung_result run_reference();
  rung_result run_gpu();
  rung_result run_machine(size_t at);
  void run_arithmetic(rung_result& entry, size_t at, const golden_result& golden);
  void run_device(rung_result& entry, const rung& row);
  void keep(rung_result& entry, const rung& row);
  machine_setting setting();
  void take_formula();
  void take_timeline(const rung& row, const activity_log& log);
  std::optional<std::string> timelines_differ(const rung& above, const rung& row) const;
  void finish_waves(const program_result& run);
  void locate(rung_result& entry, const rung& above, const rung& row);
  void compare(rung_result& entry, size_t at);
  void judge(rung_result& entry, const rung& row, const std::vector<named_integers>& outputs);
  std::string why_too_coarse(const bound_verdict& verdict);
  void warn(std::vector<run_warning> warnings) {
    for (run_warning& one : warnings) result_.warnings.push_back(std::move(one));
  }
  bool has(rung_source source) const {
    return std::any_of(rungs_.begin(), rungs_.end(), [&](const rung* one) { return one->source == source; });
  }

  const run_request& request_;
  run_observer& observer_;
  const case_at_point load_;  // the call, for a design point
  run_result result_;
  std::unique_ptr<operator_case> call_;
  std::vector<const rung*> rungs_;
  std::vector<named_reals> reference_;             // empty: no reference among the rungs
  std::map<const rung*, program_result> results_;  // of machines
  std::map<const rung*, std::shared_ptr<const run_timeline>> timelines_;
  std::optional<wave_file> waves_;
  const rung* off_arithmetic_ = nullptr;  // the rung whose machine and arithmetic differ
};

void ladder_run::check_gpu() {
  if (!has(rung_source::gpu)) return;
  check_gpu_choice(request_.gpu);
  if (const scan_trace* trace = call_->kernel_call()) gpu_call_of(*trace)->check(precision_of(request_.gpu));
}

memory_bandwidth ladder_run::memory_peak() const {
  return peak_bandwidth(result_.memory_model, memory_parameters_of(result_.point, request_.seed));
}

void ladder_run::describe_run() {
  const call_facts facts = call_->facts();
  result_.seed = request_.seed;
  result_.sources = sources_here();
  result_.trace_path = facts.path;
  result_.trace_sha256 = facts.sha256;
  result_.operator_name = facts.operator_name;
  result_.tokens = facts.tokens;
  const bool on_machines = std::any_of(rungs_.begin(), rungs_.end(), [](const rung* one) {
    return one->source == rung_source::machine && !is_untimed_arithmetic(*one);
  });
  if (has(rung_source::machine)) result_.limits = call_->limits();
  // The arithmetic of a whole block is not measured by its scans.
  if (on_machines || !facts.needs_units) result_.state_updates = facts.state_updates;
  result_.macs = facts.macs;
  result_.bandwidth = memory_peak();
  if (on_machines && facts.needs_units) {
    result_.fused = request_.program.fused;
    result_.z_first = request_.program.z_first;
  }
  result_.tool_versions["compiler"] = __VERSION__;
  result_.command = command_line(request_, names_of(rungs_), request_.wave_path);
  if (!request_.timeline_path.empty()) result_.command += timeline_options(request_, request_.timeline_path);
}

rung_result ladder_run::run_reference() {
  rung_result entry;
  const auto begin = std::chrono::steady_clock::now();
  reference_result found = scansim::run_reference(*call_);
  reference_ = std::move(found.outputs);
  entry.wall_s = seconds_since(begin);
  const expect_verdict& verdict = found.verdict;
  if (verdict.present) entry.compared_with = "recorded";
  entry.agree = verdict.agree;
  entry.finding = verdict.finding;
  result_.recorded_scan_mse = verdict.scan, result_.recorded_h_last_mse = verdict.h_last;
  warn(warnings_of("ref", verdict));
  return entry;
}

rung_result ladder_run::run_gpu() {
  const auto begin = std::chrono::steady_clock::now();
  const gpu_sources sources =
      gpu_sources_here([this](const std::string& what) { observer_.begin_step("gpu: " + what); });
  rung_result entry = run_gpu_rung(*call_, request_.gpu, sources, reference_.empty() ? nullptr : &reference_);
  if (entry.gpu->label == "live") entry.wall_s = seconds_since(begin);
  return entry;
}

rung_result ladder_run::run_machine(size_t at) {
  const rung& row = *rungs_[at];
  observer_.begin_step("choosing scales");
  call_->quantise();
  observer_.begin_step(row.name);
  rung_result entry;
  const auto begin = std::chrono::steady_clock::now();
  const auto golden = is_untimed_arithmetic(row) ? call_->golden() : std::nullopt;
  if (golden) {
    entry.wall_s = seconds_since(begin);
    run_arithmetic(entry, at, *golden);
  } else {
    run_device(entry, row);
    compare(entry, at);
  }
  if (is_untimed_arithmetic(row)) {
    entry.scales = facts_of(call_->scales());
    entry.storage = facts_of(call_->storage());
  }
  return entry;
}

void ladder_run::run_arithmetic(rung_result& entry, size_t at, const golden_result& golden) {
  const rung& row = *rungs_[at];
  describe_arithmetic(entry, *call_, golden);
  result_.compulsory_bytes = sum_of(entry.traffic).compulsory_bytes;
  if (!reference_.empty()) judge(entry, row, golden.outputs);
  // No machine is compared with this one, and nobody wants its states.
  if (at + 1 == rungs_.size() && !request_.keep_outputs && !request_.switching) return;
  observer_.begin_step(std::string(row.name) + ": the machine");
  rung_result on_machine;
  run_device(on_machine, row);
  entry.switching = on_machine.switching, entry.gates = on_machine.gates;
  auto difference =
      output_difference(*call_, {"arithmetic", golden.outputs}, {row.name, results_[&row].outputs});
  if (!difference && on_machine.state_sha256 != golden.state_sha256) difference = "the final state differs";
  if (!difference) return;
  entry.agree = false;
  entry.finding += (entry.finding.empty() ? "" : "; ") + ("program on its machine: " + *difference);
  off_arithmetic_ = &row;
}

machine_setting ladder_run::setting() {
  return {result_.point,
          result_.memory_model,
          request_.seed,
          &*waves_,
          request_.program,
          request_.waves,
          {},
          request_.most_cycles,
          request_.rtl_build,
          request_.switching};
}

void ladder_run::run_device(rung_result& entry, const rung& row) {
  machine_setting chosen = setting();
  std::optional<activity_log> log;
  if (row.activity && !request_.timeline_path.empty())
    chosen.activity = {log.emplace().descriptor(), request_.timeline.window, request_.timeline.most};
  results_[&row] = run_machine_rung(entry, *call_, row, chosen, observer_);
  if (log) take_timeline(row, *log);
  if (row.time == rung_time::cycles) take_formula();
  if (const std::optional<device_library>& library = results_[&row].library) {
    result_.sources->library_sha256 = library->sha256;
    if (row.tool != nullptr) result_.tool_versions[row.tool] = library->tool_version;
  }
  if (row.waves && waves_->wanted()) finish_waves(results_[&row]);
  result_.compulsory_bytes = sum_of(entry.traffic).compulsory_bytes;
}

void ladder_run::take_formula() {
  design_point point = result_.point;
  point.memory = result_.memory_model;
  const auto found = scan_formula_of(call_->compiled(request_.program), point);
  if (!found) return;
  const scan_costs& c = found->costs;
  result_.formula = {found->cycles,
                     {{"compute", c.compute},
                      {"read", c.read},
                      {"write", c.write},
                      {"pipe", c.pipe},
                      {"latency", c.latency}},
                     c.binding()};
}

void ladder_run::take_timeline(const rung& row, const activity_log& log) {
  const program& made = call_->compiled(request_.program);
  result_.timeline = nullptr;
  result_.lost_timeline.clear();
  try {
    result_.timeline = std::make_shared<const run_timeline>(
        make_timeline(log.starts(made.runs.size()), made, result_.point, request_.timeline));
  } catch (const tool_error& error) {
    result_.lost_timeline = request_.timeline_path + ": not written: " + error.what();
    return;
  }
  const run_timeline& kept = *(timelines_[&row] = result_.timeline);
  if (kept.events == 0)
    result_.lost_timeline =
        fmt::format("{}: not written: the run has {} cycles, --timeline-cycles begins at {}",
                    request_.timeline_path, kept.cycles, request_.timeline.window.first);
}

// Where both went cycle by cycle.
std::optional<std::string> ladder_run::timelines_differ(const rung& above, const rung& row) const {
  const auto one = timelines_.find(&above), other = timelines_.find(&row);
  if (one == timelines_.end() || other == timelines_.end()) return std::nullopt;
  const auto difference = find_timeline_difference({above.name, *one->second}, {row.name, *other->second});
  if (!difference) return std::nullopt;
  return difference->text;
}

void ladder_run::finish_waves(const program_result& run) {
  const uint64_t cycles = run.counters[counter_index("machine", "cycles")];
  if (request_.waves.first >= cycles) {
    waves_->drop();
    result_.lost_waves = fmt::format("{}: not written: the run has {} cycles, --wave-cycles begins at {}",
                                     request_.wave_path, cycles, request_.waves.first);
    return;
  }
  result_.lost_waves = waves_->finish();
  if (!result_.lost_waves.empty()) return;
  written_waves waves{
      request_.wave_path, request_.waves.first, std::min(request_.waves.last, cycles - 1), {}};
  for (const program_start& start : run.starts)
    if (start.wave_time) waves.starts.push_back({start.first_cycle, *start.wave_time});
  if (!waves.starts.empty()) result_.waves = std::move(waves);
}

// In time; a second run of both, so a failure of it loses nothing that is known already.
void ladder_run::locate(rung_result& entry, const rung& above, const rung& row) {
  try {
    first_differences found = find_first_differences(*call_, above, row, setting(), observer_);
    if (found.port) {
      entry.finding += "; " + found.port->text;
      entry.first_difference = found.port->place;
    }
    if (!found.streams) return;
    entry.finding += "; " + text_of(*found.streams);
    entry.streams = std::move(*found.streams);
  } catch (const tool_error& error) {
    entry.finding += std::string("; where in time is not known: ") + error.what();
  }
}

void ladder_run::keep(rung_result& entry, const rung& row) {
  switch (row.source) {
    case rung_source::reference:
      entry.outputs = kept_outputs(*call_, reference_);
      break;
    case rung_source::gpu:
      for (output_values& one : entry.outputs) one.shape = kept_shape(*call_, one.name, one.values.size());
      break;
    case rung_source::machine:
      if (row.outputs == rung_outputs::integer) entry.outputs = kept_outputs(*call_, results_[&row].outputs);
  }
}

void ladder_run::compare(rung_result& entry, size_t at) {
  const rung* above = rung_above(rungs_, at);
  if (above == nullptr) return;
  const rung& row = *rungs_[at];
  const comparison how = compare_of(*above, row);
  const program_result& below = results_[&row];
  if (how.tolerance) return judge(entry, row, below.outputs);
  const program_result& want = results_[above];
  std::optional<std::string> output;
  if (how.bits) output = output_difference(*call_, {above->name, want.outputs}, {row.name, below.outputs});
  const auto counter = counter_difference(how.counters, above->name, want.counters, row.name, below.counters);
  entry.compared_with = above->name;
  entry.agree = !output && !counter;
  entry.finding = entry.agree ? equality_text(how) : output.value_or("");
  if (counter) entry.finding += (output ? "; " : "") + *counter;
  if (const auto apart = switching_difference(above->name, want.switching, row.name, below.switching)) {
    entry.finding = (entry.agree ? "" : entry.finding + "; ") + *apart;
    entry.agree = false;
  }
  const bool same_sums = entry.agree;
  if (const auto apart = timelines_differ(*above, row)) {
    entry.finding = (same_sums ? "" : entry.finding + "; ") + *apart;
    entry.agree = false;
  }
  if (!same_sums) locate(entry, *above, row);
}

// Against ref. A machine must have the bits of the operator's own arithmetic before its bound means anything.
void ladder_run::judge(rung_result& entry, const rung& row, const std::vector<named_integers>& outputs) {
  observer_.begin_step("ref on the quantised inputs");
  entry.compared_with = result_.rungs.front().rung;
  if (!is_untimed_arithmetic(row))
    if (const auto golden = call_->golden())
      if (const auto difference =
              output_difference(*call_, {"arithmetic", golden->outputs}, {row.name, outputs})) {
        entry.agree = false;
        entry.finding = *difference;
        return;
      }
  const bound_verdict verdict = call_->judge(outputs, reference_);
  if (is_untimed_arithmetic(row)) result_.hls_vs_ref_relative_mse = verdict.hls_vs_ref;
  result_.quantisation_relative_mse = verdict.quantisation;
  result_.hls_vs_ref_scan_mse = verdict.scan, result_.hls_vs_ref_h_last_mse = verdict.h_last;
  result_.hls_vs_ref_y_bound = verdict.y_bound, result_.hls_vs_ref_h_last_bound = verdict.h_last_bound;
  result_.hls_vs_ref_line = verdict.line, result_.hls_vs_ref_scan_line = verdict.scan_line;
  result_.lost_relative_mse = verdict.lost, result_.lost_scan_mse = verdict.lost_scan;
  warn(warnings_of(row.name, verdict));
  entry.agree = verdict.agree;
  entry.finding = verdict.finding + why_too_coarse(verdict);
  if (!entry.agree)
    for (const auto& [limit, count] : result_.limits)
      if (count > 0) entry.finding += fmt::format("; the machine cuts off {} ({})", limit, count);
  entry.bound = facts_of(verdict.bound);
}

// Of a scan whose values are all as right as their roundings allow, and that misses a bar.
std::string ladder_run::why_too_coarse(const bound_verdict& verdict) {
  const auto kept = [](const std::optional<bound_share>& share) { return share && share->beyond == 0; };
  if (verdict.agree || call_->facts().needs_units || !kept(verdict.y_bound) || !kept(verdict.h_last_bound))
    return "";
  observer_.begin_step("hls with wider states");
  const auto tried = try_wider_states(result_.point, load_, reference_);
  return tried ? state_width_text(result_.point.state_bits, *tried) : "";
}

}  // namespace

run_result run(const run_request& request, run_observer& observer, std::span<const rung> ladder,
               const case_loader& load) {
  return ladder_run(request, observer, ladder, load).run();
}

}  // namespace scansim
