#include "host/regress/job_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "host/run/load_case.h"
#include "host/run/run.h"
#include "sim/cosim/rtl_build.h"
#include "traces/one_line.h"

namespace scansim {
namespace {

// What rungs say of themselves when they fail (sim/cosim/rtl_machine.cpp, rtl_build.cpp;
// sim/top/machine.cpp).
struct known_failure {
  const char *text, *kind;
};
constexpr known_failure known_failures[] = {
    {"AXI protocol:", "protocol"},
    {"while no run is active", "protocol"},
    {"transfers are open on the memory port", "protocol"},
    {" hangs", "hang"},
    {"within 10000 cycles", "hang"},
    {"rtl: verilating ", "build"},
    {"rtl: compiling ", "build"},
    {"Cannot allocate memory", "memory"},
    {"the simulation process has ended", "crash"},
};

constexpr const char *differs = " elements differ", *first_counter = "first counter that differs: ";

// "NAME: N elements differ, ..." (host/run/difference.h); empty: no output differs.
std::string output_in(const std::string& finding) {
  const size_t end = finding.find(": ");
  return finding.find(differs) == std::string::npos || end == std::string::npos ? "" : finding.substr(0, end);
}

std::string counter_in(const std::string& finding) {
  const size_t at = finding.find(first_counter);
  if (at == std::string::npos) return "";
  const size_t begin = at + std::string(first_counter).size();
  return finding.substr(begin, finding.find(": ", begin) - begin);
}

bool is_time(const std::string& counter) {
  const size_t dot = counter.find('.');
  const std::string block = counter.substr(0, dot),
                    event = dot == std::string::npos ? "" : counter.substr(dot + 1);
  return std::any_of(counter_names.begin(), counter_names.end(), [&](const counter_name& one) {
    return one.block == block && one.event == event && class_of(one) == counts_time;
  });
}

const rung_result* rung_named(const run_result& result, const std::string& name) {
  for (const rung_result& one : result.rungs)
    if (one.rung == name) return &one;
  return nullptr;
}

// Of the first block, by name, whose states take other times.
std::string differing_block(const rung_result& below, const rung_result* above) {
  if (above == nullptr) return "";
  const auto other = stalls_of(*above);
  for (const auto& [block, stall] : stalls_of(below)) {
    const auto found = other.find(block);
    if (found == other.end()) continue;
    const stall_counts& want = found->second;
    if (stall.busy != want.busy || stall.wait_in != want.wait_in || stall.wait_out != want.wait_out ||
        stall.idle != want.idle)
      return block;
  }
  return "";
}

job_signature signature_of(const run_result& result, const rung_result& apart) {
  job_signature s;
  s.pair = apart.compared_with + "/" + apart.rung;
  const std::string output = output_in(apart.finding), counter = counter_in(apart.finding);
  s.first = output.empty() ? counter : output;
  const rung* above = find_rung(apart.compared_with);
  const bool by_tolerance = above != nullptr && above->outputs == rung_outputs::real;
  if (by_tolerance || above == nullptr)
    s.kind = "accuracy";
  else if (!output.empty())
    s.kind = "bits";
  else
    s.kind = counter.empty() || is_time(counter) ? "cycles" : "counter";
  s.block = by_tolerance ? "" : differing_block(apart, rung_named(result, apart.compared_with));
  return s;
}

std::string stalls_text(const rung_result& rung) {
  std::string text;
  for (const auto& [block, stall] : stalls_of(rung))
    text += fmt::format("{}{} {}/{}/{}", text.empty() ? "" : " ", block, stall.busy, stall.wait_in,
                        stall.wait_out);
  return text;
}

job_row row_of(const regress_job& job, const run_result& result) {
  job_row row;
  row.key = job.key;
  for (const rung_result& one : result.rungs)
    if (one.cycles && !one.cycles_estimated) row.cycles = *one.cycles, row.stalls = stalls_text(one);
  row.error = result.hls_vs_ref_relative_mse.value_or(0);
  if (const auto& line = result.hls_vs_ref_line) row.line = {line->slope - 1, line->mean};
  for (const rung_result& one : result.rungs) {
    if (one.agree) continue;
    row.verdict = job_verdict::fail;
    row.signature = signature_of(result, one);
    row.message = fmt::format("{} disagrees with {}: {}", one.rung, one.compared_with, one.finding);
    if (one.first_difference) row.first_cycle = one.first_difference->cycle;
    for (const stream_difference& stream : one.streams) row.streams.push_back(stream.text);
    if (!one.streams.empty()) row.stream_cycle = one.streams.front().cycle;
    return row;
  }
  if (row.cycles > job.limits.cycles)
    return failed_row(job.key, "hang", fmt::format("{} cycles of at most {}", row.cycles, job.limits.cycles));
  if (!result.compared()) {
    row.verdict = job_verdict::refused;
    row.message = "nothing was compared";
  }
  return row;
}

case_loader drawing(const regress_job& job) {
  return [&job](const std::string& path, const design_point& point) {
    if (!job.trace.empty()) return load_case(path, point);
    trace given;
    given.path = path;
    given.call_ = drawn_call(job.call, job.call_seed);
    return make_case(std::move(given), point);
  };
}

job_row run_request_of(const regress_job& job, const run_request& request, run_observer& observer) {
  try {
    return row_of(job, run(request, observer, rung_list(), drawing(job)));
  } catch (const input_error& refusal) {
    job_row row;
    row.key = job.key;
    row.verdict = job_verdict::refused;
    row.message = one_line(refusal.what());
    return row;
  } catch (const std::bad_alloc&) {
    return failed_row(job.key, "memory", "no memory");
  } catch (const tool_error& failure) {
    return tool_row(job.key, one_line(failure.what()));
  } catch (const std::exception& failure) {
    return failed_row(job.key, "tool", std::string("internal error: ") + failure.what());
  }
}

std::string path_of(const regress_job& job) {
  return job.trace.empty() ? "case.safetensors" : trace_file(job.trace);
}

}  // namespace

job_row failed_row(const std::string& key, const std::string& kind, const std::string& message) {
  job_row row;
  row.key = key;
  row.verdict = job_verdict::fail;
  row.signature.kind = kind;
  row.signature.message = masked(message);
  row.message = message;
  return row;
}

job_row tool_row(const std::string& key, const std::string& message) {
  for (const known_failure& known : known_failures)
    if (message.find(known.text) != std::string::npos) return failed_row(key, known.kind, message);
  return failed_row(key, "tool", message);
}

bool needs_rtl(const regress_job& job) {
  return job.kind == test_kind::compare &&
         std::any_of(job.rungs.begin(), job.rungs.end(),
                     [](const auto& name) { return find_rung(name)->tool != nullptr; });
}

void build_for(const regress_job& job, run_observer& observer) {
  build_rtl_library(load_design(job.design), default_rtl_build(false, false, job.rtl_build),
                    observer.callback());
}

job_row run_job(const regress_job& job, run_observer& observer) {
  return run_request_of(job, request_of(job, path_of(job)), observer);
}

job_row run_job_with_waves(const regress_job& job, const std::string& wave_path, cycle_window window,
                           run_observer& observer) {
  run_request request = request_of(job, path_of(job));
  request.wave_path = wave_path;
  request.waves = window;
  return run_request_of(job, request, observer);
}

}  // namespace scansim
