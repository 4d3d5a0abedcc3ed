#include "host/run/bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "host/program/program_driver.h"
#include "host/run/load_case.h"
#include "host/run/wall_time.h"
#include "traces/calls/selective_scan.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr double slowest_target_s = 10;

class bench_run {
 public:
  bench_run(const bench_request& request, run_observer& observer, std::span<const rung> ladder)
      : request_(request), observer_(observer) {
    choose_rungs(ladder);
    result_.point = load_design(request.design);
    result_.memory_model = checked_memory(request.memory, result_.point);
    result_.trace_path = request.trace_path;
    result_.scan = request.scan;
  }

  bench_result run() {
    if (!request_.trace_path.empty()) read_trace();
    for (const rung* one : rungs_)
      if (one->tool != nullptr) build(*one);
    if (!call_) generate();
    for (const rung* one : rungs_) measure(*one);
    compare_neighbours();
    return std::move(result_);
  }

 private:
  void choose_rungs(std::span<const rung> ladder);
  void read_trace() {
    observer_.begin_step("reading " + request_.trace_path);
    call_ = load_case(request_.trace_path, result_.point);
    observer_.begin_step("compiling the program");
    call_->compiled({});
  }
  void build(const rung& one);
  void generate();
  int64_t length_for(const rung& one);
  std::unique_ptr<device> made(const rung& one) {
    return one.make(result_.point, {result_.memory_model, request_.scan.seed, ""}, observer_.callback());
  }
  void measure(const rung& one);
  void compare_neighbours();

  const bench_request& request_;
  run_observer& observer_;
  std::vector<const rung*> rungs_, machines_;  // that run, and all of the ladder
  std::map<const rung*, std::unique_ptr<device>> built_;
  std::unique_ptr<operator_case> call_;
  bench_result result_;
};

void bench_run::choose_rungs(std::span<const rung> ladder) {
  for (const rung& one : ladder)
    if (is_machine(one)) machines_.push_back(&one);
  for (const std::string& name : request_.rungs)
    if (std::none_of(machines_.begin(), machines_.end(), [&](const rung* one) { return name == one->name; }))
      throw input_error("command line", "--rungs", "some of " + names_of_rungs(ladder, is_machine),
                        "'" + name + "'");
  for (const rung* one : machines_)
    if (request_.rungs.empty() ||
        std::find(request_.rungs.begin(), request_.rungs.end(), one->name) != request_.rungs.end())
      rungs_.push_back(one);
}

void bench_run::build(const rung& one) {
  observer_.begin_step(one.name);
  const auto begin = std::chrono::steady_clock::now();
  built_[&one] = made(one);
  result_.build_s = result_.build_s.value_or(0) + seconds_since(begin);
  if (!call_ && result_.scan.length == 0) result_.scan.length = length_for(one);
}

// Whole chunks, from the speed on the two first ones.
int64_t bench_run::length_for(const rung& one) {
  observer_.begin_step(std::string(one.name) + ": trial run");
  const int64_t chunk = result_.point.chunk_tokens;
  generate_request trial = result_.scan;
  trial.length = 2 * chunk;
  const auto call = generated_case(trial, result_.point);
  const double wall_s = run_program(*built_[&one], call->compiled({}), result_.point).wall_s;
  const double chunks = slowest_target_s / wall_s * 2;
  return chunk * std::clamp(static_cast<int64_t>(chunks), int64_t{2}, int64_t{1024});
}

void bench_run::generate() {
  observer_.begin_step("generating the trace");
  result_.scan.length = resolve_shape(result_.scan).length;
  call_ = generated_case(result_.scan, result_.point);
  call_->quantise();
}

void bench_run::measure(const rung& one) {
  observer_.begin_step(one.name);
  const auto machine = built_.count(&one) > 0 ? std::move(built_[&one]) : made(one);
  const call_facts facts = call_->facts();
  result_.work = facts.needs_units ? "MAC" : "state updates";
  rung_speed speed;
  speed.rung = one.name;
  measure_speed(speed, one.tool != nullptr ? 1 : max_repetitions, [&] {
    const program_result result = run_program(*machine, call_->compiled({}), result_.point);
    observer_.check();
    if (one.time == rung_time::cycles) speed.cycles = result.counters[counter_index("machine", "cycles")];
    speed.work = static_cast<double>(facts.needs_units ? result.counters[counter_index("gemm_nm", "macs")]
                                                       : facts.state_updates);
    return result.wall_s;
  });
  result_.speeds.push_back(speed);
}

void bench_run::compare_neighbours() {
  const auto speed_of = [&](const rung* one) {
    return std::find_if(result_.speeds.begin(), result_.speeds.end(),
                        [&](const rung_speed& speed) { return speed.rung == one->name; });
  };
  const auto add = [&](const rung* fast, const rung* slow) {
    bench_ratio& entry = result_.ratios.emplace_back();
    entry.name = std::string(fast->name) + "_over_" + slow->name;
    const auto above = speed_of(fast), below = speed_of(slow);
    if (above == result_.speeds.end() || below == result_.speeds.end()) return;
    entry.ratio = below->wall_s / above->wall_s;  // of the same work
  };
  const rung* last = nullptr;  // of those with outputs
  for (const rung* one : machines_) {
    if (last != nullptr && one->outputs == rung_outputs::none) add(one, last);
    if (last != nullptr && one->outputs != rung_outputs::none) add(last, one);
    if (one->outputs != rung_outputs::none) last = one;
  }
}

}  // namespace

bench_result bench(const bench_request& request, run_observer& observer, std::span<const rung> ladder) {
  return bench_run(request, observer, ladder).run();
}

}  // namespace scansim
