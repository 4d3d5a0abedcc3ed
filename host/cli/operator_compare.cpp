#include "host/cli/operator_compare.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>

#include "host/cli/interruption.h"
#include "host/cli/operator_machines.h"
#include "host/cli/progress_display.h"
#include "host/cli/subcommand.h"
#include "host/operators/operator_expectation.h"
#include "host/operators/operator_list.h"
#include "host/report/output_file.h"
#include "host/report/result_csv.h"
#include "host/report/result_json.h"
#include "host/report/verdict_table.h"
#include "sim/cosim/tool_process.h"
#include "traces/input_error.h"
#include "traces/sha256.h"
#include "traces/trace.h"

namespace scansim {
namespace {

using nlohmann::json;
using seconds = std::chrono::duration<double>;

const std::vector<std::string> operator_rungs = {"ref", "hls", "systemc", "rtl"};

bool holds(const std::vector<std::string>& rungs, const std::string& rung) {
  return std::find(rungs.begin(), rungs.end(), rung) != rungs.end();
}
bool is_machine(const std::string& rung) { return rung == "systemc" || rung == "rtl"; }

// Without a choice of the user's: all that the design point has.
std::vector<std::string> checked_rungs(const scan_request& request, bool given, const std::string& name,
                                       const design_point& point) {
  std::vector<std::string> rungs;
  for (const std::string& rung : operator_rungs) {
    if (given && !holds(request.rungs, rung)) continue;
    if (is_machine(rung) && !point.has_units()) {
      if (!given) continue;
      throw input_error("command line", "--rungs",
                        "ref or hls (design point " + point.name + " has no units for " + name +
                            ": its gemm_depth is 0; block and block-tiny have them)",
                        "'" + rung + "'");
    }
    rungs.push_back(rung);
  }
  for (const std::string& rung : request.rungs)
    if (given && !holds(operator_rungs, rung))
      throw input_error("command line", "--rungs", "ref, hls, systemc or rtl for operator " + name,
                        "'" + rung + "'");
  if (rungs.empty()) throw input_error("command line", "--rungs", "at least one rung", "none");
  return rungs;
}

void check_options(const scan_request& request, const std::vector<std::string>& rungs,
                   const std::string& name) {
  if (!request.wave_path.empty() && rungs.back() != "rtl")
    throw input_error("command line", "--wave", "rtl among the rungs (the others have no waves)",
                      fmt::format("{}", fmt::join(rungs, ",")));
  if (!request.csv_dir.empty() && !is_machine(rungs.back()))
    throw input_error("command line", "--csv",
                      "systemc or rtl among the rungs (ref and hls have no stalls and no energy)",
                      fmt::format("{}", fmt::join(rungs, ",")));
  if (request.unfused && name != "mamba_block")
    throw input_error("command line", "--unfused", "a trace of operator mamba_block", name);
  check_output_path("--json", request.json_path);
  check_output_path("--wave", request.wave_path);
}

class operator_run {
 public:
  operator_run(const scan_request& request, const std::vector<std::string>& rungs, const design_point& point)
      : request_(request), rungs_(rungs), trace_(load_trace(request.trace_path)) {
    result_.point = point;
    result_.memory_model = checked_memory(request.memory, result_.point);
    result_.seed = request.seed;
    result_.trace_path = trace_.path;
    result_.trace_sha256 = trace_.sha256;
    result_.tokens = trace_.call_->tokens();
    result_.tool_versions["compiler"] = __VERSION__;
  }

  run_result& run(progress_display& progress) {
    if (runs("ref")) {
      progress.begin_step("ref");
      run_ref();
    }
    if (runs("hls")) {
      progress.begin_step("hls");
      run_hls();
    }
    if (is_machine(rungs_.back())) run_machines(progress);
    return result_;
  }

  json json_result() const;
  std::string text() const;
  std::string machine_text() const;

 private:
  bool runs(const char* rung) const { return holds(rungs_, rung); }

  void run_machines(progress_display& progress) {
    progress.begin_step("compiling the program");
    machines_.emplace(trace_, compile_options{!request_.unfused}, result_.point);
    result_.compulsory_bytes = compulsory_bytes(machines_->compiled());
    result_.state_updates = trace_.call_->state_updates();
    if (runs("hls")) {
      if (const auto difference = machines_->start_from(hls_)) {
        rung_result& hls = result_.rungs.back();
        hls.agree = false;
        hls.finding += (hls.finding.empty() ? "" : "; ") + *difference;
      }
    }
    if (runs("rtl")) result_.tool_versions["verilator"] = tool_output({"verilator", "--version"});
    for (const std::string& rung : rungs_)
      if (is_machine(rung))
        result_.rungs.push_back(
            machines_->run(rung, {result_.memory_model, result_.seed, request_.wave_path}, progress));
  }

  void run_ref() {
    rung_result entry;
    entry.rung = "ref";
    const auto begin = std::chrono::steady_clock::now();
    reference_ = operator_on_ref(*trace_.call_);
    entry.wall_s = seconds(std::chrono::steady_clock::now() - begin).count();
    const tensor_comparison comparison = compare_with_expected(trace_, reference_);
    if (comparison.present) entry.compared_with = "recorded";
    entry.agree = comparison.agree;
    entry.finding = expected_text(comparison, *trace_.call_);
    result_.rungs.push_back(entry);
  }

  void run_hls() {
    rung_result entry;
    entry.rung = "hls";
    const auto begin = std::chrono::steady_clock::now();
    hls_ = operator_on_hls(*trace_.call_, result_.point, trace_.path);
    entry.wall_s = seconds(std::chrono::steady_clock::now() - begin).count();
    entry.counters[std::string(trace_.call_->kind().name)] = hls_.counters;
    entry.output_sha256 = sha256_hex(hls_.y.data(), hls_.y.size() * sizeof(int32_t));
    entry.state_sha256 = hls_.state_sha256;
    result_.compulsory_bytes = compulsory_bytes(hls_);
    if (runs("ref")) compare_with_ref(entry);
    result_.rungs.push_back(entry);
  }

  void compare_with_ref(rung_result& entry) {
    const auto beyond = find_violation_of_bound(hls_);
    result_.hls_vs_ref_relative_mse = relative_mse(hls_.value, hls_.want);
    result_.quantisation_relative_mse = relative_mse(hls_.want, reference_);
    if (hls_.whole) {  // of what the block adds; the rest of y is its own input
      result_.hls_vs_ref_relative_mse = largest_error(hls_);
      result_.quantisation_relative_mse = relative_mse_beyond(hls_.whole->origin, hls_.want, reference_);
    }
    entry.compared_with = "ref";
    entry.agree = !beyond;
    if (hls_.whole) {
      entry.finding =
          fmt::format("{:.3g} on the same quantised inputs: {}", largest_error(hls_), hls_.bound_text);
      if (beyond) entry.finding += "; farthest " + place_text(beyond->first, hls_.want);
      return;
    }
    if (!beyond) {
      entry.finding =
          fmt::format("every output within its bound on the same quantised inputs, at most {:.3f} of it: {}",
                      largest_of_bound(hls_), hls_.bound_text);
      return;
    }
    const size_t at = beyond->first;
    entry.finding = fmt::format("{} outputs beyond their bound, first {}, bound {:.3g} ({})", beyond->count,
                                place_text(at, hls_.limited), hls_.bound[at], hls_.bound_text);
  }

  std::string place_text(size_t at, const std::vector<double>& want) const {
    return fmt::format("{}: hls {}, ref {}", "y" + place_in_y(*trace_.call_, static_cast<int64_t>(at)),
                       hls_.value[at], want[at]);
  }

  const scan_request& request_;
  std::vector<std::string> rungs_;
  trace trace_;
  run_result result_;
  std::vector<double> reference_;
  operator_result hls_;
  std::optional<operator_machines> machines_;
};

json operator_run::json_result() const {
  json object = to_json(result_);
  object["trace"]["operator"] = std::string(trace_.call_->kind().name);
  if (result_.state_updates == 0) {  // a scan's measure
    object["trace"]["state_updates"] = nullptr;
    for (json& rung : object["rungs"]) rung["sim_state_updates_per_s"] = nullptr;
  }
  if (machines_) {
    object["fused"] = !request_.unfused;
    for (const std::string& rung : rungs_)
      if (is_machine(rung)) object["rungs"][rung]["traffic"] = traffic_json(machines_->compiled());
  }
  if (!runs("hls")) return object;
  json& hls = object["rungs"]["hls"];
  hls["scales"] = hls_.scales;
  hls["storage"] = hls_.storage;
  hls["traffic"] = {{"bytes_read", nullptr},  // no memory on this rung
                    {"bytes_written", nullptr},
                    {"compulsory_bytes", compulsory_bytes(hls_)},
                    {"tensors", hls_.bytes}};
  if (runs("ref"))
    hls["bound"] = {{"formula", hls_.bound_text},
                    {"largest_error", largest_error(hls_)},
                    {"largest_share", largest_of_bound(hls_)}};
  return object;
}

std::string operator_run::machine_text() const {
  if (!machines_) return "";
  std::string text = "\n" + traffic_text(machines_->compiled());
  for (const rung_result& rung : result_.rungs) text += bound_text(rung, result_.point);
  return text;
}

std::string operator_run::text() const {
  if (!runs("hls")) return "";
  std::string text;
  for (const auto& [name, count] : hls_.counters) text += fmt::format("  {} {}\n", name, count);
  if (!hls_.storage.is_null())
    text += fmt::format(
        "weights: {} bytes (dense 8-bit {}): values {}, indices {}, multipliers {}\n",
        hls_.storage["total_bytes"].get<uint64_t>(), hls_.storage["dense_int8_bytes"].get<uint64_t>(),
        hls_.storage["value_bytes"].get<uint64_t>(), hls_.storage["index_bytes"].get<uint64_t>(),
        hls_.storage["multiplier_bytes"].get<uint64_t>());
  text += fmt::format("compulsory traffic: {} bytes\n", compulsory_bytes(hls_));
  return "operator " + std::string(trace_.call_->kind().name) + "\n" + text;
}

void write_operator_files(const scan_request& request, operator_run& run, run_result& result) {
  const interruption_guard guard;
  if (!request.wave_path.empty()) result.files.push_back(request.wave_path);
  if (!request.csv_dir.empty()) write_tables(request, result);
  if (request.json_path.empty()) return;
  result.files.push_back(request.json_path);
  write_file_atomically(request.json_path,
                        run.json_result().dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

}  // namespace

int run_operator(const scan_request& request, bool rungs_given) {
  const std::string name = std::string(kind_in(request.trace_path)->name);
  const design_point point = load_design(request.design);
  const std::vector<std::string> rungs = checked_rungs(request, rungs_given, name, point);
  check_options(request, rungs, name);
  progress_display progress(request.quiet);
  progress.begin_step("reading " + request.trace_path);
  operator_run run(request, rungs, point);
  run_result& result = run.run(progress);
  progress.begin_step("");
  result.command = command_line(request, rungs, request.wave_path);
  write_operator_files(request, run, result);
  fmt::print("{}", request.quiet ? std::string("verdict: ") + (result.agree() ? "agree" : "disagree") + "\n"
                                 : run.text() + report_text(result) + run.machine_text());
  if (result.agree()) return status_agree;
  for (const rung_result& rung : result.rungs)
    if (!rung.agree) fmt::print("{} disagrees with {}: {}\n", rung.rung, rung.compared_with, rung.finding);
  const bool waves = is_machine(rungs.back());
  fmt::print("reproduce{}: {}\n", waves ? " with waves" : "",
             waves ? command_line(request, {"hls", "systemc", "rtl"}, "out.fst") : result.command);
  return status_disagree;
}

int verify_operator(const std::string& path) {
  progress_display progress(false);
  progress.begin_step("reading " + path);
  const scansim::trace trace = load_trace(path);
  progress.begin_step("ref");
  const tensor_comparison comparison = compare_with_expected(trace, operator_on_ref(*trace.call_));
  fmt::print("{}: valid; ref: {}\n", path, expected_text(comparison, *trace.call_));
  return comparison.agree ? status_agree : status_disagree;
}

}  // namespace scansim
